"""`make detectors`: score the detectors on planted histories, print the tables, write them down.

    python -m tests.planting.report [--histories N] [--first SEED] [--dry]

Seeds are `SEED` to `SEED + N - 1` for histories of all scripts, and a tenth as many for those with
lifelike times. Each history is scored as it is and with 10, 25 and 50% of its events lost.
"""

import argparse
import sys
from collections.abc import Sequence
from statistics import median

from tests.planting.document import put, table
from tests.planting.generator import generate
from tests.planting.scoring import Score, Scores, score, wilson
from tests.planting.timed import timed
from workspaces.anomalies.finding import Kind

SHARES = (0.0, 0.1, 0.25, 0.5)
HISTORIES = 3000
FIRST = 20_000
"""Other seeds than those of the tests, on which the detectors were mended."""
JUDGED: dict[Kind, str] = {
    Kind.STALE_READ: "versions exact; whether the change touched what was used is judged",
    Kind.WRITE_SKEW: "A5B exact; compatible changes and broken calls are judged",
    Kind.DUPLICATE_WORK: "two holders exact; two makers judged by names",
    Kind.HIDDEN_DEPENDENCY: "exact on imports that can be read",
    Kind.MERGE_CONFLICT: "exact for a merge by lines",
    Kind.DEADLOCK: "exact on recorded refusals and questions",
    Kind.LOST_MESSAGE: "delivery exact; what a question is, is judged",
    Kind.FALSE_COMPLETION: "missing files exact; whose test failed is judged by its name",
    Kind.TAMPERING: "exact on the task board",
    Kind.ORPHAN_CLAIM: "stop and lease exact; silence judged",
    Kind.STRAGGLER: "judgement",
    Kind.IDLE: "judgement",
}


def main() -> None:
    """Score, print and write."""
    parser = argparse.ArgumentParser(prog="python -m tests.planting.report")
    parser.add_argument("--histories", type=int, default=HISTORIES, metavar="N")
    parser.add_argument("--first", type=int, default=FIRST, metavar="SEED")
    parser.add_argument("--dry", action="store_true", help="print only")
    options = parser.parse_args()
    each = measured(options.first, options.histories)
    parts = {"scores": complete(each[0]), "loss": lossy(each)}
    for name, text in parts.items():
        sys.stdout.write(f"{text}\n")
        if not options.dry:
            put(name, text)


def measured(first: int, histories: int) -> list[Scores]:
    """The scores at every share of lost events."""
    each = [Scores() for _ in SHARES]
    for number in range(histories + histories // 10):
        seed = first + number
        planted = generate(seed) if number < histories else timed(seed)
        for scores, share in zip(each, SHARES, strict=True):
            score(planted, scores, share)
    return each


def complete(scores: Scores) -> str:
    """The table of complete histories."""
    rows = [_row(kind, scores.kinds[kind]) for kind in Kind]
    head = (
        "kind", "definition", "planted", "precision", "recall", "unknown", "near-misses",
        "delay in events", "in seconds",
    )  # fmt: skip
    lead = f"{scores.histories} histories, {scores.events} events.\n\n"
    return lead + table(head, rows) + _mistakes(scores)


def _row(kind: Kind, counts: Score) -> Sequence[str]:
    return (
        kind.value,
        JUDGED.get(kind, "exact"),
        str(counts.labels + counts.unknown_labels),
        _share(counts.right, counts.right + counts.wrong),
        _share(counts.found, counts.labels),
        f"{counts.unknown_found} of {counts.unknown_labels}",
        f"{counts.near_reported} of {counts.near}",
        _spread([float(delay) for delay in counts.delays], ".0f"),
        _spread(counts.seconds, ".1f"),
    )


def _share(hits: int, of: int) -> str:
    """A share with its interval."""
    if not of:
        return "-"
    low, high = wilson(hits, of)
    return f"{hits / of:.3f} ({low:.3f}-{high:.3f})"


def _spread(values: list[float], how: str) -> str:
    """Median and 95th percentile."""
    if not values:
        return "-"
    high = sorted(values)[int(0.95 * (len(values) - 1))]
    return f"{median(values):{how}} / {high:{how}}"


def _mistakes(scores: Scores) -> str:
    lines = []
    for seed, mistake in scores.mistakes[:20]:
        seqs = getattr(mistake, "seqs", None) or tuple(s.seq for s in mistake.witness)  # type: ignore[union-attr]
        what = "missed" if hasattr(mistake, "seqs") else "reported wrongly"
        lines.append(f"- seed {seed}: {mistake.kind.value} {what}, events {seqs}\n")
    return f"\n{len(scores.mistakes)} mistakes.\n" + "".join(lines)


def lossy(each: Sequence[Scores]) -> str:
    """The table of lossy histories: precision, recall, and the share of unknown."""
    text = ""
    for scores, share in zip(each[1:], SHARES[1:], strict=True):
        rows = []
        for kind in Kind:
            counts = scores.kinds[kind]
            told = counts.right + counts.wrong
            rows.append(
                (
                    kind.value,
                    _share(counts.right, told),
                    _share(counts.found, counts.labels),
                    _share(counts.whole_found, counts.whole),
                    f"{counts.unknowns / (told + counts.unknowns):.1%}"
                    if told + counts.unknowns
                    else "-",
                )
            )
        head = ("kind", "precision", "recall", "recall where its events survived", "unknown")
        text += f"\n{share:.0%} of the events lost:\n\n{table(head, rows)}"
    return text


if __name__ == "__main__":
    main()
