"""`make mutants`: mutate each detector module, and see that tests fail.

    python -m tests.planting.mutation [MODULE ...] [--every N] [--jobs N] [--write]

For every mutant a fresh process is forked in which that one module is loaded from the mutated text;
nothing on disk changes. It is held first against planted histories (killed when a label is missed,
a near-miss reported, anything else found, or an exception raised, by lossy ones too), and if it
survives that, against the other tests of `tests/anomalies` that are about its kinds or all kinds.
`--every N` takes each N-th mutant of a module, always the same; a few modules at 5 take half a
minute. `--write` puts the table into `docs/DETECTORS.md`, where it keeps what was said of modules
that are not named. The exit code is 1 when something survived that `survivors.py` does not
explain.
"""

import argparse
import importlib.abc
import importlib.util
import os
import re
import signal
import sys
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType
from typing import NamedTuple

import hypothesis
import pytest

from tests.planting.document import got, mutation_table, put
from tests.planting.dropping import drop
from tests.planting.generator import generate
from tests.planting.labels import Planted
from tests.planting.mutants import Mutant, mutants
from tests.planting.survivors import why
from tests.planting.timed import timed

PACKAGE = Path(__file__).parents[2] / "workspaces" / "anomalies"
TESTS = Path(__file__).parents[1] / "anomalies"
VALUES = frozenset({"__init__", "detector", "finding", "registry", "searching"})
"""Modules that say what a finding and a detector are, and judge nothing."""
HISTORIES = 220
LONGEST = 320
"""Events of a history that is worth its time here."""
SECONDS = 60
"""After so much processor time a mutant counts as killed: it loops, or is far too slow. A survivor
takes about four; time on the wall would kill mutants that only had to wait for a busy machine."""
KILLED, SURVIVED = 1, 0
_SLOW = frozenset({"test_doubt.py", "test_every_kind.py", "test_properties.py"})
_OPTIONS = ("-x", "-q", "-c", os.devnull, "--rootdir", str(TESTS), "--assert=plain")
"""Without plug-ins, which take longer to load than these tests to run."""


class Outcome(NamedTuple):
    """What became of a mutant."""

    module: str
    mutant: Mutant
    killed: bool

    @property
    def explained(self) -> str:
        """Why it had to survive, if somebody has said so."""
        return why(self.module, self.mutant)


class _Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Loads one module from a text."""

    def __init__(self, name: str, text: str) -> None:
        self._name = name
        self._text = text

    def find_spec(self, fullname: str, path: object, target: object = None) -> ModuleSpec | None:
        """The module's spec, if it is the one."""
        return importlib.util.spec_from_loader(fullname, self) if fullname == self._name else None

    def exec_module(self, module: ModuleType) -> None:
        """Run the mutated text as the module."""
        exec(compile(self._text, self._name, "exec"), module.__dict__)  # noqa: S102  # our own code


def corpus() -> list[Planted]:
    """Histories that each mutant is held against; those are short."""
    every = [*(generate(seed) for seed in range(HISTORIES)), *(timed(seed) for seed in range(12))]
    return sorted((p for p in every if len(p.events) <= LONGEST), key=lambda p: len(p.events))


def begin(module: str, text: str, histories: Sequence[Planted]) -> int:
    """Try a mutant of the module in a process of its own, whose id is returned."""
    child = os.fork()
    if child == 0:
        signal.setitimer(signal.ITIMER_PROF, SECONDS)
        silent = os.open(os.devnull, os.O_WRONLY)
        os.dup2(silent, 1)
        os.dup2(silent, 2)
        try:
            os._exit(_attempt(module, text, histories))
        except BaseException:  # whatever a mutant raises has killed it
            os._exit(KILLED)
    return child


def killed(child: int) -> bool:
    """Whether the mutant that the process tries is killed."""
    _, status = os.waitpid(child, 0)
    return status != 0


def _attempt(module: str, text: str, histories: Sequence[Planted]) -> int:
    sys.meta_path.insert(0, _Finder(f"workspaces.anomalies.{module}", text))
    from tests.planting.scoring import Scores, findings_of, score

    for number, planted in enumerate(histories):
        scores = Scores()
        score(planted, scores)
        if number % 4 == 0:
            findings_of(drop(planted.events, 0.25, planted.seed).events)
        if scores.mistakes or any(counts.near_reported for counts in scores.kinds.values()):
            return KILLED
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    hypothesis.settings.register_profile("mutants", max_examples=10, derandomize=True)
    hypothesis.settings.load_profile("mutants")
    return KILLED if pytest.main([*_OPTIONS, *_others(module, text)]) else SURVIVED


