"""The list of test runs."""

from tui.views.entry import Entry, Listing
from tui.views.line import Line, Span, data, fit, pad
from tui.views.picture import Picture
from tui.views.roles import name_of
from tui.views.shapes import COMPLETED, FAILED, TESTS
from tui.views.words import clock
from workspaces.history.state import TestRun

MOST = 500


def listing(picture: Picture, width: int) -> Listing:
    """The newest test runs, and those under way at the end."""
    state = picture.state
    entries = [
        Entry(str(run.seq), (_line(run, picture, width),)) for run in state.test_runs[-MOST:]
    ]
    for number, (agent, _) in state.running_tests.items():
        line = (
            Span(f"{TESTS} ", "accent"),
            Span("   now ", "dim"),
            data(pad(name_of(agent), 9), picture.role(agent)),
            Span(" running", "accent"),
        )
        entries.append(Entry(f"run-{number}", (fit(line, width),)))
    return Listing(tuple(entries), "No test runs yet.", grows=True)


def _line(run: TestRun, picture: Picture, width: int) -> Line:
    wrong = run.failed + run.errors
    good = not wrong and run.returncode == 0
    names = ", ".join(name.rpartition("::")[2] for name in run.failures)
    state = {124: "out of time", 5: "no tests"}.get(run.returncode, "")
    stale = picture.state.writes - run.writes
    aged = f" ({stale} writes ago)" if stale and not names and not state else ""
    line = (
        Span(f"{COMPLETED if good else FAILED} ", "ok" if good else "bad"),
        Span(pad(clock(run.t), 6, right=True) + " ", "dim"),
        data(pad(name_of(run.agent), 9), picture.role(run.agent)),
        Span(f" {run.passed} passed", "ok" if good else "text"),
        Span(f" {wrong} failed" if wrong else "", "bad"),
        data(f"  {names or state}{aged}" if names or state or aged else "", "dim"),
    )
    return fit(line, width)
