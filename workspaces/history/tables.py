"""Sessions kept as Parquet tables: those that `crosstalk export --to parquet` wrote.

Each row of `events.parquet` has the stored line of its event, so the history comes back whole.
"""

from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import msgspec

from workspaces.history.codec import HistoryError, check_head, decode
from workspaces.history.events import AnyEvent

SESSIONS = "sessions.parquet"
EVENTS = "events.parquet"


def polars() -> ModuleType:
    """The library that reads and writes Parquet; raises `HistoryError` where it is missing."""
    try:
        import polars as pl
    except ImportError as error:
        raise HistoryError(
            "Parquet tables need polars",
            "it is not installed",
            "Install it with: pip install 'crosstalk-tui[analysis]'",
        ) from error
    return pl


def table(path: Path, columns: dict[str, str]) -> Any:
    """The table at `path` (polars' `DataFrame`), which must have `columns`: their names with
    polars' names of their types, such as `String`. Raises `HistoryError`."""
    pl = polars()
    try:
        frame: pl.DataFrame = pl.read_parquet(path)  # type: ignore[name-defined]
    except (OSError, pl.exceptions.PolarsError) as error:
        raise HistoryError(
            f"Cannot read {path}", f"it is no Parquet table ({str(error)[:200]})", ""
        ) from error
    for name, kind in columns.items():
        if str(frame.schema.get(name)) != kind:
            raise HistoryError(
                f"{path} is not a table of sessions",
                f"it has no column {name} of type {kind}",
                "Give tables that Crosstalk exported, or the paper's runs.parquet and "
                "events.parquet side by side.",
            )
    return frame


def names(folder: Path) -> list[str]:
    """The sessions in a folder of our tables."""
    frame = table(folder / SESSIONS, {"session": "String"})
    return [str(name) for name in frame["session"].to_list()]


def read(folder: Path, session: str) -> list[AnyEvent]:
    """The history of a session in a folder of our tables. Raises `HistoryError`."""
    pl = polars()
    path = folder / EVENTS
    frame = table(path, {"session": "String", "seq": "Int64", "line": "String"})
    rows: Any = frame.filter(pl.col("session") == session).sort("seq")["line"]
    return decoded((str(line).encode() for line in rows), str(path))


def decoded(lines: Any, where: str, alter: Callable[[bytes], bytes] = bytes) -> list[AnyEvent]:
    """The events of stored lines that must all be whole. Raises `HistoryError`."""
    events: list[AnyEvent] = []
    for line in lines:
        if not events:
            check_head(line, where)
        try:
            event = decode(alter(line))
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            raise HistoryError(
                f"{where} is damaged", f"event {len(events) + 1}: {error}"
            ) from error
        if event.seq != len(events) + 1:
            raise HistoryError(
                f"{where} is damaged", f"event {event.seq} stands where {len(events) + 1} should"
            )
        events.append(event)
    if not events:
        raise HistoryError(f"{where} holds no such session")
    return events
