"""The control in force, as panes, the foot and the list of files tell it."""

from pathlib import Path

import pytest

from tests.tui import controlled, histories
from tests.tui.conftest import picture_of
from tests.tui.test_lists import shown
from tui.views import details, files, panes, policy
from tui.views.line import plain, width_of
from tui.views.status import Transport, status

NOW = 10.0


def test_no_control_is_said(middle: Path) -> None:
    assert policy.for_agent("agent-1", picture_of(middle).state, NOW).words == "no control"
    assert policy.for_team(picture_of(middle).state) == "none"


def test_leases_with_their_remaining_time(tmp_path: Path) -> None:
    controlled.leases(tmp_path / "history.jsonl")
    state = picture_of(tmp_path).state
    assert policy.for_agent("agent-3", state, 9.5).words == "leases: 2 held 4.0s"
    assert policy.for_agent("agent-3", state, 30.0).words == "leases: 2 held run out"
    assert policy.for_agent("agent-3", state, 9.5).short == "⚷ 2 held 4.0s"
    assert policy.for_agent("agent-1", state, 9.5).short == "no lease"
    assert policy.for_team(state) == "leases ⚷3"


def test_worktrees_ahead_and_behind(tmp_path: Path) -> None:
    controlled.worktrees(tmp_path / "history.jsonl")
    state = picture_of(tmp_path).state
    assert policy.for_agent("agent-2", state, NOW).words == "worktree +2 files ahead"
    assert policy.for_agent("agent-3", state, NOW).words == "worktree even"
    state.worktrees["agent-3"].base["add.py"] = 0
    assert policy.for_agent("agent-3", state, NOW).words == "worktree 1 file behind"
    state.worktrees["agent-2"].base["add.py"] = 0
    assert policy.for_agent("agent-2", state, NOW).short == "⋎ +2 -1"
    assert policy.for_team(state) == "worktrees ⋎+3"


@pytest.mark.parametrize("width", [24, 38, 60, 120])
@pytest.mark.parametrize(
    "story", [histories.middle, controlled.leases, controlled.worktrees], ids=lambda s: s.__name__
)
def test_every_pane_says_it_and_nothing_is_crowded_out(
    tmp_path: Path, story: object, width: int
) -> None:
    assert callable(story)
    story(tmp_path / "history.jsonl")
    picture = picture_of(tmp_path)
    for agent in picture.members():
        left, right = panes.subtitle(agent, picture, NOW, width)
        assert width_of(left) + width_of(right) <= max(width - 4, 24)
        control = policy.for_agent(agent.name, picture.state, NOW)
        assert control.words in plain(right) or control.short in plain(right)
        assert width_of(left) >= 8
        card = panes.card(agent, picture, NOW, width, 5)
        assert control.short in plain(card[-1])
        card = panes.card(agent, picture, NOW, width, 4)
        assert control.sign in plain(card[0])


def test_a_stopped_agent_says_so(tmp_path: Path) -> None:
    controlled.mishaps(tmp_path / "history.jsonl")
    picture = picture_of(tmp_path)
    crashed = picture.state.agents["agent-3"]
    shape, role, words = panes.doing(crashed, picture, crashed.since + 2)
    assert (shape, role, words) == ("✗", "bad", "crashed 2.0s")


def test_the_foot_names_control_and_faults(tmp_path: Path) -> None:
    controlled.mishaps(tmp_path / "history.jsonl")
    text = plain(status(picture_of(tmp_path), Transport(), 5.0, 300, 1)[0])
    assert "control leases ⚷1" in text
    assert "⌁ slow, crash" in text


def test_files_say_who_holds_them(tmp_path: Path) -> None:
    controlled.leases(tmp_path / "history.jsonl")
    lines = shown(files.listing(picture_of(tmp_path), 60))
    assert next(line for line in lines if "add.py" in line).split()[2] == "⚷agent-2"
    assert next(line for line in lines if "bounds.py" in line).endswith("⚷agent-3")
    text = "\n".join(map(plain, details.file(picture_of(tmp_path), "add.py", 70)))
    assert "⚷ held by agent-2 until 1:09, token 2" in text
    text = "\n".join(map(plain, details.file(picture_of(tmp_path), "bounds.py", 70)))
    assert "has not been written in the shared tree yet" in text


def test_files_say_where_worktrees_differ(tmp_path: Path) -> None:
    controlled.worktrees(tmp_path / "history.jsonl")
    picture = picture_of(tmp_path)
    lines = shown(files.listing(picture, 60))
    assert "⋎agent-2" in next(line for line in lines if "add.py" in line)
    assert "mean.py (not written yet)" in next(line for line in lines if "mean.py" in line)
    picture.state.worktrees["agent-3"].heads["add.py"] = picture.state.files["add.py"][0]
    assert "⋎2" in shown(files.listing(picture, 60))[0]
    text = "\n".join(map(plain, details.file(picture, "mean.py", 70)))
    assert "in agent-2's worktree, not merged" in text
