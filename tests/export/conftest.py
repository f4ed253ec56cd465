"""Recordings to export."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.tui import controlled, histories
from tui.export.account import Account
from workspaces.history import events as e
from workspaces.history.reader import load

STORIES = {
    "middle": histories.middle,
    "ended": histories.ended,
    "leases": controlled.leases,
    "worktrees": controlled.worktrees,
    "mishaps": controlled.mishaps,
    "kinds": controlled.kinds,
}


def told(path: Path, story: Callable[[Path], None]) -> Account:
    """The account of a story."""
    story(path)
    events, _ = load(path)
    return Account(events, path.parent)


@pytest.fixture(params=STORIES)
def account(request: pytest.FixtureRequest, tmp_path: Path) -> Account:
    """Every story in turn."""
    return told(tmp_path / "history.jsonl", STORIES[request.param])


HOSTILE = (
    "</script><script>window.hacked = 1</script><!-- \x1b[2J\x1b]0;title\x07 \u202e "
    "`code` [link](javascript:alert(1)) <img src=x onerror='window.hacked=1'> | \\ \u2028 @@DATA@@"
)


@pytest.fixture
def hostile(tmp_path: Path) -> Account:
    """A session in which everything that a model can name is hostile."""
    path = tmp_path / "history.jsonl"
    story = histories.Story(path, agents=2)
    a, b = story.names
    story.add(e.TaskAdded(task=HOSTILE, title=HOSTILE, description=HOSTILE, files=("a.py",)))
    story.round(1)
    for agent in (a, b):
        story.begin(agent)
        story.reply(agent, HOSTILE)
        story.write(agent, "a.py", f"{agent} {HOSTILE}\n")
        story.write(agent, HOSTILE, f"{agent} {HOSTILE}\n")
        story.refuse(agent, "claim_task", HOSTILE, HOSTILE)
        story.add(e.MessageSent(agent=agent, to=(b,), text=HOSTILE))
        story.end(agent)
    story.close()
    events, _ = load(path)
    return Account(events, tmp_path)
