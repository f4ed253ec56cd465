"""A model's call that failed, in its agent's pane."""

from pathlib import Path

import pytest

from tests.tui.conftest import picture_of
from tests.tui.histories import Story
from tui.views.panes import doing
from tui.views.picture import Picture
from tui.views.row import Row
from workspaces.history import events as e


def pane(path: Path, error: str, retry_in: float | None) -> Picture:
    """A session whose first agent's call failed in the middle of a file."""
    story = Story(path / "history.jsonl", agents=1)
    story.begin("agent-1")
    text = 'I write.\n<write_file path="a.py">\nx = 1\n'
    story.add(e.Text(agent="agent-1", turn=1, text=text))
    story.wait(2)
    story.add(
        e.CallFailed(
            agent="agent-1", turn=1, attempt=2, error=error, detail="429: slow", retry_in=retry_in
        )
    )
    story.close()
    return picture_of(path)


@pytest.mark.parametrize(
    ("error", "retry_in", "later", "title", "row"),
    [
        ("rate-limit", 4.0, 0, "rate limited, again in 4", "rate limited (attempt 2), again in 4"),
        ("timeout", 4.0, 5, "no answer in time, asks again", "no answer in time (attempt 2)"),
        ("empty", None, 0, "empty reply", "empty reply (attempt 2): its turn ends without"),
    ],
)
def test_a_failed_call_is_shown_as_what_it_is(
    tmp_path: Path, error: str, retry_in: float | None, later: float, title: str, row: str
) -> None:
    picture = pane(tmp_path, error, retry_in)
    shape, role, words = doing(picture.state.agents["agent-1"], picture, picture.state.t + later)
    assert (shape, role) == ("↺", "warn")
    assert words.startswith(title)
    transcript = picture.transcripts["agent-1"]
    rows = [item for item in transcript.take() if isinstance(item, Row)]
    assert rows[-1].text.startswith(row)
    assert rows[-1].detail == ("429: slow",)
    assert rows[-2].text == "the reply ended before the file did"
    assert not transcript.writing
