"""Old histories open for ever: the steps from schema to schema, and their registry."""

from pathlib import Path
from typing import Any

import pytest

from tests.tui import histories
from workspaces.history import codec, upgrades
from workspaces.history import events as e
from workspaces.history.codec import HistoryError, check_head
from workspaces.history.reader import load


def test_there_is_a_step_from_every_schema() -> None:
    assert set(upgrades.STEPS) == set(range(1, e.SCHEMA))
    assert all(upgrades.can_upgrade(schema) for schema in range(1, e.SCHEMA + 1))


@pytest.mark.parametrize("schema", [0, -1])
def test_schemas_count_from_one(schema: int) -> None:
    with pytest.raises(HistoryError, match="never was"):
        check_head(b'{"kind":"session-started","schema":%d}' % schema, "here")


def test_steps_are_taken_in_turn() -> None:
    def renamed(stored: dict[str, Any]) -> dict[str, Any]:
        if stored["kind"] == "said":
            stored["kind"] = "text"
        return stored

    def counted(stored: dict[str, Any]) -> dict[str, Any]:
        return stored | ({"turn": stored["turn"] + 1} if stored["kind"] == "text" else {})

    steps = {1: renamed, 2: counted}
    old = {"kind": "said", "seq": 5, "turn": 1, "text": "x"}
    assert upgrades.upgraded(dict(old), 1, 3, steps)["turn"] == 2
    assert upgrades.upgraded(dict(old), 2, 3, steps)["kind"] == "said"
    assert upgrades.upgraded(dict(old), 3, 3, steps) == old
    assert not upgrades.can_upgrade(1, 4, steps)


def test_a_history_of_an_earlier_schema_opens(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As it will be when the schema has grown: today's history read by tomorrow's reader, whose
    `text` events were called `said` before."""
    path = tmp_path / "history.jsonl"
    histories.ended(path)
    now, _ = load(path)
    old = path.read_bytes().replace(b'"kind":"text"', b'"kind":"said"')
    path.write_bytes(old)

    def renamed(stored: dict[str, Any]) -> dict[str, Any]:
        return stored | ({"kind": "text"} if stored["kind"] == "said" else {})

    newer = e.SCHEMA + 1
    monkeypatch.setattr(codec, "SCHEMA", newer)
    monkeypatch.setattr(codec, "can_upgrade", lambda schema: True)
    monkeypatch.setattr(
        codec,
        "upgraded",
        lambda stored, schema: upgrades.upgraded(stored, schema, newer, {e.SCHEMA: renamed}),
    )
    upgraded, damage = load(path)
    assert damage is None
    first = upgraded[0]
    assert isinstance(first, e.SessionStarted)
    assert first.schema == newer
    assert upgraded[1:] == now[1:]
    torn = old[:-20]
    path.write_bytes(torn.replace(b'{"kind":"said"', b'[{"kind":"said"', 1))
    _, damage = load(path)
    assert damage