def _others(module: str, text: str) -> list[str]:
    """The other tests that could tell: those that name a kind which the module finds, all of them
    if it finds none; then the properties of all detectors. Those of doubt take long and have
    nothing to say to modules that doubt nothing."""
    kinds = set(re.findall(r"Kind\.[A-Z_]+", text))

    def tells(path: Path) -> bool:
        if path.name in ("test_planted.py", "test_doubt.py"):
            return path.name == "test_doubt.py" and "doubt" in text
        words = {module, *kinds}
        return path.name in _SLOW or not kinds or any(w in path.read_text() for w in words)

    each = filter(tells, TESTS.glob("test_*.py"))
    return [str(path) for path in sorted(each, key=lambda path: (path.name in _SLOW, path))]


def ordered(text: str, histories: Sequence[Planted]) -> list[Planted]:
    """The histories, those first that plant what the module is about."""
    kinds = {name.lower().replace("_", "-") for name in re.findall(r"Kind\.([A-Z_]+)", text)}
    return sorted(histories, key=lambda p: not any(label.kind.value in kinds for label in p.labels))


def outcomes(
    names: Iterable[str], every: int, jobs: int, histories: list[Planted]
) -> Iterator[Outcome]:
    """What becomes of each `every`-th mutant of the modules, `jobs` at a time. Those of which
    somebody has said why they survive are not tried: they would take half of the time."""
    tried: deque[tuple[str, Mutant, int]] = deque()
    for name, mutant, mine in _chosen(names, every, histories):
        if why(name, mutant):
            yield Outcome(name, mutant, killed=False)
            continue
        if len(tried) == jobs:
            yield _told(*tried.popleft())
        tried.append((name, mutant, begin(name, mutant.text, mine)))
    while tried:
        yield _told(*tried.popleft())


def _told(name: str, mutant: Mutant, child: int) -> Outcome:
    return Outcome(name, mutant, killed(child))


def _chosen(
    names: Iterable[str], every: int, histories: list[Planted]
) -> Iterator[tuple[str, Mutant, list[Planted]]]:
    for name in names:
        text = _text(name)
        mine = ordered(text, histories)
        if killed(begin(name, text, mine)):
            raise SystemExit(f"the tests fail for {name} as it is: no mutant can be judged")
        chosen = [m for number, m in enumerate(mutants(text)) if number % every == 0]
        for mutant in chosen:
            yield name, mutant, mine


def _text(module: str) -> str:
    return (PACKAGE / f"{module}.py").read_text()


def sound(histories: list[Planted]) -> list[Planted]:
    """Those of which the detectors as they are make no mistake."""
    name = "writes"
    text = _text(name)
    reads, writes = os.pipe()
    if os.fork() == 0:
        sys.meta_path.insert(0, _Finder(f"workspaces.anomalies.{name}", text))
        from tests.planting.scoring import Scores, score

        for planted in histories:
            scores = Scores()
            score(planted, scores)
            os.write(writes, b"n" if scores.mistakes else b"y")
        os._exit(0)
    os.close(writes)
    with os.fdopen(reads, "rb") as answers:
        each = answers.read()
    os.wait()
    return [p for p, answer in zip(histories, each, strict=True) if answer == ord("y")]


def names_of(wanted: Sequence[str]) -> list[str]:
    """The modules to mutate. Raises `SystemExit` for one that does not exist."""
    every = sorted(path.stem for path in PACKAGE.glob("*.py") if path.stem not in VALUES)
    if unknown := set(wanted) - set(every):
        raise SystemExit(f"no such module: {', '.join(sorted(unknown))}")
    return list(wanted) or every


def main() -> int:
    """Mutate what is named, or everything."""
    parser = argparse.ArgumentParser(prog="python -m tests.planting.mutation")
    parser.add_argument("modules", nargs="*", metavar="MODULE", help="which (default: all)")
    parser.add_argument("--every", type=int, default=1, metavar="N", help="each N-th mutant")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, metavar="N")
    parser.add_argument("--write", action="store_true", help="put the table into the document")
    options = parser.parse_args()
    histories = sound(corpus())
    told: list[Outcome] = []
    for outcome in outcomes(names_of(options.modules), options.every, options.jobs, histories):
        told.append(outcome)
        if not outcome.killed:
            state = outcome.explained or "SURVIVED"
            where = f"{outcome.module}:{outcome.mutant.line}"
            line = f"{where} {outcome.mutant.what} `{outcome.mutant.source}`: {state}\n"
            sys.stdout.write(line)
            sys.stdout.flush()
    there = {name: len(list(mutants(_text(name)))) for name in names_of(options.modules)}
    table = mutation_table(told, there, got("mutants"), names_of(()))
    sys.stdout.write(f"{table}\n")
    if options.write:
        put("mutants", table)
    return int(any(not o.killed and not o.explained for o in told))


if __name__ == "__main__":
    sys.exit(main())
