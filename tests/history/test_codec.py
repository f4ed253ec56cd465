"""Every event class survives being stored; what is not an event is refused."""

import subprocess
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.strategies import EVENT_CLASSES, TEXT, any_event, structs
from workspaces.history import events as e
from workspaces.history.codec import (
    HistoryError,
    NewerHistory,
    blob,
    check_head,
    decode,
    digest,
    encode,
)

HEAD = b'{"kind":"session-started","schema":%d}'


@pytest.mark.parametrize("kind", EVENT_CLASSES, ids=lambda kind: kind.__name__)
@given(data=st.data())
def test_every_event_class_survives_a_round_trip(kind: type[e.Event], data: st.DataObject) -> None:
    event = data.draw(structs(kind))
    line = encode(event)
    assert line.endswith(b"\n")
    assert line.count(b"\n") == 1
    back = decode(line)
    assert type(back) is kind
    assert back == event
    assert encode(back) == line


def test_every_event_class_is_in_the_union() -> None:
    assert set(EVENT_CLASSES) == set(e.Event.__subclasses__())


def test_tags_are_distinct_and_speak() -> None:
    tags = [kind.__struct_config__.tag for kind in EVENT_CLASSES]
    assert len(set(tags)) == len(tags)
    assert all(str(tag).replace("-", "").islower() for tag in tags)


def test_a_field_of_an_unknown_type_has_no_strategy() -> None:
    class Odd(msgspec.Struct):
        field: bytes

    with pytest.raises(LookupError):
        structs(Odd)


@pytest.mark.parametrize(
    "line",
    [
        b'{"kind":"meteor-struck","seq":1}',
        b'{"seq":1}',
        b'{"kind":"round-started","seq":1}',
        b'{"kind":"round-started","round":"one"}',
        b"[]",
        b"",
        b"\x00\x00",
        b'{"kind":"text","turn":1,"text":"\xff"}',
    ],
)
def test_what_is_no_event_fails_loudly(line: bytes) -> None:
    with pytest.raises((msgspec.DecodeError, UnicodeDecodeError)):
        decode(line)


@given(event=any_event(), extra=st.dictionaries(TEXT.map(lambda t: f"x-{t}"), TEXT, max_size=2))
def test_fields_that_a_later_version_adds_are_passed_over(event: Any, extra: Any) -> None:
    stored = msgspec.json.decode(encode(event))
    assert decode(msgspec.json.encode(stored | extra)) == event


def test_the_head_of_this_schema_and_of_older_ones_is_accepted() -> None:
    check_head(HEAD % e.SCHEMA, "here")


def test_a_newer_schema_is_refused_with_a_next_step() -> None:
    with pytest.raises(NewerHistory) as caught:
        check_head(HEAD % (e.SCHEMA + 1), "here")
    assert str(e.SCHEMA + 1) in caught.value.cause
    assert "pip" in caught.value.fix


@given(line=st.binary(max_size=60))
def test_any_bytes_as_a_head_are_accepted_or_refused_in_words(line: bytes) -> None:
    with pytest.raises(HistoryError):
        check_head(line, "here")


@pytest.mark.parametrize(
    "line",
    [
        b'{"kind":"\xff","schema":1}',
        b"[" * 100_000,
        b'{"kind":"session-started"}',
        b'{"kind":"round-started","schema":1}',
        b'{"kind":"session-started","schema":"1"}',
    ],
    ids=["not-utf8", "deep", "no-schema", "not-first", "schema-text"],
)
def test_strange_heads_are_refused_in_words(line: bytes) -> None:
    with pytest.raises(HistoryError):
        check_head(line, "here")


@pytest.mark.parametrize("text", ["", "a", "line\n", "grüße\n", "\x00\x1b[31m"])
def test_blobs_are_named_as_git_names_them(text: str) -> None:
    git = subprocess.run(
        ["git", "hash-object", "--stdin"], input=text.encode(), capture_output=True, check=True
    )
    assert blob(text).digest == git.stdout.decode().strip()
    assert digest(text.encode()) == blob(text).digest
