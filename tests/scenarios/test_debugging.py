"""Stopping and stepping a team from a real terminal."""

import re
from pathlib import Path

import pytest

from tests.scenarios.crosstalk import COMMAND, environment
from tests.scenarios.terminal import Terminal
from tests.scenarios.test_terminal import home, start, stop_all
from workspaces.history import events as e
from workspaces.history.reader import load

__all__ = ["home"]


def event_at(out: Path, shown: str) -> e.AnyEvent | None:
    """The event at which the screen says that the team stands."""
    found = re.search(r"‖ (?:stepped to|at) event (\d+) by", shown)
    return load(out)[0][int(found[1]) - 1] if found else None


@pytest.mark.parametrize(("columns", "lines"), [(80, 24), (120, 40)])
def test_pause_step_and_break(home: Path, columns: int, lines: int) -> None:
    out = home / "s"
    with start(home, out, columns, lines) as terminal:
        terminal.wait_for("running")
        terminal.press(" ")
        terminal.wait_for("paused")
        terminal.press("n")
        terminal.wait_for("‖ stepped to event")
        terminal.press("o")
        over = terminal.wait_for(lambda text: isinstance(event_at(out, text), e.RoundEnded))
        assert "by the session" in over
        terminal.press("b")
        terminal.wait_for("No breakpoint is set")
        terminal.press(*"event:nonsense", "enter")
        terminal.wait_for("there is no event")
        terminal.press("\x15")
        terminal.wait_for("▊ +finding:lost-update")  # the line is empty: nobody types as fast
        terminal.press(*"event:task-claimed", "enter")
        terminal.wait_for("met 0 times")
        terminal.press("escape")
        terminal.wait_for(lambda text: "met 0 times" not in text)
        terminal.press(" ")
        terminal.wait_for("paused: breakpoint 1")
        words = r"at event \d+ by agent-\d · breakpoint 1 \(event:task-claimed\)"
        assert isinstance(event_at(out, terminal.wait_for(words)), e.TaskClaimed)
    stop_all(home)


def test_a_breakpoint_stops_a_replay(home: Path) -> None:
    out = home / "s"
    with start(home, out) as terminal:
        terminal.wait_for("wrote ")
        stop_all(home)
        terminal.wait_for("interrupted")
    command = [*COMMAND, "replay", str(out), "--speed", "64"]
    with Terminal(command, environment(home)) as terminal:
        terminal.wait_for("agent-4")
        terminal.press("b")
        terminal.wait_for("No breakpoint is set")
        terminal.press(*"event:file-written", "enter")
        terminal.wait_for(r"met [1-9]\d* time")
        terminal.press("escape")
        terminal.wait_for(lambda text: "about what" not in text)
        terminal.press("0", "B")
        first = next(v for v in load(out)[0] if isinstance(v, e.FileWritten) and v.t > 0)
        terminal.wait_for(lambda text: event_at(out, text) == first)
        terminal.press("ctrl+q")
        assert terminal.wait() == 0
