"""Test runs judged by meaning instead of running pytest: for simulated models on built-in suites.

A simulated model writes variants of a suite's solutions, with a known mistake or without, so
whether a test passes follows from comparing each file's meaning with the solution's: a third of a
millisecond instead of a quarter of a second of pytest. The judge says `failed` of a few tests that
would pass (a mistake deep in a chain may be harmless to a dependent's test), never the other way
round, and of a whole run it says what pytest says; tests of ours hold it against pytest. No code
is run at all.
"""

from collections.abc import Mapping, Sequence
from pathlib import PurePosixPath

from agents.models.simulated import oracle
from agents.runtime.confinement import Confinement
from agents.runtime.testing import Content, TestOutcome, TestRunner
from workspaces.files.trees import tree_of
from workspaces.history.codec import digest

WIDTH = 80
"""Columns of pytest's output."""
NOT_RUN = "not run: simulated code is judged by comparing meanings"


class JudgingRunner(TestRunner):
    """Stands in the place of the runner of a session on the built-in suite `suite`."""

    def __init__(self, suite: str) -> None:
        super().__init__(confinement=Confinement.limits_only(NOT_RUN))
        self._suite = suite
        self._known: dict[str, TestOutcome] = {}

    async def run(self, files: Mapping[str, Content], tests: Sequence[str]) -> TestOutcome:
        """What pytest would say of `files`."""
        sources = {path: _text(content) for path, content in files.items()}
        tree = tree_of({path: digest(text.encode()) for path, text in sources.items()})
        if tree not in self._known:
            self._known[tree] = self._judge(tree, sources)
        return self._known[tree]

    def _judge(self, tree: str, sources: Mapping[str, str]) -> TestOutcome:
        passed, failures = oracle.judge(self._suite, sources.get)
        return TestOutcome(
            tree=tree,
            returncode=1 if failures else 0,
            passed=passed,
            failed=len(failures),
            errors=0,
            failures=failures,
            output=_output(passed, failures, self._reasons(sources)),
            seconds=0.0,
            cached=False,
        )

    def _reasons(self, sources: Mapping[str, str]) -> dict[str, str]:
        """Why each test fails if it does: a missing module, or a wrong answer."""
        return {
            test: (
                f"ModuleNotFoundError: No module named '{PurePosixPath(missing).stem}'"
                if (missing := oracle.first_missing(path, sources.get))
                else "AssertionError"
            )
            for test, path in oracle.tests(self._suite)
        }


def _text(content: Content) -> str:
    return content if isinstance(content, str) else content.decode("utf-8", "replace")


def _output(passed: int, failures: Sequence[str], reasons: Mapping[str, str]) -> str:
    """Text of the shape and length of pytest's, which agents are shown the end of."""
    lines: list[str] = []
    for test in failures:
        file, _, name = test.partition("::")
        lines.append(f" {name} ".center(WIDTH, "_"))
        lines.append("Traceback (most recent call last):")
        lines.append(f'  File "{file}", in {name}')
        lines.append(reasons[test])
    if failures:
        lines.append(" short test summary info ".center(WIDTH, "="))
        lines += [_summary_line(test, reasons[test]) for test in failures]
    counts = [f"{len(failures)} failed"] if failures else []
    counts += [f"{passed} passed"] if passed else []
    return "\n".join([*lines, ", ".join(counts)]) + "\n"


def _summary_line(test: str, reason: str) -> str:
    line = f"FAILED {test}"
    room = WIDTH - len(line) - len(" - ")
    if room < len("..."):
        return line
    return f"{line} - {reason if len(reason) <= room else reason[: room - 3] + '...'}"
