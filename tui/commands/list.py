"""`crosstalk list`: the recordings there are, and finding words in them."""

import argparse
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from workspaces.errors import CrosstalkError
from workspaces.history.opening import table_folder, table_names
from workspaces.history.packing import SUFFIX, is_packed
from workspaces.history.reader import FILE_NAME

if TYPE_CHECKING:
    from workspaces.history.searching import Query

MOST_HITS = 20
"""Hits shown of one recording; with --json all are."""


def run(options: argparse.Namespace) -> int:
    """List the recordings in the places that are named, or else the sessions of the user's data
    folder and those that run elsewhere, newest last."""
    from tui.views import outcome
    from workspaces.anomalies.searching import searcher
    from workspaces.history.searching import parse

    query = parse(options.search) if options.search is not None else None
    if query:
        searcher(query)  # refuses what does not exist, also where there is nothing to look through
    running = _running()
    rows: list[dict[str, Any]] = []
    for path in _places([Path(name) for name in options.paths], running):
        if folder := table_folder(path):
            rows += _of_tables(folder, query)
            continue
        row: dict[str, Any] = outcome.row(path, path.resolve() in running)
        if query is None or _search(row, path, "", query):
            rows.append(row)
    if options.json:
        sys.stdout.write(json.dumps(rows) + "\n")
    elif not rows:
        none = "No sessions yet. `crosstalk demo` makes one."
        sys.stdout.write(("Nothing fits." if query or options.paths else none) + "\n")
    else:
        sys.stdout.writelines(_lines(rows))
    return 0


def _running() -> set[Path]:
    from agents.runtime import control

    return {path.resolve() for path in control.running()}


def _places(paths: list[Path], running: set[Path]) -> list[Path]:
    """Where the recordings are, the newest last."""
    from agents.runtime import folder

    found = {path for given in paths for path in _within(given)}
    if not paths:
        found = running | {path.resolve() for path in _within(folder.home(), must=False)}
    return sorted(found, key=_age)


def _within(path: Path, must: bool = True) -> Iterator[Path]:
    """The recordings that `path` is, or holds; raises `CrosstalkError` when there must be one."""
    if path.is_file() or (path / FILE_NAME).is_file() or table_folder(path):
        yield path
        return
    found = [each.parent for each in path.glob(f"*/{FILE_NAME}")]
    found += [each for each in path.glob(f"*{SUFFIX}") if is_packed(each)]
    if must and not found:
        raise CrosstalkError(
            f"There is no recording at {path}",
            f"neither a session, nor a folder with sessions or *{SUFFIX} files in it",
            "Without a place, `crosstalk list` shows your own.",
        )
    yield from found


def _age(path: Path) -> float:
    file = path / FILE_NAME if (path / FILE_NAME).is_file() else path
    try:
        return file.stat().st_mtime
    except OSError:
        return 0.0


def _of_tables(folder: Path, query: "Query | None") -> list[dict[str, Any]]:
    """A row for each session kept in tables; what it was is known once it is opened."""
    rows = []
    for name in table_names(folder):
        row: dict[str, Any] = {"dir": str(folder), "session": name}
        if query is None or _search(row, folder, name, query):
            rows.append(row)
    return rows


def _search(row: dict[str, Any], path: Path, session: str, query: "Query") -> bool:
    """Add to the row what of the recording fits; whether anything does."""
    from dataclasses import asdict

    from workspaces.anomalies.searching import searcher
    from workspaces.history.opening import open_tape

    search, at, hits = searcher(query), 0, []
    try:
        tape = open_tape(path, session).tape
    except CrosstalkError:
        return False
    while events := tape.events(at, at + 2_000):
        hits += [hit for event in events for hit in search.observe(event)]
        at += len(events)
    row["hits"] = [asdict(hit) for hit in (*hits, *search.finish())]
    return bool(row["hits"])


def _lines(rows: list[dict[str, Any]]) -> Iterator[str]:
    from tui.views.line import flat
    from tui.views.words import clock, money

    for row in rows:
        if "status" not in row:
            yield f"{row['dir']} --session {flat(row['session'])}\n"
        else:
            cost = "" if row["cost_usd"] is None else money(row["cost_usd"])
            yield (
                f"{row['status']:<12} {flat(row['suite']):<12} {flat(row['team']):<14}"
                f" n={row['agents']:<3} {row['tasks']:>6}  {row['findings']:>4} findings"
                f"  {row['seconds']:>6} s  {cost:>6}  {flat(', '.join(row['models'])):<20}"
                f"  {row['dir']}\n"
            )
        hits = row.get("hits", [])
        for hit in hits[:MOST_HITS]:
            where = f"{clock(hit['t']):>9}  #{hit['seq']:<6} {hit['kind']:<15} {hit['agent']:<10}"
            yield f"{where} {flat(hit['text'])}\n"
        if len(hits) > MOST_HITS:
            yield f"{'':>9}  {len(hits) - MOST_HITS} more\n"
