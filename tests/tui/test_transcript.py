"""Events as the rows of an agent's pane."""

from pathlib import Path

import pytest

from tests.tui.conftest import picture_of
from tests.tui.histories import Story
from tui.views.code import PREVIEW
from tui.views.row import Row
from tui.views.transcript import Chunk, Transcript
from workspaces.history import events as e
from workspaces.history.state import State


def rows(path: Path, agent: str) -> list[Row]:
    """The rows of a pane, with streamed text as rows of kind `text`."""
    result: list[Row] = []
    for item in picture_of(path).transcripts[agent].take():
        if isinstance(item, Row):
            result.append(item)
        elif result and result[-1].kind == "text":
            result[-1] = result[-1]._replace(text=result[-1].text + item.text)
        else:
            result.append(Row("text", item.text, "", item.ref))
    return result


def said(path: Path, agent: str) -> list[str]:
    """What a pane says, a line a row."""
    return [f"{row.mark} {row.text.strip()}" for row in rows(path, agent)]


@pytest.fixture
def story(tmp_path: Path) -> Story:
    """A session of two agents in their first turn."""
    story = Story(tmp_path / "history.jsonl", agents=2)
    story.tasks(("task-1", "add", ()), ("task-2", "mean", ("task-1",)))
    story.round(1)
    story.begin("agent-1")
    story.begin("agent-2")
    return story


def test_a_turn_reads_from_top_to_bottom(middle: Path) -> None:
    assert said(middle, "agent-2") == [
        "▌ turn 1 · 0:00",
        " I take task-1.",
        "✎ writes add.py",
        "│ import math",
        "│ ",
        "│ def add(a, b):",
        "│ if math.isnan(a):",
        "│ raise ValueError(a)",
        "│ return a + b",
        "⊘ claim refused: task-1 was completed by agent-1.",
        "✎ wrote add.py v2 over agent-1's v1, unread · 7 lines",
        "▷ runs the tests",
        "✗ 3 passed, 2 failed: test_add_of_nan, test_mean",
        "✉ from agent-3: clamp.py is done.",
        "▌ turn 2 · 0:03",
    ]


def test_tags_never_show(middle: Path) -> None:
    for agent in ("agent-1", "agent-2", "agent-3", "agent-4"):
        assert not [line for line in said(middle, agent) if "<" in line]


def test_a_write_that_knew_what_it_replaced_says_so(middle: Path) -> None:
    assert "✎ wrote mean.py v2 after reading agent-1's v1 · 10 lines" in said(middle, "agent-3")


def test_what_is_being_written_is_known_while_it_streams(middle: Path) -> None:
    picture = picture_of(middle)
    assert picture.transcripts["agent-4"].writing == "sign.py:3"
    assert picture.transcripts["agent-1"].writing == ""


def test_long_files_are_folded(story: Story, tmp_path: Path) -> None:
    lines = [f"x{n} = {n}" for n in range(30)]
    text = "\n".join(lines)
    story.reply("agent-1", f'<write_file path="long.py">\n```python\n{text}\n```\n</write_file>')
    story.close()
    code = [row for row in rows(tmp_path, "agent-1") if row.mark == "│"]
    shown = [row.text for row in code]
    assert shown == [*lines[:PREVIEW], "⋯ 22 more lines"]
    assert code[-1].detail == tuple(lines[PREVIEW:])


def test_an_edit_shows_both_sides(story: Story, tmp_path: Path) -> None:
    story.reply(
        "agent-1",
        '<edit_file path="a.py"><search>\nx = 1\ny = 1\n</search>\n'
        "<replace>x = 2</replace></edit_file>",
    )
    story.close()
    assert said(tmp_path, "agent-1")[1:] == ["✎ edits a.py", "│ - x = 1", "│ - y = 1", "│ + x = 2"]


def test_an_edit_on_one_line_shows_both_sides(story: Story, tmp_path: Path) -> None:
    story.reply(
        "agent-1",
        '<edit_file path="a.py"><search>x = 1</search><replace>x = 2</replace></edit_file>',
    )
    story.close()
    assert said(tmp_path, "agent-1")[1:] == ["✎ edits a.py", "│ - x = 1", "│ + x = 2"]


def test_a_reply_cut_off_in_a_file_says_so(story: Story, tmp_path: Path) -> None:
    story.reply("agent-1", '<write_file path="a.py">\nx =', finish="length")
    story.close()
    assert said(tmp_path, "agent-1")[-3:] == [
        "│ x =",
        " the reply ended before the file did",
        "⊘ cut off: its reply grew too long",
    ]


