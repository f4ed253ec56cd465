"""Names that never count as work on the files: caches, environments, droppings of editors.

They come and go by themselves, many times a second while tests run, and nobody would call them
writes. The same list keeps them out of `git status` (`.git/info/exclude`).
"""

import re
from fnmatch import translate

IGNORED_FOLDERS = frozenset(
    {
        ".git",
        ".hypothesis",
        ".idea",
        ".ipynb_checkpoints",
        ".mypy_cache",
        ".pytest_cache",
        ".ruff_cache",
        ".tox",
        ".venv",
        ".vscode",
        "__pycache__",
        "node_modules",
    }
)
IGNORED_NAMES = frozenset(
    {
        "*.kate-swp",
        "*.py[co]",
        "*.sw[nopx]",  # vim's swap files
        "*___jb_old___",
        "*___jb_tmp___",
        "*~",
        "#*#",  # emacs
        ".#*",
        ".DS_Store",
        ".goutputstream-*",
        "4913",  # vim, to see whether it may write in the folder
    }
)

_NAME = re.compile("|".join(translate(pattern) for pattern in sorted(IGNORED_NAMES)))


def ignored(path: str) -> bool:
    """Whether a relative path lies in an ignored folder or has an ignored name."""
    *folders, name = path.split("/")
    return (
        name in IGNORED_FOLDERS
        or any(folder in IGNORED_FOLDERS for folder in folders)
        or bool(_NAME.fullmatch(name))
    )
