"""Recordings as they were stored under each schema, which open and mean the same for ever.

A schema that grows leaves its recordings here; they are never written anew.
"""

import gzip
from pathlib import Path
from typing import Any

import pytest

from agents.metrics.summary import summarise
from workspaces.history import events as e
from workspaces.history.reader import load
from workspaces.history.state import fold

GOLDEN = Path(__file__).parent / "golden"
MEANING: dict[str, dict[str, Any]] = {
    "schema-1-leases": {
        "session": "b2fb08dfce44", "tasks_done": 6, "tasks": 20, "seconds": 29.161263, "rounds": 4,
        "tokens_in": 35247, "tokens_out": 2825, "messages": 0, "tests_passed": 11,
        "tests_failed": 25, "test_runs_failed": 6, "commits": 8,
    },
    "schema-1-fork": {
        "session": "a1c67888852c", "tasks_done": 5, "tasks": 20, "seconds": 16.982973, "rounds": 3,
        "tokens_in": 10552, "tokens_out": 1006, "messages": 1, "tests_passed": 11,
        "tests_failed": 37, "test_runs_failed": 3, "commits": 7,
    },
}  # fmt: skip
"""Figures of each that rest on every kind of event in it. The first has leases, faults, a crash
and tests; the second is a fork, under another control, of a team with a lead and worktrees."""


@pytest.mark.parametrize("name", MEANING)
def test_it_opens_and_means_what_it_meant(name: str, tmp_path: Path) -> None:
    history = tmp_path / "history.jsonl"
    history.write_bytes(gzip.decompress((GOLDEN / f"{name}.jsonl.gz").read_bytes()))
    events, damage = load(tmp_path)
    assert damage is None
    summary = summarise(events).to_dict()
    assert {key: summary[key] for key in MEANING[name]} == MEANING[name]
    assert fold(events).ended


def test_there_is_one_of_every_schema() -> None:
    names = {path.name.partition(".")[0] for path in GOLDEN.iterdir()}
    assert names == set(MEANING)
    assert {int(name.split("-")[1]) for name in names} == set(range(1, e.SCHEMA + 1))
