"""The bytes of a version, from wherever they still are."""

from pathlib import Path

from workspaces.files.disk import read_file
from workspaces.files.repository import Repository
from workspaces.history.codec import digest
from workspaces.history.state import State, Version


def content_of(version: Version, state: State, root: Path, repository: Repository) -> bytes | None:
    """From the history, else the disk at `root` if it still has them, else the repository; `None`
    if nobody has (a large or binary file, overwritten before its commit)."""
    text = state.text(version.blob)
    if text is not None:
        return text.encode()
    try:
        data = read_file(root, version.path)
    except OSError:
        data = None
    if data is not None and digest(data) == version.blob:
        return data
    return repository.show(version.blob)
