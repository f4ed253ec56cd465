"""`crosstalk export`: a recording in the forms that other tools read."""

import argparse
import re
import sys
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from tui import themes
from tui.export.formats import FORMATS, Format
from tui.export.options import Options
from tui.export.output import STANDARD_OUTPUT
from workspaces.errors import CrosstalkError

if TYPE_CHECKING:
    from tui.export.account import Account

SMALLEST, LARGEST = (40, 12), (500, 200)
SLOWEST, FASTEST = 0.25, 64.0


def run(options: argparse.Namespace) -> int:
    """Write the export."""
    chosen = FORMATS[options.to]
    wanted = _options(options)
    source = Path(options.file)
    account = _account(source, options.session or "")
    wanted = wanted._replace(at=_moment(options.at, account.seconds))
    out = Path(options.out) if options.out else _default(source, chosen)
    import_module(f"tui.export.{chosen.module}").write(account, out, wanted)
    if account.problem:
        sys.stderr.write(f"crosstalk: the recording is readable up to {account.problem}\n")
    if out != STANDARD_OUTPUT:
        where = options.endpoint or out
        sys.stdout.write(f"{where}\n")
    return 0


def _account(source: Path, session: str) -> "Account":
    from tui.export.account import Account
    from workspaces.history.opening import open_recording
    from workspaces.history.packing import is_packed

    events, folder, problem = open_recording(source, session)
    return Account(events, folder, problem, source if is_packed(source) else None)


def _options(options: argparse.Namespace) -> Options:
    if not SLOWEST <= options.speed <= FASTEST:
        raise CrosstalkError(
            f"A speed of {options.speed:g}",
            "",
            f"Choose a --speed from {SLOWEST:g} to {FASTEST:g}.",
        )
    if options.theme not in themes.CYCLE:
        names = ", ".join(themes.CYCLE)
        raise CrosstalkError(f"There is no theme {options.theme}", "", f"Choose a --theme: {names}")
    columns, rows = _size(options.size)
    return Options(
        columns,
        rows,
        options.theme,
        options.speed,
        max(options.idle, 0.0),
        3 if options.to == "cast" and options.cast_version == 3 else 2,
        None,
        options.endpoint or "",
    )


def _size(words: str) -> tuple[int, int]:
    match = re.fullmatch(r"(\d{1,4})x(\d{1,4})", words)
    size = (int(match[1]), int(match[2])) if match else (0, 0)
    inside = all(a <= b <= c for a, b, c in zip(SMALLEST, size, LARGEST, strict=True))
    if not inside:
        raise CrosstalkError(
            f"A screen of {words}",
            "it is given as columns x rows, such as 120x40",
            f"Choose a --size from {SMALLEST[0]}x{SMALLEST[1]} to {LARGEST[0]}x{LARGEST[1]}.",
        )
    return size


def _moment(words: str | None, seconds: float) -> float | None:
    """A moment as a person gives it: `95`, `1:35`, `50%`; `None` is the end."""
    if words is None:
        return None
    if match := re.fullmatch(r"(\d+(?:\.\d+)?)%", words):
        return seconds * min(float(match[1]), 100.0) / 100
    if re.fullmatch(r"(\d+:){0,2}\d+(\.\d+)?", words):
        moment = 0.0
        for part in words.split(":"):
            moment = moment * 60 + float(part)
        return min(moment, seconds)
    raise CrosstalkError(
        f"There is no moment {words}", "", "Give --at as seconds, as 1:35, or as 50%."
    )


def _default(source: Path, chosen: Format) -> Path:
    """Beside the person, named after the recording."""
    resolved = source.resolve()
    name = resolved.parent.name if resolved.name == "history.jsonl" else resolved.stem
    if resolved.is_dir():
        name = resolved.name
    endings = {"tables": ".parquet", "unpacked": "-session"}
    return Path((name or "session") + (chosen.suffix or endings[chosen.module]))
