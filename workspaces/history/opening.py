"""Opening a recording in whatever form it is kept: a session folder or its history, a packed
session, Parquet tables of ours, or the paper's published pair."""

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from workspaces.history import packing, paper, tables
from workspaces.history.codec import HistoryError
from workspaces.history.events import AnyEvent
from workspaces.history.reader import load, locate
from workspaces.history.tape import HistoryTape, Played, Tape


class Opened(NamedTuple):
    """A recording. `folder` is the session's own, `None` where it has none; `problem` says why it
    ends where it does, empty when it is whole."""

    events: Sequence[AnyEvent]
    folder: Path | None = None
    problem: str = ""


def open_recording(path: Path, session: str = "") -> Opened:
    """The recording at `path`; `session` names one where there are several.

    Raises `HistoryError` when it cannot be opened, or when one of several must be named.
    """
    if packing.is_packed(path):
        events, damage = packing.load(path)
        return Opened(events, None, str(damage) if damage else "")
    folder = table_folder(path)
    if folder is None:
        events, damage = load(path)
        return Opened(events, locate(path).parent, str(damage) if damage else "")
    kind = paper if (folder / paper.RUNS).is_file() else tables
    return Opened(kind.read(folder, _chosen(kind.names(folder), session, path)))


class Recording(NamedTuple):
    """A recording to be played: entered anywhere, not read as a whole first."""

    tape: Tape
    folder: Path | None = None


def open_tape(path: Path, session: str = "") -> Recording:
    """As `open_recording`, for playing. Raises the same."""
    if not packing.is_packed(path) and table_folder(path) is None:
        tape = HistoryTape(path)
        return Recording(tape, tape.path.parent)
    events, folder, problem = open_recording(path, session)
    return Recording(Played(events, problem), folder)


def table_folder(path: Path) -> Path | None:
    """The folder of Parquet tables that `path` is or lies in, if it is of that kind."""
    folder = path if path.is_dir() else path.parent
    if path.suffix != ".parquet" and not path.is_dir():
        return None
    if any((folder / name).is_file() for name in (tables.SESSIONS, paper.RUNS)):
        return folder
    if path.suffix == ".parquet" and path.is_file():
        raise HistoryError(
            f"{path} is one table of several",
            f"neither {tables.SESSIONS} nor {paper.RUNS} lies beside it",
            "Give the folder that holds them.",
        )
    return None


def table_names(folder: Path) -> list[str]:
    """The sessions in a folder that `table_folder` has found. Raises `HistoryError`."""
    if (folder / paper.RUNS).is_file():
        return paper.names(folder)
    return tables.names(folder)


def _chosen(names: list[str], session: str, path: Path) -> str:
    if session:
        found = [name for name in names if name == session] or [n for n in names if session in n]
        if len(found) == 1:
            return found[0]
        some = ", ".join(found[:3])
        raise HistoryError(
            f"{path} holds {'no' if not found else len(found)} session named {session}",
            f"such as {some}" if found else f"it holds {len(names)}, such as {names[0]}",
            f"crosstalk list {path} shows them.",
        )
    if len(names) == 1:
        return names[0]
    raise HistoryError(
        f"{path} holds {len(names)} sessions",
        f"such as {names[0]}" if names else "there is none to open",
        f"Name one with --session, or part of its name; crosstalk list {path} shows them.",
    )
