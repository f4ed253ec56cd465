import subprocess
import sys
from pathlib import Path

import pytest

from agents.suites import catalog
from workspaces.errors import CrosstalkError

SUITES = Path(catalog.__file__).parent


def test_names_hold_every_folder_of_package_data() -> None:
    assert len(catalog.names()) == 9
    assert catalog.names()[:4] == ("math/p0.9", "math/p0.5", "math/p0.2", "data/p0.9")
    folders = {f"{p.parent.name}/{p.name[0]}0.{p.name[2:]}" for p in SUITES.glob("*/p*/")}
    assert folders == set(catalog.names())


@pytest.mark.parametrize(
    ("asked", "offered"),
    [("math/p05", "math/p0.5"), ("maths/p0.9", "math/p0.9"), ("", ""), ("../x", "")],
)
def test_an_unknown_suite_is_answered_with_names_near_it(asked: str, offered: str) -> None:
    with pytest.raises(catalog.UnknownSuite) as caught:
        catalog.load(asked)
    assert isinstance(caught.value, CrosstalkError)
    assert repr(asked) in caught.value.title
    assert "math/p0.2" in caught.value.cause
    assert offered in caught.value.fix
    assert bool(offered) == ("Did you mean" in caught.value.fix)


def test_importing_the_catalog_imports_nothing_heavy() -> None:
    heavy = ["textual", "rich", "litellm", "git", "watchfiles", "pytest", "polars", "asyncio"]
    code = f"import agents.suites.catalog, sys; print([m for m in {heavy} if m in sys.modules])"
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert result.stdout.strip() == "[]"


@pytest.mark.parametrize("name", catalog.names())
def test_a_suite_is_complete(name: str) -> None:
    suite = catalog.load(name)
    assert suite.name == name
    assert suite.tasks.test_paths == (f"test_{suite.tasks.name}.py",)
    paths = [path for task in suite.tasks.tasks for path in task.files]
    assert sorted(suite.solutions) == sorted(paths)
    assert suite.tasks.description
    assert suite.tasks.success_criteria
    assert all(task.description for task in suite.tasks.tasks)
