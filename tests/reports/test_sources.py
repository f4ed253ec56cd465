"""Sessions from histories, tables and folders are the same sessions."""

from pathlib import Path

import pytest

from agents.metrics.lost import LostWork
from agents.reports import recordings, sources, tables
from agents.reports.rows import SessionRow
from agents.runtime import process
from agents.runtime.spec import Spec
from tests.reports.sessions import session
from tests.world import World
from tui.cli import main
from workspaces.errors import CrosstalkError
from workspaces.history import events as e
from workspaces.history import packing
from workspaces.history.state import State


@pytest.fixture(scope="module")
def recording(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("recording") / "session"
    spec = Spec(
        suite="svg/p0.9",
        agents=2,
        models=("sim-claude-sonnet-4.6",),
        team="decentralized",
        timing="virtual",
    )
    process.run(spec, 3, folder)
    return folder


def test_a_recording_is_a_row(recording: Path) -> None:
    row = recordings.read(recording)
    assert (row.kind, row.structure, row.parallel) == ("svg", "p0.9", 0.9)
    assert (row.mode, row.control, row.agents, row.seed) == ("decentralized", "none", 2, 3)
    assert row.replies > 0
    assert row.tokens == row.tokens_in + row.tokens_out > 0
    assert row.written_bytes
    assert 0 <= (row.lost_bytes or 0) <= row.written_bytes
    assert all(gap >= 0 for gap in row.gaps)


def test_a_session_is_found_by_folder_file_and_parent(recording: Path) -> None:
    expected = [recordings.read(recording)]
    assert sources.load([recording]) == expected
    assert sources.load([recording / "history.jsonl"]) == expected
    assert sources.load([recording.parent]) == expected
    assert sources.load([recording, recording]) == expected * 2


def test_a_session_is_the_same_packed_and_as_tables(recording: Path, tmp_path: Path) -> None:
    history = (recording / "history.jsonl").read_bytes()
    packing.pack({"history.jsonl": history}, tmp_path / "s.crosstalk")
    expected = [recordings.read(recording)]
    assert sources.load([tmp_path / "s.crosstalk"]) == expected
    assert sources.load([tmp_path]) == expected
    out = tmp_path / "tables"
    assert main(["export", str(recording), "--to", "parquet", "-o", str(out)]) == 0
    assert sources.load([out]) == expected


def test_where_there_is_nothing_it_is_said(tmp_path: Path) -> None:
    with pytest.raises(CrosstalkError, match="no session in"):
        sources.load([tmp_path])
    with pytest.raises(CrosstalkError, match="No session at"):
        sources.load([tmp_path / "nowhere"])


def test_rows_come_back_from_a_table(tmp_path: Path) -> None:
    rows = [
        session(session="b", agents=2, gaps=(1.5, 2.5), findings={"overwrite": 3}, idle=0.25),
        session(session="a", cost_usd=None, seed=7, written_bytes=10, lost_bytes=1),
    ]
    tables.write(rows, tmp_path / "t.parquet")
    assert tables.read(tmp_path / "t.parquet") == sorted(rows, key=tables.order)
    tables.write([], tmp_path / "empty.parquet")
    assert tables.read(tmp_path / "empty.parquet") == []


def test_the_same_rows_are_the_same_bytes(tmp_path: Path) -> None:
    rows = [session(session=str(k), repetition=k) for k in range(3)]
    tables.write(rows, tmp_path / "one.parquet")
    tables.write(rows[::-1], tmp_path / "other.parquet")
    assert (tmp_path / "one.parquet").read_bytes() == (tmp_path / "other.parquet").read_bytes()


def lost(world: World) -> LostWork:
    fold, state = LostWork(), State()
    for event in world.events:
        state.apply(event)
        fold.observe(event, state)
    return fold


def test_work_is_lost_to_whoever_had_not_seen_it() -> None:
    world = World(roster=("ada", "bob"))
    world.write("ada", "add.py", "aaaa\n")
    world.write("bob", "add.py", "bb\n")
    fold = lost(world)
    assert (fold.written, fold.lost) == (8, 5)
    assert fold.share == 5 / 8


def test_work_is_not_lost_to_its_reader_its_author_or_its_like() -> None:
    world = World(roster=("ada", "bob"))
    world.write("ada", "add.py", "aaaa\n")
    world.read("bob", "add.py")
    world.write("bob", "add.py", "bb\n")
    world.write("bob", "add.py", "cc\n")
    world.write("ada", "mean.py", "same\n")
    world.write("bob", "mean.py", "same\n")
    assert lost(world).lost == 0


def test_refused_writes_are_counted() -> None:
    world = World(roster=("ada", "bob"))
    for action in ("write_file", "edit_file", "claim_task"):
        world.add(
            e.ActionRefused(
                agent="ada", turn=1, action=action, target="add.py", code="stale", reason="no"
            )
        )
    world.add(e.MergeRefused(agent="bob", task="task-0", reason="conflict"))
    assert lost(world).refused == 3


def test_a_row_needs_a_session() -> None:
    with pytest.raises(CrosstalkError, match="no session"):
        recordings.row([])
    assert isinstance(session(), SessionRow)
