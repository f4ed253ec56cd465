"""Which paths differ between trees, for many pairs of them by one `git diff-tree`."""

from collections.abc import Iterable

from workspaces.auditing.scope import shown
from workspaces.auditing.source import Source

Difference = dict[str, tuple[str, str]]
"""Blob ids before and after by path, empty where there is no file."""


def differences(
    source: Source, pairs: Iterable[tuple[str, str]]
) -> dict[tuple[str, str], Difference]:
    """The differences of each pair of trees (before, after). Submodules are no files. Raises
    `AuditError`."""
    found: dict[tuple[str, str], Difference] = {pair: {} for pair in pairs}
    if not found:
        return found
    said = source.git(
        *("diff-tree", "--stdin", "-r", "--raw", "-z", "--no-abbrev", "--no-renames"),
        data="".join(f"{one} {other}\n" for one, other in found).encode(),
    )
    here: Difference = {}
    tokens = iter(said.split(b"\0"))
    for token in tokens:
        for part in token.split(b"\n"):
            if part.startswith(b":"):
                old_mode, new_mode, old, new, _ = part.decode().split(" ", 4)
                path = shown(next(tokens))
                if "160000" not in (old_mode[1:], new_mode):
                    here[path] = (_blob(old), _blob(new))
            elif part:
                one, other = part.decode().split(" ")
                here = found[one, other]
    return found


def _blob(name: str) -> str:
    return name if name.strip("0") else ""
