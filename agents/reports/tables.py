"""Rows as a parquet file: what other tools read, and what a sweep ends with."""

from collections.abc import Sequence
from pathlib import Path
from types import NoneType
from typing import Any, get_args

import msgspec

from agents.reports.rows import SessionRow
from workspaces.errors import CrosstalkError
from workspaces.history.tables import polars

TABLE = "results.parquet"


class NotATable(CrosstalkError):
    """A parquet file that is no table of sessions."""


def write(rows: Sequence[SessionRow], path: Path) -> None:
    """The rows, sorted by what they are rather than by when they came; findings as JSON text.

    Raises `CrosstalkError` without the extra `analysis`.
    """
    pl = polars()
    plain = [_plain(row) for row in sorted(rows, key=order)]
    pl.DataFrame(plain, schema=_schema(pl)).write_parquet(path)


def order(row: SessionRow) -> tuple[object, ...]:
    """A place for a row that does not depend on chance or time."""
    return (
        row.model, row.mode, row.control, row.cadence, row.kind, -row.parallel, row.agents,
        row.repetition, row.session,
    )  # fmt: skip


def read(path: Path) -> list[SessionRow]:
    """The rows of a table. Raises `NotATable` when it is none."""
    pl = polars()
    try:
        frame = pl.read_parquet(path)
        return [_row(values) for values in frame.iter_rows(named=True)]
    except (OSError, pl.exceptions.PolarsError, msgspec.DecodeError) as error:
        raise NotATable(
            f"Cannot read {path} as a table of sessions",
            str(error).partition("\n")[0][:200],
            "Give a sweep's results.parquet, or the paper's runs.parquet and events.parquet "
            "together.",
        ) from error


def _plain(row: SessionRow) -> dict[str, Any]:
    values: dict[str, Any] = msgspec.to_builtins(row)
    values["findings"] = msgspec.json.encode(row.findings, order="sorted").decode()
    return values


def _row(values: dict[str, Any]) -> SessionRow:
    found = values.get("findings")
    values["findings"] = msgspec.json.decode(found) if found else {}
    return msgspec.convert(values, SessionRow)


def _schema(pl: Any) -> dict[str, Any]:
    """The columns with their types, which no row need show: a column may be empty throughout."""
    plain = {str: pl.String, int: pl.Int64, float: pl.Float64, bool: pl.Boolean}
    special = {"gaps": pl.List(pl.Float64), "findings": pl.String}
    return {
        field.name: special.get(field.name) or plain[_base(field.type)]
        for field in msgspec.structs.fields(SessionRow)
    }


def _base(annotation: Any) -> Any:
    """A type, or the one of a union that is not None."""
    parts = [part for part in get_args(annotation) if part is not NoneType]
    return parts[0] if parts else annotation
