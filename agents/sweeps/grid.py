"""A grid of conditions, from a file or from flags, and the jobs that it stands for.

Jobs are interleaved: all conditions once, in a shuffled order, then all again. So a sweep that is
stopped early has looked at everything alike, and a machine that slows down slows all conditions.
Repetition k has the same seed in every condition, which makes differences between conditions less
noisy than the conditions themselves.
"""

import re
import tomllib
from collections.abc import Iterator, Sequence
from difflib import get_close_matches
from fnmatch import fnmatchcase
from itertools import product
from pathlib import Path
from random import Random
from typing import Annotated, TypeVar

import msgspec
from msgspec import Meta, Struct

from agents.models import catalog as models
from agents.runtime import spec as specs
from agents.runtime.spec import Spec, UsageError
from agents.suites import catalog as suites
from agents.sweeps.job import MEANING, PYTEST, Job

AUTO = "auto"
T = TypeVar("T")


class Grid(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Every combination of these is a condition. `suites` may hold patterns (`math/*`, `*/p0.5`)
    and task files; `judge` is `pytest`, `meaning`, or `auto`: by meaning where everything that is
    tested is simulated and built in."""

    suites: tuple[str, ...] = ("*",)
    teams: tuple[str, ...] = ("decentralized", "preassigned")
    agents: tuple[Annotated[int, Meta(ge=1)], ...] = (1, 2, 3, 4, 5)
    controls: tuple[str, ...] = ("none",)
    cadences: tuple[str, ...] = ("rounds",)
    models: tuple[str, ...] = (models.DEFAULT,)
    repetitions: Annotated[int, Meta(ge=1)] = 5
    seed: int = 1
    max_rounds: int = 60
    max_cost_usd: float | None = None
    """Of one session."""
    judge: str = AUTO
    api_base: str = ""
    """Where providers' models are served, if not at the provider's own address."""
    actions: str = AUTO
    """How providers' models act: `tools`, `tags` or `auto`."""

    def jobs(self) -> list[Job]:
        """All jobs, interleaved."""
        conditions = list(self._conditions())
        ordered = []
        for repetition in range(self.repetitions):
            shuffled = list(conditions)
            Random(f"{self.seed}/{repetition}").shuffle(shuffled)
            ordered += [self._job(spec, repetition) for spec in shuffled]
        return ordered

    def suite_names(self) -> tuple[str, ...]:
        """The suites that the patterns name, each once. Raises `UsageError` for a pattern that
        names none."""
        found: dict[str, None] = {}
        for pattern in self.suites:
            matches = [name for name in suites.names() if fnmatchcase(name, pattern)]
            if not matches and any(sign in pattern for sign in "*?["):
                raise UsageError(
                    f"No suite matches {pattern!r}",
                    f"the built-in suites are {', '.join(suites.names())}",
                    "Give a name or a pattern of names, such as 'math/*'.",
                )
            found.update(dict.fromkeys(matches or [pattern]))
        return tuple(found)

    def check(self) -> None:
        """Raise `UsageError`, or another `CrosstalkError`, for the first condition that cannot be
        run."""
        if self.judge not in (AUTO, PYTEST, MEANING):
            raise UsageError(
                f"Tests cannot be judged by {self.judge!r}",
                "",
                f"Choose one of: {AUTO}, {PYTEST}, {MEANING}.",
            )
        for spec in self._conditions():
            specs.check(spec)
            if self.judge == MEANING and not _judgeable(spec):
                raise UsageError(
                    f"{spec.suite} with {', '.join(spec.models)} cannot be judged by meaning",
                    "only code of simulated models for built-in suites can",
                    f"Leave the choice to {AUTO!r}.",
                )

    def _conditions(self) -> Iterator[Spec]:
        for suite, team, agents, control, cadence, model in product(
            self.suite_names(),
            _distinct(self.teams),
            _distinct(self.agents),
            _distinct(self.controls),
            _distinct(self.cadences),
            _distinct(self.models),
        ):
            yield Spec(
                suite=suite,
                agents=agents,
                models=(model,),
                team=team,
                control=control,
                cadence=cadence,
                timing="virtual" if models.keeps_virtual_time(model) else "wall",
                max_rounds=self.max_rounds,
                max_cost_usd=self.max_cost_usd,
                api_base=self.api_base,
                actions=self.actions,
            )

    def _job(self, spec: Spec, repetition: int) -> Job:
        judge = self.judge
        if judge == AUTO:
            judge = MEANING if _judgeable(spec) else PYTEST
        return Job(spec=spec, seed=self.seed + repetition, repetition=repetition, judge=judge)


def _distinct(values: Sequence[T]) -> tuple[T, ...]:
    return tuple(dict.fromkeys(values))


def _judgeable(spec: Spec) -> bool:
    return spec.suite in suites.names() and all(map(models.is_simulated, spec.models))


PAPER = Grid(models=tuple(models.names()))
"""The paper's experiment on simulated models: 3 suites x 3 structures x 5 sizes x 2 modes x 3
profiles x 5 repetitions = 1,350 sessions."""


def read(path: Path) -> dict[str, object]:
    """The choices in a grid file (TOML, with the fields of `Grid` as keys), not yet checked.

    Raises `UsageError` when it cannot be read.
    """
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(
            f"Cannot read the grid {path}",
            str(error),
            "Give a TOML file, for example with the line: agents = [1, 2, 4]",
        ) from error


_IN_WORDS = {"array": "a list", "str": "text", "int": "a whole number", "float": "a number"}
_KINDS = re.compile(rf"\b({'|'.join(_IN_WORDS)})\b")


def make(choices: dict[str, object]) -> Grid:
    """The grid of these choices. Raises `UsageError` for one that a grid has not."""
    keys = Grid.__struct_fields__
    for strange in choices.keys() - set(keys):
        near = get_close_matches(strange, keys, 1)
        raise UsageError(
            f"A grid has no {strange!r}",
            f"its keys are {', '.join(keys)}",
            f"Did you mean {near[0]!r}?" if near else "Leave it away.",
        )
    try:
        return msgspec.convert(choices, Grid)
    except msgspec.ValidationError as error:
        what, _, where = str(error).replace("`", "").partition(" - at $.")
        raise UsageError(
            f"The grid's {where} cannot be used",
            _KINDS.sub(lambda found: _IN_WORDS[found[0]], what).lower(),
            'A grid has lists, as in agents = [1, 2, 4] or teams = ["lead"], and single values, '
            "as in repetitions = 5.",
        ) from error
