"""Reading a history whole, in pieces, torn and broken."""

import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.world import Operation, World
from workspaces.history.codec import HistoryError, NewerHistory, encode
from workspaces.history.events import SCHEMA
from workspaces.history.reader import FILE_NAME, Reader, load, locate
from workspaces.history.state import fold

WORLD = World().run(
    [
        Operation("write", 0, 0, 0),
        Operation("claim", 0, 0),
        Operation("read", 1, 0),
        Operation("write", 1, 0, 1),
        Operation("complete", 0),
        Operation("send", 1, 2),
        Operation("deliver", 2),
        Operation("release", 1),
    ]
)
LINES = [encode(event) for event in WORLD.events]
WHOLE = b"".join(LINES)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / FILE_NAME


@pytest.fixture(scope="module")
def scratch() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as folder:
        yield Path(folder) / FILE_NAME


def test_a_whole_history_is_read_from_its_file_and_its_folder(file: Path) -> None:
    file.write_bytes(WHOLE)
    assert load(file) == (WORLD.events, None)
    assert load(file.parent) == (WORLD.events, None)
    assert locate(file.parent) == file


def test_a_tail_cut_at_any_byte_costs_its_line_only(file: Path) -> None:
    start = len(WHOLE) - len(LINES[-1])
    for end in range(start, len(WHOLE)):
        file.write_bytes(WHOLE[:end])
        events, damage = load(file)
        assert events == WORLD.events[:-1]
        assert (damage is None) == (end == start)
        if damage:
            assert (damage.line, damage.offset) == (len(LINES), start)


def test_a_tail_that_arrives_byte_by_byte_is_one_event_in_the_end(file: Path) -> None:
    file.write_bytes(b"")
    reader = Reader(file)
    with file.open("ab", buffering=0) as out:
        for number in range(len(WHOLE)):
            out.write(WHOLE[number : number + 1])
            events = reader.poll()
            assert len(events) == (WHOLE[number] == ord("\n"))
    assert reader.seq == len(LINES)
    assert reader.damage is None
    reader.close()


@pytest.mark.parametrize("most", [1, 7, 100, 1 << 20])
def test_reading_in_ranges_gives_the_same_events(file: Path, most: int) -> None:
    file.write_bytes(WHOLE)
    reader = Reader(file)
    events = []
    while part := reader.poll(most):
        events += part
    assert events == WORLD.events
    assert reader.offset == len(WHOLE)
    reader.close()


@given(place=st.integers(0, len(WHOLE) - 1), bits=st.integers(1, 255))
@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_flipped_byte_is_damage_and_never_a_traceback(
    scratch: Path, place: int, bits: int
) -> None:
    broken = bytearray(WHOLE)
    broken[place] ^= bits
    scratch.write_bytes(broken)
    line = WHOLE.count(b"\n", 0, place)
    if line == 0:
        with suppress(HistoryError):
            fold(load(scratch)[0])
        return
    events, damage = load(scratch)
    assert events[:line] == WORLD.events[:line]
    if damage:
        # A flipped newline joins two lines, so the damage may show on its own line only.
        assert damage.line - 1 in (line, line + 1)
        assert damage.reason
    else:
        assert len(events) == len(LINES)
    fold(events)


@given(rubbish=st.binary(max_size=200))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_rubbish_after_a_good_history_is_damage_at_its_first_line(
    scratch: Path, rubbish: bytes
) -> None:
    scratch.write_bytes(WHOLE + rubbish)
    events, damage = load(scratch)
    assert events == WORLD.events
    assert (damage is None) == (not rubbish)
    if damage:
        assert damage.offset == len(WHOLE)


@pytest.mark.parametrize("rubbish", [b"[" * 100_000 + b"\n", b'{"kind":"text","t":' + b"1" * 5000])
def test_deep_and_endless_rubbish_is_damage_too(file: Path, rubbish: bytes) -> None:
    file.write_bytes(WHOLE + rubbish)
    events, damage = load(file)
    assert events == WORLD.events
    assert damage is not None


@pytest.mark.parametrize(
    ("lines", "good"),
    [
        (LINES[:3] + LINES[4:], 3),
        ([*LINES[:3], LINES[2], *LINES[3:]], 3),
        ([*LINES[:2], LINES[3], LINES[2]], 2),
        ([LINES[0], b"\n", *LINES[1:]], 1),
    ],
    ids=["one-missing", "one-twice", "swapped", "blank-line"],
)
def test_a_number_out_of_order_is_damage(file: Path, lines: list[bytes], good: int) -> None:
    file.write_bytes(b"".join(lines))
    events, damage = load(file)
    assert events == WORLD.events[:good]
    assert damage is not None
    assert damage.line == good + 1
    assert damage.offset == sum(map(len, lines[:good]))
    assert str(good + 1) in str(damage)


def test_nothing_is_read_past_damage(file: Path) -> None:
    file.write_bytes(LINES[0] + b"nonsense\n")
    reader = Reader(file)
    assert reader.poll() == WORLD.events[:1]
    with file.open("ab") as out:
        out.write(LINES[1])
    assert reader.poll() == []
    reader.close()


def test_an_empty_file_holds_no_session_but_may_be_followed(file: Path) -> None:
    file.touch()
    with pytest.raises(HistoryError, match="no session"):
        load(file)
    reader = Reader(file)
    assert reader.poll() == []
    reader.close()


@pytest.mark.parametrize("content", [b"hello\n", b"\x7fELF\x00\n", b"[]\n", LINES[1]])
def test_a_foreign_file_is_refused(file: Path, content: bytes) -> None:
    file.write_bytes(content)
    with pytest.raises(HistoryError) as caught:
        load(file)
    assert caught.value.fix


def test_a_newer_history_is_refused(file: Path) -> None:
    old, new = b'"schema":%d' % SCHEMA, b'"schema":%d' % (SCHEMA + 1)
    file.write_bytes(WHOLE.replace(old, new, 1))
    with pytest.raises(NewerHistory):
        load(file)


def test_a_missing_history_is_refused(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "nowhere"):
        with pytest.raises(HistoryError):
            locate(path)
    with pytest.raises(HistoryError):
        Reader(tmp_path / "nowhere")
