"""The honest table: what was traced, what is simulated, and the gap, as a Markdown page."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean

from msgspec import structs

from agents.models.fitting.direct import Shares
from agents.models.fitting.measuring import METRICS, Counts
from agents.models.fitting.searching import CAP, SEARCHED
from agents.models.fitting.targets import COMPARED, Cell, Target, mean_of, scaled
from agents.models.simulated.profile import TEAMS, Profile

HEAD = """\
# How the simulated models were fitted

This page is written by `{script} --data DIR --report docs/SIMULATION.md`;
run it again rather than edit it. `DIR` holds the published traces of *Language Model Teams as
Distributed Systems* (arXiv 2603.12229), `runs.parquet` and `events.parquet`, which are not part
of this project.

The simulated models are no language models. Each is a program that reads the text of its context,
decides by dice that are loaded like the traced model's habits, and writes what it knows by heart:
the built-in suites. They are there so that a team can be watched, debugged and measured without a
network, a key or a bill. They tell nothing about how well a model programs.

## How

1. **Read off the traces**: the latency of a reply (`first_s + seconds_per_token * tokens`, by
   least squares over sessions of one agent), tokens per reply and per token of a file written,
   and shares of replies that did a thing. A write belongs to the reply before it.
2. **Searched for**: the other habits. Sessions are simulated with candidates, and the one is kept
   whose means per suite and team size come nearest to the traced means. Gaps count in units of the
   spread that sessions of all three kinds of suites have around their cell's mean; the search looks
   at {suites} with teams of {sizes} agents. The tables below are
   from other seeds than the search.

The rules in a simulated session are this program's own: its contexts, actions and refusals. Test
runs are judged by comparing meanings instead of running pytest (a test checks that the two agree).

## What is not reproduced

- **Reading and messages.** The traced agents could not read files and had no messages.
  Assumed and not fitted:
{assumed}
- **Claims in preassigned teams.** The traced agents claimed the tasks that they had been given, in
  dependency order or not; here a task given is held. `claims_blocked` is not compared there.
- **Idle agents of preassigned teams** were called every round in the traces and are not here, so
  replies and test runs are fewer.
- **Who claimed which task.** Traced claims name no task, so how often two agents claim the same one
  cannot be read off; the habit of picking is fitted through concurrent writes and rewrites.
- **The order of actions.** The traced system applied all writes, then all claims, then all
  completions; here actions apply as written, so an agent that claims a chain task by task gets
  further in one reply. The habit `grouped` stands for those who write as the old order suggested.
- **Success** in the traces is that all tasks were reported done; here the suite's tests must pass
  too. The traced agents never saw the tasks' descriptions, so their tests failed for reasons that
  ours have not: simulated `failed_tests` are too few, and not compared in preassigned teams.
- **Twice in one reply.** GPT-5.2 often wrote a file twice in one reply; a simulated agent never
  does, so its writes in preassigned teams are too few.
- **Data and SVG suites** are in the spreads only; nothing simulated is compared with them.
- **Sessions of different temper.** A traced session often kept one manner throughout; a simulated
  agent draws anew every turn. Means fit better than the spread between sessions.
- **`concurrent_writes`** is counted from the events. The traces' own column is 0 for many
  decentralized sessions whose events hold such writes.
