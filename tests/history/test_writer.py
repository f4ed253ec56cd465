"""The writer: what it acknowledged is there, whatever happens to its process or its disk."""

import random
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.strategies import programs
from tests.world import ROSTER, Operation, World
from workspaces.history import events as e
from workspaces.history.codec import HistoryError, NewerHistory, encode
from workspaces.history.reader import FILE_NAME, load
from workspaces.history.state import fold
from workspaces.history.writer import HistoryLocked, HistoryWriter

PROGRAM = [Operation("write", 0, 0, 0), Operation("read", 1, 0), Operation("write", 1, 0, 1)]

APPEND_FOREVER = """
import sys
from pathlib import Path
from tests.world import World, Operation
from workspaces.history.writer import HistoryWriter

writer = HistoryWriter(Path(sys.argv[1]), lambda: 0.0)
def store(event):
    stored = writer.append(event)
    print(stored.seq, flush=True)
    return stored
world = World(store=store)
step = 0
while True:
    step += 1
    world.run([Operation("write", step % 3, step % 2, step % 5)])
"""

FILL_THE_DISK = """
import resource, sys
from pathlib import Path
from workspaces.history import events as e
from workspaces.history.codec import HistoryError
from workspaces.history.writer import HistoryWriter
from tests.world import World

path = Path(sys.argv[1])
writer = HistoryWriter(path, lambda: 0.0)
world = World(store=writer.append)
event = e.MessageSent(agent="ada", to=("bob",), text="x" * 300)
resource.setrlimit(resource.RLIMIT_FSIZE, (path.stat().st_size + 1000, resource.RLIM_INFINITY))
acknowledged = []
try:
    while True:
        acknowledged.append(writer.append(event).seq)
except HistoryError as error:
    assert "disk" in error.fix, error.fix
print(acknowledged[-1], path.stat().st_size)
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
again = writer.append(event)
print(again.seq, again.clock["ada"] - len(acknowledged))
writer.close()
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / FILE_NAME


def record(file: Path, program: list[Operation] = PROGRAM) -> list[e.AnyEvent]:
    with HistoryWriter(file, lambda: 0.0) as writer:
        return World(store=writer.append).run(program).events


@given(program=programs(most=10), cut=st.integers(0, 60))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_a_writer_that_stops_and_starts_again_writes_the_same_history(
    program: list[Operation], cut: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    whole = World().run(program).events
    file = tmp_path_factory.mktemp("history") / FILE_NAME
    times = iter(event.t for event in whole)
    past: list[e.AnyEvent] = []
    for part in (whole[:cut], whole[cut:]):
        with HistoryWriter(file, lambda: next(times)) as writer:
            assert writer.past == past
            past = [writer.append(event) for event in part]
    assert load(file) == (whole, None)


def test_an_event_is_stored_before_anybody_is_told(file: Path) -> None:
    seen: list[int] = []

    def check(event: e.AnyEvent) -> None:
        assert load(file)[0][-1] == event
        seen.append(event.seq)

    with HistoryWriter(file, lambda: 0.0) as writer:
        writer.observe(check)
        events = World(store=writer.append).run(PROGRAM).events
    assert seen == [event.seq for event in events]


def test_envelopes_are_given_by_the_writer(file: Path) -> None:
    times = iter([-3.0, 0.12345678, 2.0])
    with HistoryWriter(file, lambda: next(times)) as writer:
        stored = [writer.append(e.RoundStarted(seq=99, t=99, round=n)) for n in range(3)]
    assert [event.seq for event in stored] == [1, 2, 3]
    assert [event.t for event in stored] == [0.0, 0.123457, 2.0]
    assert [event.clock for event in stored] == [{e.SESSION: 1}, {e.SESSION: 2}, {e.SESSION: 3}]


def test_syncing_brings_everything_to_the_disk(file: Path) -> None:
    with HistoryWriter(file, lambda: 0.0) as writer:
        World(store=writer.append)
        writer.sync()
        assert writer.durable == writer.seq > 0


def test_closing_twice_is_harmless(file: Path) -> None:
    writer = HistoryWriter(file, lambda: 0.0)
    writer.close()
    writer.close()


def test_a_second_writer_is_refused_until_the_first_is_gone(file: Path) -> None:
    with HistoryWriter(file, lambda: 0.0) as writer:
        World(store=writer.append)
        before = file.read_bytes()
        with pytest.raises(HistoryLocked) as caught:
            HistoryWriter(file, lambda: 0.0)
        assert "attach" in caught.value.fix
        assert file.read_bytes() == before
        writer.append(e.RoundEnded(round=1))
    with HistoryWriter(file, lambda: 0.0) as writer:
        assert writer.past[-1].seq == writer.seq


def test_a_tail_torn_at_any_byte_is_cut_off_and_writing_goes_on(file: Path) -> None:
    events = record(file)
    whole = file.read_bytes()
    last = len(encode(events[-1]))
    for end in range(len(whole) - last, len(whole)):
        file.write_bytes(whole[:end])
        with HistoryWriter(file, lambda: 0.0) as writer:
            assert writer.past == events[:-1]
            assert writer.append(events[-1]) == events[-1]
        assert file.read_bytes() == whole


def test_a_damaged_history_is_not_continued_and_not_changed(file: Path) -> None:
    record(file)
    whole = file.read_bytes()
    lines = whole.splitlines(keepends=True)
    lines[2] = b"nonsense\n"
    file.write_bytes(b"".join(lines))
    with pytest.raises(HistoryError, match="line 3"):
        HistoryWriter(file, lambda: 0.0)
    assert file.read_bytes() == b"".join(lines)


@pytest.mark.parametrize("content", [b"my notes\n", b"my notes", b"{}", b'{"kind":"text"', b"\0"])
def test_a_foreign_file_is_neither_continued_nor_changed(file: Path, content: bytes) -> None:
    file.write_bytes(content)
    with pytest.raises(HistoryError):
        HistoryWriter(file, lambda: 0.0)
    assert file.read_bytes() == content


def test_a_history_torn_in_its_very_first_line_begins_again(file: Path) -> None:
    record(file)
    first = file.read_bytes().splitlines(keepends=True)[0]
    for end in range(len(first)):
        file.write_bytes(first[:end])
        with HistoryWriter(file, lambda: 0.0) as writer:
            assert writer.past == []
            World(store=writer.append)
        assert load(file)[1] is None


def test_a_newer_history_is_not_continued(file: Path) -> None:
    record(file)
    newer = file.read_bytes().replace(b'"schema":%d' % e.SCHEMA, b'"schema":%d' % (e.SCHEMA + 1), 1)
    file.write_bytes(newer)
    with pytest.raises(NewerHistory):
        HistoryWriter(file, lambda: 0.0)
    assert file.read_bytes() == newer


def test_a_refused_history_can_be_opened_once_it_is_mended(file: Path) -> None:
    record(file)
    whole = file.read_bytes()
    file.write_bytes(whole + b"nonsense\n")
    with pytest.raises(HistoryError):
        HistoryWriter(file, lambda: 0.0)
    file.write_bytes(whole)
    HistoryWriter(file, lambda: 0.0).close()


def test_a_folder_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(HistoryError) as caught:
        HistoryWriter(tmp_path / "nowhere" / FILE_NAME, lambda: 0.0)
    assert "--out" in caught.value.fix


def test_only_its_user_may_read_a_history(file: Path) -> None:
    record(file)
    assert file.stat().st_mode & 0o777 == 0o600


def test_an_event_that_cannot_be_stored_has_not_happened(file: Path) -> None:
    with HistoryWriter(file, lambda: 0.0) as writer:
        World(store=writer.append)
        with pytest.raises(KeyError):
            writer.append(e.MessageDelivered(agent="ada", message=1, causes=(99,)))
        with pytest.raises(UnicodeEncodeError):
            writer.append(e.Waited(agent="ada", turn=1, reason="\ud800"))
        assert writer.append(e.Waited(agent="ada", turn=1)).clock["ada"] == 1
    assert load(file)[1] is None


def test_a_full_disk_keeps_what_was_acknowledged_and_may_be_tried_again(file: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", FILL_THE_DISK, str(file)],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parents[2],
    )
    last, size, again, missed = map(int, done.stdout.split())
    events, damage = load(file)
    assert damage is None
    assert again == last + 1 == len(events)
    assert missed == 1, "the failed attempt must not have ticked the clock"
    assert sum(len(encode(event)) for event in events[:last]) == size


@pytest.mark.parametrize("seed", range(5))
def test_killing_the_writer_loses_nothing_it_acknowledged(file: Path, seed: int) -> None:
    wanted = random.Random(seed).randrange(1, 400)
    process = subprocess.Popen(
        [sys.executable, "-c", APPEND_FOREVER, str(file)],
        stdout=subprocess.PIPE,
        cwd=Path(__file__).parents[2],
    )
    assert process.stdout
    with process.stdout:
        acknowledged = 0
        for _ in range(wanted):
            acknowledged = int(process.stdout.readline())
        process.send_signal(signal.SIGKILL)
        assert process.wait() == -signal.SIGKILL
        for line in process.stdout:
            if line.endswith(b"\n"):
                acknowledged = int(line)
    events, _ = load(file)
    assert acknowledged <= len(events)
    assert [event.seq for event in events] == list(range(1, len(events) + 1))
    with HistoryWriter(file, lambda: 0.0) as writer:
        assert writer.past == events
        writer.append(e.SessionResumed(wall_time="2026-01-01T00:00:01Z"))
    assert fold(load(file)[0]).agents.keys() == set(ROSTER)
