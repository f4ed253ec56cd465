"""A machine that cannot confine: what foreign code needs then, and what the screen says."""

import json
import shutil
from pathlib import Path

import pytest

from tests.scenarios.crosstalk import COMMAND, crosstalk, environment
from tests.scenarios.terminal import Terminal

SETUP = """
def setup(repo_dir):
    open(repo_dir + "/data.csv", "w").write("a,b")
"""


@pytest.fixture
def unconfined(tmp_path: Path) -> dict[str, str]:
    """An environment with git and without bubblewrap."""
    folder = tmp_path / "bin"
    folder.mkdir()
    git = shutil.which("git")
    assert git
    (folder / "git").symlink_to(git)
    return environment(tmp_path, PATH=str(folder))


@pytest.fixture
def task(tmp_path: Path) -> str:
    """A task file with a script that prepares its data."""
    folder = tmp_path / "task"
    folder.mkdir()
    (folder / "setup_data.py").write_text(SETUP)
    (folder / "test_suite.py").write_text("def test_it():\n    assert open('data.csv').read()\n")
    path = folder / "task_description.json"
    path.write_text(json.dumps({"description": "Write report.py, which reads data.csv."}))
    return str(path)


def test_headless_it_wants_to_be_told(
    tmp_path: Path, unconfined: dict[str, str], task: str
) -> None:
    line = ("run", task, "--team", "adaptive", "-n", "2", "--seed", "1", "--headless")
    refused = crosstalk(*line, "--out", str(tmp_path / "a"), home=tmp_path, env=unconfined)
    assert refused.returncode == 2
    assert "--unconfined" in refused.stderr
    assert not (tmp_path / "a").exists()
    allowed = crosstalk(
        *line, "--unconfined", "--out", str(tmp_path / "b"), home=tmp_path, env=unconfined
    )
    assert allowed.returncode in (0, 1), allowed.stderr
    assert (tmp_path / "b" / "workspace" / "data.csv").read_text() == "a,b"


def test_at_a_terminal_it_asks(tmp_path: Path, unconfined: dict[str, str], task: str) -> None:
    line = (*COMMAND, "run", task, "--team", "adaptive", "-n", "1", "--seed", "1")
    with Terminal((*line, "--out", str(tmp_path / "a")), unconfined) as terminal:
        terminal.wait_for("Go on without confinement")
        terminal.press("n", "enter")
        terminal.wait_for("allow it with")
    assert not (tmp_path / "a").exists()
    with Terminal((*line, "--out", str(tmp_path / "b")), unconfined, columns=200) as terminal:
        terminal.wait_for("Go on without confinement")
        terminal.press("y", "enter")
        terminal.wait_for("tests unconfined")
        terminal.press("ctrl+q")
