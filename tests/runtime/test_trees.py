"""The id of a tree is the one that git gives it."""

import os
import subprocess
from pathlib import Path

from agents.runtime.trees import tree_id


def test_tree_id_is_gits_own(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "a.py": "x = 1\n", "a/b.py": "é\n", "a-b.txt": b"\x00\xff", "a.d/c/e.py": "", "z": "z",
    }  # fmt: skip
    for path, content in files.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        data = content if isinstance(content, bytes) else content.encode()
        (tmp_path / path).write_bytes(data)
    environment = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "GIT_DIR": ".git"}

    def git(*words: str) -> str:
        done = subprocess.run(
            ["git", *words], cwd=tmp_path, env=environment, check=True, capture_output=True
        )
        return done.stdout.decode().strip()

    git("init", "-q")
    git("add", "-A", ":/")
    assert tree_id(files) == git("write-tree")
    assert tree_id({}) == "4b825dc642cb6eb9a060e54bf8d69288fbee4904"
