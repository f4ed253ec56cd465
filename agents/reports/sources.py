"""What a person may hand to a report: the published pair, sweeps, tables, single recordings."""

from collections.abc import Sequence
from pathlib import Path

from agents.reports import published, recordings, tables
from agents.reports.rows import SessionRow
from workspaces.errors import CrosstalkError
from workspaces.history import packing
from workspaces.history import tables as exported
from workspaces.history.reader import FILE_NAME


class NothingToReport(CrosstalkError):
    """No session was found where one was to be."""


def load(paths: Sequence[Path]) -> list[SessionRow]:
    """The sessions of all these paths together.

    Raises `CrosstalkError` for a path that holds none.
    """
    if published.is_pair(paths) and not any(path.name == tables.TABLE for path in paths):
        return published.load(*paths)
    return [row for path in paths for row in _load(path)]


def _load(path: Path) -> list[SessionRow]:
    from agents.sweeps import results

    if path.suffix == ".parquet":
        return tables.read(path)
    if path.is_dir():
        pair = [path / name for name in ("runs.parquet", "events.parquet")]
        if all(file.is_file() for file in pair):
            return published.load(*pair)
        if results.is_sweep(path):
            return results.Results(path).rows()
        if (path / exported.SESSIONS).is_file():
            return [recordings.row(exported.read(path, n)) for n in exported.names(path)]
        if not (path / FILE_NAME).exists():
            return _below(path)
    return [recordings.read(path)]


def _below(path: Path) -> list[SessionRow]:
    """The sessions in a folder: folders and packed ones."""
    found = [
        recordings.read(entry)
        for entry in sorted(path.iterdir())
        if (entry / FILE_NAME).exists() or packing.is_packed(entry)
    ]
    if not found:
        raise NothingToReport(
            f"There is no session in {path}",
            "it holds no history, no results of a sweep and no published traces",
            "Give a session folder, the folder of `crosstalk sweep`, or runs.parquet and "
            "events.parquet.",
        )
    return found
