"""What the scripts of planted anomalies are written against.

A script is a generator function: it acts on the stage, yields wherever others may act, and says of
each thing that it does wrong, or almost wrong, what it is. It owns its paths and tasks; its agents
it may share with other scripts, unless it asks to have them alone.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from random import Random
from typing import TypeAlias

from tests.planting.labels import Label
from tests.planting.stage import Stage
from workspaces.anomalies.finding import Kind, Verdict
from workspaces.history.events import OUTSIDE, SESSION, AnyEvent

Act: TypeAlias = Callable[..., Iterator[None]]


@dataclass(frozen=True)
class Script:
    """A family of plants: how many agents it needs, whether they may do nothing else meanwhile,
    and whether a history can hold it only once."""

    name: str
    act: Act
    actors: int
    alone: bool
    once: bool
    kinds: tuple[Kind, ...]


SCRIPTS: list[Script] = []


def script(
    *kinds: Kind, actors: int = 2, alone: bool = False, once: bool = False
) -> Callable[[Act], Act]:
    """Register a script that plants `kinds`."""

    def register(act: Act) -> Act:
        SCRIPTS.append(Script(act.__name__, act, actors, alone, once, kinds))
        return act

    return register


@dataclass
class Play:
    """A script's stage, its luck and its labels."""

    stage: Stage
    rng: Random
    labels: list[Label] = field(default_factory=list)
    untold: list[AnyEvent] = field(default_factory=list)
    """Completions of which no test run can ever tell; the session's end makes them unknown."""

    doubtful: list[int] = field(default_factory=list)
    """Events of which a judgement may say either; findings that name one are not scored."""

    def chance(self, share: float = 0.5) -> bool:
        """Whether something happens that does in this share of cases."""
        return self.rng.random() < share

    def found(
        self,
        kind: Kind,
        *events: AnyEvent,
        verdict: Verdict = Verdict.FOUND,
        why: str = "",
    ) -> None:
        """Label what these events make together; the last of them completes it."""
        self.labels.append(_label(kind, events, True, verdict, why))

    def clear(self, kind: Kind, *events: AnyEvent, why: str) -> None:
        """Label these events as a near-miss."""
        self.labels.append(_label(kind, events, False, Verdict.CLEAR, why))

    def replaced(self, old: AnyEvent, new: AnyEvent, knew: bool) -> None:
        """Label a write over another author's different version: a follow-up or an overwrite."""
        verdict = Verdict.UNKNOWN if new.agent == OUTSIDE else Verdict.FOUND
        self.found(Kind.FOLLOW_UP if knew else Kind.OVERWRITE, old, new, verdict=verdict)
        self.clear(
            Kind.OVERWRITE if knew else Kind.FOLLOW_UP,
            old,
            new,
            why="base(w) = pred(w)" if knew else "base(w) is not pred(w)",
        )

    def crossed(self, old: AnyEvent, new: AnyEvent) -> None:
        """Label two different writes of a path by two: concurrent unless word of the older had
        reached the newer one's author, by whatever way."""
        if self.stage.knew(new, old):
            self.clear(Kind.CONCURRENT_WRITE, old, new, why="ordered by happens-before")
            return
        verdict = Verdict.UNKNOWN if new.agent == OUTSIDE else Verdict.FOUND
        self.found(Kind.CONCURRENT_WRITE, old, new, verdict=verdict)


def _label(
    kind: Kind, events: tuple[AnyEvent, ...], holds: bool, verdict: Verdict, why: str
) -> Label:
    def each(attribute: str) -> tuple[str, ...]:
        named = (str(getattr(event, attribute, "")) for event in events)
        return tuple(dict.fromkeys(name for name in named if name not in ("", SESSION)))

    return Label(
        kind,
        tuple(event.seq for event in events),
        agents=each("agent"),
        paths=each("path"),
        tasks=each("task"),
        holds=holds,
        verdict=verdict,
        why=why,
    )


def changed(text: str, stage: Stage, at: int) -> str:
    """The text with one line replaced by a new one."""
    lines = text.splitlines(keepends=True)
    lines[at] = f"{stage.name('changed ')}\n"
    return "".join(lines)
