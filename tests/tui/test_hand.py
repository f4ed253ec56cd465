"""What a person does to the team, in the panes of those whom it concerns."""

from pathlib import Path

import pytest

from tests.tui.conftest import picture_of
from tests.tui.histories import Story
from tui.export.describing import describe
from tui.views.hand import KINDS
from tui.views.row import Row
from workspaces.history import events as e
from workspaces.history.codec import blob

HOSTILE = "[red]no\x1b[31m\nsecond line"
USER = {"agent": e.USER}


def told(story: Story, path: Path) -> dict[str, list[str]]:
    """The rows of a person's deeds, by pane."""
    story.close()
    picture = picture_of(path)
    return {
        name: [row.text for row in transcript.take() if isinstance(row, Row) and row.mark in "⚒⑂‖"]
        for name, transcript in picture.transcripts.items()
    }


@pytest.fixture
def story(tmp_path: Path) -> Story:
    """Two agents and a message that is on its way."""
    story = Story(tmp_path / "history.jsonl", agents=2)
    story.tasks(("task-1", "add", ()))
    return story


def sent(story: Story) -> int:
    return story.add(e.MessageSent(agent="agent-1", to=("agent-2",), text="Take task-1.")).seq


def test_mail_that_was_changed_is_told_to_its_reader_alone(story: Story, tmp_path: Path) -> None:
    number = sent(story)
    to = ("agent-2",)
    story.add(e.MessageEdited(**USER, message=number, to=to, text="Leave it."))
    story.add(e.MessageWithheld(**USER, message=number, to=to, until=65.0))
    story.add(e.MessageLetGo(message=number, to=to))
    story.add(e.MailReordered(**USER, to="agent-2", messages=(number,)))
    story.add(e.MessageDropped(**USER, message=number, to=to))
    rows = told(story, tmp_path)
    assert rows["agent-1"] == []
    assert rows["agent-2"] == [
        f"you changed message #{number} from agent-1; it says now: Leave it.",
        f"you kept back message #{number} from agent-1 until 1:05",
        f"the session let message #{number} from agent-1 go",
        f"you put its mail in the order #{number}",
        f"you dropped message #{number} from agent-1: Take task-1.",
    ]


def test_what_a_reader_gets_is_what_was_put_in_its_place(story: Story, tmp_path: Path) -> None:
    number = sent(story)
    story.add(e.MessageEdited(**USER, message=number, to=("agent-2",), text="Leave it."))
    story.add(e.MessageDelivered(agent="agent-2", message=number, causes=(number,)))
    story.close()
    rows = picture_of(tmp_path).transcripts["agent-2"].take()
    assert "from agent-1: Leave it." in [row.text for row in rows if isinstance(row, Row)]


def test_replies_models_and_forks(story: Story, tmp_path: Path) -> None:
    story.begin("agent-1")
    story.add(e.ReplyEdited(**USER, of="agent-1", turn=1, text="<wait/>"))
    story.add(e.ReplyDropped(**USER, of="agent-1", turn=1))
    story.add(e.RepliesReordered(**USER, order=("agent-2", "agent-1")))
    story.add(e.ModelReplaced(**USER, of="agent-2", model="openai/gpt-5"))
    settings = story.state.started.settings if story.state.started else None
    assert settings
    story.add(
        e.SessionForked(
            **USER,
            session="fork",
            parent="story",
            at=7,
            wall_time="2026-01-02T00:00:00+00:00",
            settings=settings,
            members=(e.Member(name="agent-1", model="m"), e.Member(name="agent-2", model="m")),
        )
    )
    rows = told(story, tmp_path)
    order = "you put who acts next in the order agent-2, agent-1"
    fork = "forked from story after event 7: all above is shared with it"
    assert rows["agent-1"] == [
        "you changed its reply to:",
        "you dropped its reply: nothing in it is carried out",
        order,
        fork,
    ]
    assert rows["agent-2"] == [order, "you made it openai/gpt-5, from its next turn on", fork]


def test_a_file_written_by_hand_is_told_to_those_who_work_on_it(
    story: Story, tmp_path: Path
) -> None:
    text = blob("a\nb\n")
    story.claim("agent-2", "task-1")
    story.add(text)
    written = {"turn": 0, "base": 0, "replaced": 0, "blob": text.digest, "size": 4, "version": 1}
    story.add(e.FileWritten(**USER, path="add.py", **written))
    story.add(e.FileWritten(**USER, path="other.py", **written))
    rows = told(story, tmp_path)
    assert rows["agent-1"] == ["you wrote other.py v1 · 2 lines"]
    assert rows["agent-2"] == ["you wrote add.py v1 · 2 lines", "you wrote other.py v1 · 2 lines"]


def test_where_the_team_was_stopped_stands_in_the_pane_of_who_acted(
    story: Story, tmp_path: Path
) -> None:
    story.claim("agent-2", "task-1")
    at = story.state.seq
    story.add(e.SessionPaused(reason="breakpoint 1 (event:task-*): task-claimed", at=at))
    story.add(e.SessionContinued())
    story.add(e.SessionPaused(agent=e.USER, reason="by hand"))
    story.close()
    picture = picture_of(tmp_path)
    assert picture.pause
    assert picture.pause.at == 0
    rows = [row for row in picture.transcripts["agent-2"].take() if isinstance(row, Row)]
    assert (rows[-1].text, rows[-1].ref) == (
        "stopped here: breakpoint 1 (event:task-*): task-claimed",
        at,
    )


def test_every_deed_has_words_of_its_own(story: Story) -> None:
    number = sent(story)
    values = {
        "message": number,
        "to": ("agent-2",),
        "text": HOSTILE,
        "messages": (number,),
        "of": "agent-1",
        "turn": 1,
        "order": ("agent-1", "agent-2"),
        "model": HOSTILE,
        "parent": HOSTILE,
        "at": 1,
        "session": "s",
        "wall_time": "",
        "members": (),
        "settings": story.state.started.settings if story.state.started else None,
    }
    for kind in KINDS:
        fields = {name: values[name] for name in kind.__struct_fields__ if name in values}
        if kind is e.MailReordered:
            fields["to"] = "agent-2"
        words = describe(kind(**USER, **fields))
        assert words != str(kind.__struct_config__.tag).replace("-", " ")
        assert "\x1b" not in words
        assert "\n" not in words
