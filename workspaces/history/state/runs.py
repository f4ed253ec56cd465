"""Runs of tests and scripts."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from workspaces.history import events as e
from workspaces.history.state.parts import TestRun

if TYPE_CHECKING:
    from workspaces.history.state.state import State


def _tests_started(state: "State", event: e.TestsStarted) -> None:
    state.running_tests[event.run] = (event.agent, state.writes)
    state.does(event.agent, "testing")


def _tests_ended(state: "State", event: e.TestsEnded) -> None:
    _, writes = state.running_tests.pop(event.run, (event.agent, state.writes))
    state.test_runs.append(
        TestRun(
            event.seq,
            event.t,
            event.agent,
            event.tree,
            event.passed,
            event.failed,
            event.errors,
            event.returncode,
            event.failures,
            writes,
        )
    )
    state.does(event.agent, "acting")


def _script_started(state: "State", event: e.ScriptStarted) -> None:
    state.scripts += 1
    state.does(event.agent, "testing")


def _script_ended(state: "State", event: e.ScriptEnded) -> None:
    state.does(event.agent, "acting")


HANDLERS: Final[dict[type, Callable[["State", Any], None]]] = {
    e.TestsStarted: _tests_started,
    e.TestsEnded: _tests_ended,
    e.ScriptStarted: _script_started,
    e.ScriptEnded: _script_ended,
}
