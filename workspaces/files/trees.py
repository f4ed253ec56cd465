"""Git tree ids computed without git: the name of a whole tree from its paths and blobs.

Test results are keyed by the tree they ran on, so an id is wanted at every run, also for states
that were never committed. Two thousand files take a few milliseconds; a process would take as
long for one. Knows plain files only (mode 100644), as the gateway writes them.
"""

import hashlib
from collections.abc import Mapping

EMPTY_TREE = "4b825dc642cb6eb9a060e54bf8d69288fbee4904"
"""The id that git gives to a tree without entries."""

_Folder = dict[str, "str | _Folder"]


def tree_of(files: Mapping[str, str]) -> str:
    """The id of the tree that holds the blob `files[path]` at each `path` (both as confined).

    Raises `ValueError` when one path is both a file and a folder.
    """
    root: _Folder = {}
    for path, blob in files.items():
        *folders, name = path.split("/")
        folder = root
        for part in folders:
            below = folder.setdefault(part, {})
            if isinstance(below, str):
                raise ValueError(f"{part!r} in {path!r} is both a file and a folder")
            folder = below
        if isinstance(folder.get(name), dict):
            raise ValueError(f"{path!r} is both a file and a folder")
        folder[name] = blob
    return _hash(root).hex()


def _hash(folder: _Folder) -> bytes:
    """The binary id of one folder. Git sorts a folder's name as if it ended with a slash."""
    entries = []
    for name, entry in folder.items():
        raw = name.encode()
        if isinstance(entry, str):
            entries.append((raw, b"100644 " + raw + b"\0" + bytes.fromhex(entry)))
        else:
            entries.append((raw + b"/", b"40000 " + raw + b"\0" + _hash(entry)))
    body = b"".join(line for _, line in sorted(entries))
    return hashlib.sha1(b"tree %d\0" % len(body) + body, usedforsecurity=False).digest()
