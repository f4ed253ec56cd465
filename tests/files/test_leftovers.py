import os
import subprocess
import time
from pathlib import Path

import pytest

from workspaces.files.leftovers import (
    STALE_SECONDS,
    clear_leftovers,
    git_works_in,
    release_packs,
)

GARBAGE = (
    "fast_import_crash_77",
    "objects/pack/tmp_pack_a1b2",
    "objects/ab/tmp_obj_x",
    "crosstalk/write-5",
    "index.lock",
)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for name in (*GARBAGE, "objects/pack/pack-1.pack", "objects/ab/cdef", "index", "HEAD"):
        path = tmp_path / ".git" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("")
    return tmp_path


def names(root: Path, paths: list[Path]) -> set[str]:
    return {str(path.relative_to(root / ".git")) for path in paths}


def test_old_garbage_goes_and_nothing_else(root: Path) -> None:
    later = time.time() + STALE_SECONDS + 1
    assert names(root, clear_leftovers(root, later)) == set(GARBAGE)
    left = {p.name for p in (root / ".git").rglob("*") if p.is_file()}
    assert left == {"pack-1.pack", "cdef", "index", "HEAD"}


def test_what_is_young_may_be_in_use(root: Path) -> None:
    assert clear_leftovers(root) == []


def test_a_lock_stays_while_git_works_in_the_folder(root: Path) -> None:
    subprocess.run(["git", "init", "-q"], cwd=root, check=True)
    with subprocess.Popen(
        ["git", "hash-object", "--stdin"], cwd=root, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as person:
        assert person.stdin
        assert person.stdout
        while not os.path.samefile(f"/proc/{person.pid}/cwd", root):
            pass
        assert git_works_in(root)
        removed = names(root, clear_leftovers(root, time.time() + STALE_SECONDS + 1))
        assert "index.lock" not in removed
        person.stdin.close()
        person.stdout.read()
    assert not git_works_in(root)


def test_only_marks_of_fast_import_are_released(root: Path) -> None:
    packs = root / ".git/objects/pack"
    (packs / "pack-1.keep").write_text("fast-import")
    (packs / "pack-2.keep").write_text("precious")
    release_packs(root)
    assert [p.name for p in packs.glob("*.keep")] == ["pack-2.keep"]
