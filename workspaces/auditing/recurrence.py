"""Livelock: authors in turn put a file back to what it had been, again and again.

Git shows it without reading a text: the blob ids of a path recur while its authors alternate.
Whether a task was completed meanwhile is not in git, so only a tight alternation counts.
"""

from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

from workspaces.anomalies.finding import Kind, Severity, Verdict
from workspaces.auditing.finding import AuditFinding
from workspaces.auditing.muting import is_quiet
from workspaces.auditing.past import Touch
from workspaces.auditing.scope import Scope, short, shown

TURNS = 4
"""Changes in a row, each by another author than the one before."""
RECURRING = 2
"""How many of them must bring back a content that the same run has had."""
SOON = 14 * 86400
"""Seconds between two turns, at most."""


def livelocks(scope: Scope) -> list[AuditFinding]:
    """One finding for each run of alternating authors."""
    past = scope.past
    found = []
    for raw in past.paths():
        commits = past.commits_of(raw)
        if len(commits) < TURNS or len({past.who[commit] for commit in commits}) < 2:
            continue
        if not any(_alternate(scope, commits[at : at + TURNS]) for at in range(len(commits))):
            continue
        path = shown(raw)
        if not is_quiet(path):
            found += [_finding(scope, path, run) for run in _runs(scope, past.touches(raw))]
    return found


def _alternate(scope: Scope, commits: Sequence[int]) -> bool:
    past = scope.past
    return len(commits) >= TURNS and all(
        past.who[one] != past.who[other] and abs(past.times[other] - past.times[one]) <= SOON
        for one, other in pairwise(commits)
    )


def _runs(scope: Scope, touches: Sequence[Touch]) -> list[list[Touch]]:
    past = scope.past
    runs: list[list[Touch]] = []
    run: list[Touch] = []
    for touch in touches:
        follows = (
            bool(run)
            and touch.old == run[-1].new
            and past.who[touch.commit] != past.who[run[-1].commit]
            and abs(past.times[touch.commit] - past.times[run[-1].commit]) <= SOON
            and not scope.is_bot(touch.commit)
        )
        if not follows:
            runs.append(run)
            run = []
        run.append(touch)
    runs.append(run)
    runs = [_trimmed(run) for run in runs]
    return [run for run in runs if len(run) >= TURNS and _recurrences(run) >= RECURRING]


def _trimmed(run: Sequence[Touch]) -> list[Touch]:
    """The part of a run from the first content that recurs to the last."""
    often = Counter(touch.new for touch in run)
    places = [at for at, touch in enumerate(run) if often[touch.new] > 1]
    return list(run[places[0] : places[-1] + 1]) if places else []


def _recurrences(run: Sequence[Touch]) -> int:
    return len(run) - len({touch.new for touch in run})


def _finding(scope: Scope, path: str, run: Sequence[Touch]) -> AuditFinding:
    past = scope.past
    last = run[-1].commit
    names = scope.agents(touch.commit for touch in run)
    seen: set[str] = set()
    steps = []
    for touch in run:
        again = touch.new in seen
        seen.add(touch.new)
        what = "brought back a content it had had before" if again else "changed it"
        steps.append(scope.evidence(touch.commit, f"{past.name(touch.commit)} {what}"))
    return AuditFinding(
        id=f"{Kind.LIVELOCK}:{path}:{short(past.ids[run[0].commit])}:{short(past.ids[last])}",
        kind=Kind.LIVELOCK,
        severity=Severity.MEDIUM,
        verdict=Verdict.FOUND,
        agents=names,
        paths=(path,),
        witness=tuple(steps[:12]),
        summary=f"{' and '.join(names)} changed {path} back and forth, {len(run)} times in turn.",
        t=past.times[last],
        case=f"path:{path}:{short(past.ids[run[0].commit])}",
        facts={"turns": str(len(run)), "recurrences": str(_recurrences(run))},
    )
