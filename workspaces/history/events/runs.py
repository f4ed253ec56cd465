"""Runs of tests and scripts."""

from workspaces.history.events.envelope import Event


class TestsStarted(Event, frozen=True, kw_only=True, tag="tests-started"):
    """A test run begins on the tree `tree` (a git tree id)."""

    run: int
    tree: str
    turn: int = 0


class TestsEnded(Event, frozen=True, kw_only=True, tag="tests-ended"):
    """A test run is over. Counts are of test functions, `returncode` is pytest's own (0 passed,
    1 failed, 2 interrupted, 5 none found; 124 out of time), `failures` name what failed."""

    run: int
    tree: str
    passed: int
    failed: int
    errors: int
    returncode: int
    seconds: float
    turn: int = 0
    failures: tuple[str, ...] = ()
    output: str = ""


class ScriptStarted(Event, frozen=True, kw_only=True, tag="script-started"):
    """`agent` runs a Python file of the workspace."""

    run: int
    path: str
    turn: int = 0


class ScriptEnded(Event, frozen=True, kw_only=True, tag="script-ended"):
    """The script is over; `returncode` is its exit status (124 out of time)."""

    run: int
    path: str
    returncode: int
    seconds: float
    turn: int = 0
    output: str = ""
