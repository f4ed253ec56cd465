"""Which sessions are played: some by default, the rest of twelve thousand by `make guarantees`
(and by `make test-long`, with everything else)."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from tests.guarantees.sessions import Kind, faults, play
from workspaces.history import events as e

_BATCH = 500


def batches(quick: int, total: int) -> list[object]:
    """Ranges of seeds: the first `quick` ones always, the rest up to `total` as long tests."""
    long = [
        pytest.param(
            range(start, min(start + _BATCH, total)),
            marks=[pytest.mark.long, pytest.mark.timeout(1800)],
        )
        for start in range(quick, total, _BATCH)
    ]
    return [range(quick), *long]


def sessions(
    template: Path, control: str, seeds: range, kinds: Sequence[Kind] = (Kind(),)
) -> Iterator[tuple[int, list[e.AnyEvent]]]:
    """The histories of the sessions with those seeds, with the faults of their seeds and teams of
    `kinds` in turn."""
    for seed in seeds:
        kind = kinds[seed % len(kinds)]
        with TemporaryDirectory(prefix="crosstalk-guarantee-") as folder:
            ordered = faults(seed, control)
            yield seed, play(template, Path(folder), seed, control, ordered=ordered, kind=kind)


def accepted(events: list[e.AnyEvent]) -> int:
    """How many writes of agents were accepted."""
    return sum(isinstance(ev, e.FileWritten) and ev.agent != e.SESSION for ev in events)
