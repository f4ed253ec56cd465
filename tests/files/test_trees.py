import subprocess
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from workspaces.files.trees import EMPTY_TREE, tree_of
from workspaces.history.codec import digest

NAMES = st.sampled_from(["a", "a.b", "a-b", "a0", "b", "é", "A", "a b", "z"])
PATHS = st.lists(NAMES, min_size=1, max_size=4).map("/".join)


@st.composite
def trees(draw: st.DrawFn) -> dict[str, str]:
    """Files by path, none of which is also a folder."""
    files: dict[str, str] = {}
    for path in draw(st.lists(PATHS, max_size=12)):
        clash = any(p.startswith(f"{path}/") or path.startswith(f"{p}/") for p in files)
        if not clash:
            files[path] = draw(st.sampled_from(["", "x\n", "y\n"]))
    return files


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(trees())
def test_ids_are_gits_own(tmp_path: Path, files: dict[str, str]) -> None:
    index = tmp_path / "index"
    index.unlink(missing_ok=True)
    environment = {"PATH": "/usr/bin:/bin", "GIT_INDEX_FILE": str(index)}
    if not (tmp_path / ".git").exists():
        subprocess.run(["git", "init", "-q", tmp_path], check=True)
    blobs = {path: digest(text.encode()) for path, text in files.items()}
    listing = "".join(f"100644 {blob} 0\t{path}\0" for path, blob in blobs.items())
    for arguments in (["update-index", "-z", "--index-info"], ["write-tree", "--missing-ok"]):
        done = subprocess.run(
            ["git", *arguments],
            cwd=tmp_path,
            env=environment,
            input=listing.encode(),
            check=True,
            capture_output=True,
        )
    assert tree_of(blobs) == done.stdout.decode().strip()


def test_the_empty_tree_has_its_known_id() -> None:
    assert tree_of({}) == EMPTY_TREE


@pytest.mark.parametrize("paths", [("a", "a/b"), ("a/b", "a")])
def test_a_path_cannot_be_file_and_folder(paths: tuple[str, str]) -> None:
    with pytest.raises(ValueError, match="both a file and a folder"):
        tree_of(dict.fromkeys(paths, "0" * 40))
