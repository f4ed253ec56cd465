"""The readers of histories against files that are cut, flipped, shuffled, foreign and hostile: a
clear error or a partial opening, never another exception, never a hang."""

import random
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.tui import controlled, histories
from tui.export.account import Account
from tui.foresight import Foresight
from tui.replay import ReplayFeed
from tui.views.docket import Docket
from workspaces.errors import CrosstalkError
from workspaces.history.events import AnyEvent
from workspaces.history.opening import open_recording, open_tape
from workspaces.history.reader import Reader, parse
from workspaces.history.tape import HistoryTape
from workspaces.history.writer import HistoryWriter


@pytest.fixture(scope="module", params=[histories.ended, controlled.leases, controlled.kinds])
def whole(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> bytes:
    path = tmp_path_factory.mktemp("fuzz") / "history.jsonl"
    story: Callable[[Path], None] = request.param
    story(path)
    return path.read_bytes()


def opened(path: Path) -> list[AnyEvent] | None:
    """What all ways of opening make of a file, which must agree; `None` if they refuse it."""
    try:
        events, _, problem = open_recording(path)
    except CrosstalkError:
        with pytest.raises(CrosstalkError):
            HistoryTape(path)
        return None
    tape = HistoryTape(path)
    by_tape = list(tape.events(0, len(tape)))
    assert by_tape == list(events)
    assert len(tape) == len(events)
    assert bool(tape.problem) == bool(problem)
    reader = Reader(path)
    by_reader: list[AnyEvent] = []
    while new := reader.poll(500):
        by_reader += new
    reader.close()
    assert by_reader == list(events)
    return by_tape


def folded(path: Path) -> None:
    """Everything that is made of a recording can be made of what is left of it."""
    tape = open_tape(path).tape
    ahead = Foresight(tape)
    ahead.start()
    ahead.wait()
    feed = ReplayFeed(tape, playing=False, ahead=ahead)
    picture = feed.begin(Docket())
    while True:
        for event in feed.poll():
            picture.observe(event)
        if not feed.behind:
            break
    picture.catch_up(float("inf"))
    feed.step(-1)
    feed.close()
    Account(tape.events(0, len(tape)))


def flipped(data: bytes, rng: random.Random) -> bytes:
    changed = bytearray(data)
    for _ in range(rng.randrange(1, 6)):
        changed[rng.randrange(len(changed))] ^= 1 << rng.randrange(8)
    return bytes(changed)


def cut(data: bytes, rng: random.Random) -> bytes:
    return data[: rng.randrange(len(data))]


def reordered(data: bytes, rng: random.Random) -> bytes:
    lines = data.splitlines(keepends=True)
    one, other = rng.randrange(1, len(lines)), rng.randrange(1, len(lines))
    lines[one], lines[other] = lines[other], lines[one]
    return b"".join(lines)


def lost(data: bytes, rng: random.Random) -> bytes:
    lines = data.splitlines(keepends=True)
    del lines[rng.randrange(len(lines))]
    return b"".join(lines)


def doubled(data: bytes, rng: random.Random) -> bytes:
    lines = data.splitlines(keepends=True)
    lines.insert(rng.randrange(len(lines)), lines[rng.randrange(len(lines))])
    return b"".join(lines)


def spliced(data: bytes, rng: random.Random) -> bytes:
    junk = bytes(rng.randrange(256) for _ in range(rng.randrange(1, 200)))
    at = rng.randrange(len(data))
    return data[:at] + junk + data[at:]


@pytest.mark.parametrize("harm", [flipped, cut, reordered, lost, doubled, spliced])
def test_damage(
    whole: bytes, tmp_path: Path, harm: Callable[[bytes, random.Random], bytes]
) -> None:
    path = tmp_path / "history.jsonl"
    good, _ = parse(whole, "here")
    rng = random.Random(harm.__name__)
    for number in range(120):
        path.write_bytes(harm(whole, rng))
        events = opened(path)
        if events is None:
            continue
        if harm in (cut, lost, doubled, reordered):
            assert events == good[: len(events)]
        if number % 20 == 0:
            folded(path)
        # It is never written on where it cannot be read: that would lose what comes after.
        before = path.read_bytes()
        try:
            HistoryWriter(path, lambda: 0.0).close()
        except CrosstalkError:
            assert path.read_bytes() == before
        else:
            assert before.startswith(path.read_bytes())


@given(st.binary(max_size=400))
def test_any_bytes(data: bytes) -> None:
    try:
        events, _ = parse(data, "here")
    except CrosstalkError:
        return
    assert events


HOSTILE = {
    "deep": b"[" * 200_000 + b"\n",
    "deep object": b'{"a":' * 100_000 + b"\n",
    "nul": b"\0" * 10_000 + b"\n",
    "long number": b'{"kind":"session-started","schema":' + b"9" * 5_000 + b"}\n",
    "negative schema": b'{"kind":"session-started","schema":-1}\n',
    "not a number": b'{"kind":"session-started","schema":NaN}\n',
    "surrogate": b'{"kind":"session-started","schema":1,"session":"\\ud800"}\n',
    "bom": b"\xef\xbb\xbf{}\n",
    "utf-16": '{"kind":"session-started"}\n'.encode("utf-16"),
    "newlines": b"\n" * 10_000,
    "gzip": b"\x1f\x8b\x08\x00" + b"\0" * 100,
    "zip": b"PK\x03\x04" + b"\0" * 100,
    "html": b"<!doctype html><title>404</title>\n",
    "git": b"gitdir: ../.git\n",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_and_foreign_files(tmp_path: Path, name: str) -> None:
    path = tmp_path / "history.jsonl"
    path.write_bytes(HOSTILE[name])
    with pytest.raises(CrosstalkError) as caught:
        open_recording(path)
    assert caught.value.title
    with pytest.raises(CrosstalkError):
        open_tape(path)


@pytest.mark.parametrize(
    "line",
    [
        b'{"kind":"text","seq":2,"turn":1,"text":"\\ud800"}',
        b'{"kind":"text","seq":1e400,"turn":1,"text":"x"}',
        b'{"kind":"turn-started","seq":2,"t":-1e308,"agent":"nobody","turn":-5,"round":0,"prompts":[]}',
        b'{"kind":"file-written","seq":2,"agent":"nobody","turn":1,"path":"../../etc","version":-7,'
        b'"base":99,"replaced":3,"blob":"","size":-1}',
        b'{"kind":"task-claimed","seq":2,"agent":"x","task":"none","epoch":-1}',
        b'{"kind":"message-delivered","seq":2,"agent":"x","message":99999}',
        b'{"kind":"tests-ended","seq":2,"run":7,"tree":"","passed":-1,"failed":-1,"errors":0,'
        b'"returncode":0,"seconds":-1}',
        b'{"kind":"session-started","seq":2}',
        b"[" * 100_000,
    ],
)
def test_hostile_lines(whole: bytes, tmp_path: Path, line: bytes) -> None:
    """Events that no session would record fold all the same, or end the history."""
    path = tmp_path / "history.jsonl"
    first = whole.splitlines(keepends=True)[0]
    path.write_bytes(first + line + b"\n")
    events = opened(path)
    assert events
    folded(path)


@pytest.mark.parametrize("kind", ["folder", "missing", "unreadable", "pipe"])
def test_no_file_at_all(tmp_path: Path, kind: str) -> None:
    import os

    path = tmp_path / "history.jsonl"
    if kind == "folder":
        path.mkdir()
    elif kind == "unreadable":
        path.symlink_to("/proc/self/mem")
    elif kind == "pipe":
        os.mkfifo(path)
    with pytest.raises(CrosstalkError):
        open_recording(path)
    with pytest.raises(CrosstalkError):
        open_tape(path)
