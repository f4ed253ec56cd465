"""The built-in suites by name, each one folder of package data that is complete in itself.

A folder holds the paper's task file, the pytest file beside it, and `solutions/`: the reference
solutions, one per task file. Nothing is read before a suite is asked for, and a suite's Python
files are only ever read as text here, never imported. The folders are named `p05` and not `p0.5`
because pytest cannot import a test module with a dot in its name by default.
"""

from difflib import get_close_matches
from importlib.resources import files
from importlib.resources.abc import Traversable

import msgspec

from workspaces.errors import CrosstalkError
from workspaces.tasks.loading import TaskFile, parse_task_file

_FOLDERS = {
    f"{kind}/{structure}": (kind, structure.replace("0.", "0"))
    for kind in ("math", "data", "svg")
    for structure in ("p0.9", "p0.5", "p0.2")
}


class UnknownSuite(CrosstalkError):
    """A suite was asked for that does not exist."""


class Suite(msgspec.Struct, frozen=True):
    """A task file with reference solutions: `solutions` maps each path that the tasks name to a
    source with which all tests pass."""

    name: str
    tasks: TaskFile
    solutions: dict[str, str]

    @property
    def critical_path_length(self) -> int:
        """C: the number of tasks on the longest chain of dependencies."""
        return self.tasks.graph().critical_path_length

    @property
    def parallel_share(self) -> float:
        """p = (tasks - C) / tasks, by which the paper names its suites."""
        return self.tasks.graph().parallel_share


def names() -> tuple[str, ...]:
    """The names of all suites, the most parallel of a kind first."""
    return tuple(_FOLDERS)


def load(name: str) -> Suite:
    """The suite of that name.

    Raises `UnknownSuite`, with the nearest names, when there is none.
    """
    if name not in _FOLDERS:
        close = get_close_matches(name, names(), n=3, cutoff=0.6)
        meant = f"Did you mean {' or '.join(close)}? " if close else ""
        raise UnknownSuite(
            f"There is no suite, file or folder {name[:80]!r}",
            f"the built-in suites are {', '.join(names())}",
            f"{meant}To use a task file or a recording, give its path.",
        )
    kind, label = _FOLDERS[name]
    folder = files("agents.suites") / kind / label
    stem = f"{kind}_{label}"
    return Suite(
        name=name,
        tasks=parse_task_file(
            (folder / f"{stem}.json").read_bytes(),
            name=stem,
            tests={f"test_{stem}.py": _source(folder / f"test_{stem}.py")},
        ),
        solutions={
            entry.name: _source(entry)
            for entry in sorted((folder / "solutions").iterdir(), key=lambda entry: entry.name)
            if entry.name.endswith(".py")
        },
    )


def _source(entry: Traversable) -> str:
    return entry.read_text(encoding="utf-8")