- Sessions are cut at {cap} rounds; a few traced ones ran to 100.
"""


@dataclass(frozen=True, slots=True)
class Fitted:
    """A fitted profile with everything that its part of the report shows."""

    profile: Profile
    shares: Mapping[str, object]
    aims: Mapping[str, Mapping[Cell, Mapping[str, Target]]]
    played: Mapping[str, Mapping[Cell, Sequence[Counts]]]


def page(fitted: Sequence[Fitted], suites: Sequence[str], sizes: Sequence[int]) -> str:
    """The whole page."""
    provenance = fitted[0].profile.provenance
    head = HEAD.format(
        script=provenance.script,
        suites=", ".join(suites),
        sizes=", ".join(map(str, sizes)),
        assumed="\n".join(f"  - {line}" for line in provenance.assumed),
        cap=CAP,
    )
    lines = [
        *head.splitlines(),
        "",
        "## Provenance",
        "",
        f"Data of {provenance.date} (the newest event), seed {provenance.seed}, "
        f"{provenance.effort}.",
        "",
        f"- runs.parquet `{provenance.runs_sha256}`",
        f"- events.parquet `{provenance.events_sha256}`",
        "",
        *_summary(fitted),
    ]
    for one in fitted:
        lines += ["", f"## {one.profile.name}", "", one.profile.description, ""]
        lines += list(_parameters(one))
        for team in TEAMS:
            lines += ["", f"### {one.profile.name}, {team}", "", *_cells(one, team)]
    return "\n".join(lines) + "\n"


def _summary(fitted: Sequence[Fitted]) -> Iterator[str]:
    yield "## In short"
    yield ""
    yield (
        "Means over the suites and team sizes compared, traced / simulated, and in brackets the "
        "mean gap in spreads (1: as far from the traced mean as a typical traced session). "
        "`seconds` and `straggler_gap` (both in seconds) took no part in the search; traced "
        "`seconds` include the traced system's test runs, which held everything up, and `-` marks "
        "what is not compared."
    )
    yield ""
    columns = [(one, team) for one in fitted for team in TEAMS]
    yield "| | " + " | ".join(f"{one.profile.name} {team}" for one, team in columns) + " |"
    yield "|---|" + "---|" * len(columns)
    for metric in METRICS:
        entries = [_overall(one, team, metric) for one, team in columns]
        yield f"| {metric} | " + " | ".join(entries) + " |"


def _overall(one: Fitted, team: str, metric: str) -> str:
    played, aims = one.played[team], one.aims[team]
    pairs = [
        (aims[cell][metric], got)
        for cell, sessions in played.items()
        if (got := mean_of(metric, sessions)) is not None
    ]
    if metric not in COMPARED[team] and metric not in ("seconds", "straggler_gap"):
        return "-"
    traced = fmean(target.mean for target, _ in pairs)
    got = fmean(value for _, value in pairs)
    gap = fmean(
        abs(scaled(metric, value) - scaled(metric, target.mean)) / target.spread
        for target, value in pairs
    )
    return f"{_number(traced)} / {_number(got)} ({gap:.1f})"


def _parameters(one: Fitted) -> Iterator[str]:
    latency, sizes = one.profile.latency, one.profile.sizes
    yield (
        f"From {one.profile.provenance.sessions} sessions. A reply takes {latency.first_s:.2f} s "
        f"(sigma {latency.first_sigma:.2f}) and {1000 * latency.seconds_per_token:.2f} ms a token "
        f"(sigma {latency.rate_sigma:.2f}), and has {sizes.reply_tokens:.0f} tokens and "
        f"{sizes.per_file_token:.2f} per token of the files written (sigma {sizes.sigma:.2f})."
    )
    yield ""
    yield "| habit | decentralized | preassigned | how |"
    yield "|---|---|---|---|"
    teams = [one.profile.decentralized, one.profile.preassigned]
    for name in teams[0].__struct_fields__:
        values = " | ".join(f"{getattr(team, name):.3g}" for team in teams)
        how = [_how(name, team, one.shares[team]) for team in TEAMS]
        yield f"| {name} | {values} | {how[0] if how[0] == how[1] else ' / '.join(how)} |"


def _how(name: str, team: str, shares: object) -> str:
    if name in SEARCHED[team]:
        return "searched"
    if isinstance(shares, Shares) and name in structs.asdict(shares):
        return f"traced (n={shares.replies})"
    return "assumed"


def _cells(one: Fitted, team: str) -> Iterator[str]:
    metrics = [*COMPARED[team], "seconds", "straggler_gap"]
    yield "Traced / simulated means per session; in brackets the sessions of each."
    yield ""
    yield "| suite, agents | " + " | ".join(metrics) + " |"
    yield "|---|" + "---|" * len(metrics)
    for cell, sessions in one.played[team].items():
        targets = one.aims[team][cell]
        entries = []
        for metric in metrics:
            got = mean_of(metric, sessions)
            shown = "-" if got is None else _number(got)
            traced = "-" if got is None else _number(targets[metric].mean)
            entries.append(f"{traced} / {shown}")
        sizes = f"({targets['rounds'].sessions} / {len(sessions)})"
        yield f"| {cell[0]}, {cell[1]} {sizes} | " + " | ".join(entries) + " |"


def _number(value: float) -> str:
    return f"{value:.0f}" if value >= 100 else f"{value:.1f}" if value >= 3 else f"{value:.2f}"
