"""The identity of a workspace's content: git's own name for the tree, without git.

Results of test runs are kept under it, so that the same content is never tested twice and a
result can be looked up from the commit it belongs to. Computed here because it is asked for
before every run: a process per question would cost more than the tests.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import TypeAlias

Content: TypeAlias = str | bytes
_Folder: TypeAlias = "dict[str, bytes | _Folder]"


def encoded(content: Content) -> bytes:
    """The bytes of a file; text is UTF-8, and lone surrogates keep their three bytes."""
    if isinstance(content, bytes):
        return content
    return content.encode("utf-8", "surrogatepass")


def checked_path(path: str) -> str:
    """`path`, if it names a place inside a workspace; raises ValueError if not."""
    if not all(part not in ("", ".", "..") and "\0" not in part for part in path.split("/")):
        raise ValueError(f"not a path inside a workspace: {path!r}")
    return path


def tree_id(files: Mapping[str, Content]) -> str:
    """The id (40 hexadecimal digits) of the git tree that holds `files`.

    Equal to `git write-tree` for plain files; modes other than 100644 (programs, links) are no
    part of `files` and thus not of the id. Raises ValueError for a path that is not relative,
    leaves the folder, or is file and folder at once.
    """
    root: _Folder = {}
    for path, content in files.items():
        parts = checked_path(path).split("/")
        folder = root
        for part in parts[:-1]:
            below = folder.setdefault(part, {})
            if isinstance(below, bytes):
                raise ValueError(f"both a file and a folder: {path!r}")
            folder = below
        if parts[-1] in folder:
            raise ValueError(f"both a file and a folder: {path!r}")
        folder[parts[-1]] = _identified(b"blob", encoded(content))
    return _folder_id(root).hex()


def _folder_id(folder: _Folder) -> bytes:
    rows = []
    for name, entry in folder.items():
        key = name.encode("utf-8", "surrogateescape")
        if isinstance(entry, bytes):
            rows.append((key, b"100644 " + key + b"\0" + entry))
        else:
            # git sorts a folder as if its name ended in a slash
            rows.append((key + b"/", b"40000 " + key + b"\0" + _folder_id(entry)))
    return _identified(b"tree", b"".join(row for _, row in sorted(rows)))


def _identified(kind: bytes, content: bytes) -> bytes:
    head = b"%s %d\0" % (kind, len(content))
    return hashlib.sha1(head + content, usedforsecurity=False).digest()