def test_messages_name_the_other_side(story: Story, tmp_path: Path) -> None:
    story.send("agent-1", "I am on task-1.", "agent-2")
    story.close()
    assert said(tmp_path, "agent-1")[-1] == "✉ to agent-2: I am on task-1."
    assert said(tmp_path, "agent-2")[-1] == "✉ from agent-1: I am on task-1."


def test_an_assignment_shows_in_the_pane_of_its_owner(story: Story, tmp_path: Path) -> None:
    story.add(e.TaskAssigned(task="task-1", owner="agent-2", epoch=1))
    story.close()
    assert said(tmp_path, "agent-2")[-1] == "⚐ was given task-1 add"
    assert len(said(tmp_path, "agent-1")) == 1


@pytest.mark.parametrize(
    ("returncode", "text"),
    [
        (0, "✓ 3 passed"),
        (5, "✗ there was no test to run"),
        (124, "✗ the tests ran out of time"),
        (2, "✗ 3 passed, pytest returned 2"),
    ],
)
def test_test_runs(story: Story, tmp_path: Path, returncode: int, text: str) -> None:
    story.add(
        e.TestsEnded(
            agent="agent-1",
            run=1,
            tree="t",
            passed=3,
            failed=0,
            errors=0,
            returncode=returncode,
            seconds=1.0,
        )
    )
    story.close()
    assert said(tmp_path, "agent-1")[-1] == text


def test_many_failures_are_counted_and_kept_as_detail(story: Story, tmp_path: Path) -> None:
    story.test("agent-1", 1, "a::one", "a::two", "a::three")
    story.close()
    last = rows(tmp_path, "agent-1")[-1]
    assert last.text == "1 passed, 3 failed"
    assert last.detail[:3] == ("a::one", "a::two", "a::three")


def test_rows_name_the_event_they_came_from(middle: Path) -> None:
    picture = picture_of(middle)
    written = [v.seq for v in picture.state.files["add.py"]]
    refs = [row.ref for row in rows(middle, "agent-1") if row.text.startswith("wrote add.py")]
    assert refs == written[:1]


def test_text_streams_in_chunks(story: Story, tmp_path: Path) -> None:
    story.say("agent-1", "\n\nOne two three four.", batch=8)
    story.close()
    taken = picture_of(tmp_path).transcripts["agent-1"].take()
    chunks = [item.text for item in taken if isinstance(item, Chunk)]
    assert "".join(chunks) == "One two three four."
    assert len(chunks) > 1


@pytest.mark.parametrize("batch", [1, 2, 5, 100])
def test_blank_lines_that_tags_leave_behind_collapse(
    story: Story, tmp_path: Path, batch: int
) -> None:
    """However the text is cut; the indentation of what follows stays."""
    text = "One.\n\n<wait/>\n \n<wait/>\n\n\n  two\n\n    three\n\n<wait/>\n\n"
    story.say("agent-1", text, batch=batch)
    story.close()
    taken = picture_of(tmp_path).transcripts["agent-1"].take()
    shown = "".join(item.text for item in taken if isinstance(item, Chunk))
    assert shown == "One.\n\n  two\n\n    three"


def test_a_model_that_says_nothing_but_line_breaks_stops_nobody(
    story: Story, tmp_path: Path
) -> None:
    story.say("agent-1", f"One.{chr(10) * 100_000}two", batch=5_000)
    story.close()
    taken = picture_of(tmp_path).transcripts["agent-1"].take()
    assert "".join(item.text for item in taken if isinstance(item, Chunk)) == "One.\n\ntwo"


def test_a_file_written_by_a_tool_call_shows_like_one_written_by_a_tag() -> None:
    def rows(*events: e.AnyEvent) -> list[str]:
        transcript, state = Transcript("agent-1"), State()
        for event in events:
            transcript.observe(event, state)
        return [item.text for item in transcript.take()]

    ended = e.ReplyEnded(agent="agent-1", turn=1, tokens_in=1, tokens_out=1, seconds=1.0)
    tag = '<write_file path="a.py">\nx = 1\ny = 2\n</write_file>'
    call = '{"path": "a.py", "content": "x = 1\\ny = 2\\n"}'
    pieces = [
        e.ToolText(agent="agent-1", turn=1, index=0, call="c", name="write_file", text=text)
        for text in (call[:20], call[20:])
    ]
    written = rows(e.Text(agent="agent-1", turn=1, text=tag), ended)
    assert rows(*pieces, ended) == written
    assert written[0] == "writes a.py"
