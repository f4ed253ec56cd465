import subprocess

from hypothesis import given
from hypothesis import strategies as st

from workspaces.files.commits import compose
from workspaces.files.trailers import Trailers, read_trailers, write_trailers
from workspaces.history.events import UNREAD

BLOBS = st.sampled_from(["", "8baef1b4abc478178b004d62031cf7fe6db6f903"])
NASTY = st.one_of(
    st.text(),
    st.sampled_from(
        [
            "",
            "a\nCrosstalk-Event: 7",
            '"',
            "a\r\n\r\nb",
            "\x1b[2J",
            " a ",
            "task-3",
            "\u2028",
            "\\n",
        ]
    ),
)


@st.composite
def trailers(draw: st.DrawFn) -> Trailers:
    event = draw(st.integers(0, 10**9))
    if event == 0:
        return Trailers(session=draw(NASTY))
    base = draw(st.integers(UNREAD, 50))
    replaced = draw(st.integers(0, 50))
    return Trailers(
        session=draw(NASTY),
        event=event,
        task=draw(NASTY),
        base=base,
        base_blob=draw(BLOBS) if base > 0 else "",
        replaced=replaced,
        replaced_blob=draw(BLOBS) if replaced > 0 else "",
        clock=draw(st.dictionaries(NASTY, st.integers(0, 10**6), max_size=4)),
        path=draw(NASTY),
    )


@given(NASTY, trailers())
def test_what_is_written_is_read_whatever_the_names_are(subject: str, wanted: Trailers) -> None:
    assert read_trailers(compose(subject, wanted).decode()) == wanted


@given(trailers())
def test_every_trailer_is_one_printable_line(wanted: Trailers) -> None:
    lines = write_trailers(wanted).splitlines()
    assert len(lines) == len({line.partition(": ")[0] for line in lines})
    assert all(line.startswith("Crosstalk-") and line.isascii() for line in lines)
    assert all(line.isprintable() for line in lines)


@given(st.text())
def test_any_message_can_be_read(message: str) -> None:
    read_trailers(message)


def test_git_itself_finds_the_trailers() -> None:
    wanted = Trailers(session="s", event=3, task="a\nb", base=1, base_blob="a" * 40, clock={"x": 1})
    done = subprocess.run(
        ["git", "interpret-trailers", "--parse"],
        input=compose("Write a", wanted).decode(),
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == write_trailers(wanted)


def test_only_the_last_paragraph_counts() -> None:
    quoted = "Look\n\nCrosstalk-Session: s\nCrosstalk-Event: 4\n\nbye\n"
    assert read_trailers(quoted) is None


def test_damaged_trailers_are_none() -> None:
    whole = compose("Write a", Trailers(session="s", event=3)).decode()
    assert read_trailers(whole) is not None
    for damaged in (
        whole.replace("Event: 3", "Event: three"),
        whole.replace("Replaced: 0", "Replaced: x"),
        whole.replace("Clock: {}", "Clock: []"),
        whole.replace("Clock: {}", 'Clock: {"a":"b"}'),
        whole.replace("Crosstalk-Base: unread\n", ""),
    ):
        assert damaged != whole
        assert read_trailers(damaged) is None
