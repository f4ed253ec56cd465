"""What is found in a recording that is known to have lost a step is found in the whole one too."""

from collections import Counter
from collections.abc import Iterator
from random import Random

import pytest
from msgspec.structs import replace

from tests.anomalies.team import Team
from tests.planting.dropping import without
from tests.planting.generator import generate
from tests.planting.labels import Planted
from tests.planting.scoring import findings_of
from tests.planting.timed import timed
from workspaces.anomalies.doubt import doubted
from workspaces.anomalies.finding import Finding, Kind, Severity, Step, Verdict
from workspaces.history import events as e
from workspaces.history.state import fold

RARE = ((), (), (Kind.MERGE_CONFLICT, Kind.HIDDEN_DEPENDENCY), (Kind.ORPHAN_CLAIM, Kind.LIVELOCK))
EACH = 4
"""Steps of a history that are taken out of it, one at a time."""


def told(planted: Planted, lost: int) -> Iterator[tuple[Finding, bool]]:
    """What is found once a step is lost, and whether the loss was proven by then."""
    event = planted.events[lost - 1]
    left = without(planted.events, {lost}).events
    later = (x.seq for x in left if x.seq >= lost and x.agent == event.agent and x.steps)
    proof = next(later, len(left) + 1)
    for finding in findings_of(left):
        if finding.kind in planted.scored and finding.verdict is Verdict.FOUND:
            yield finding, finding.seq >= proof


def same(one: Finding, other: Finding) -> bool:
    """Whether two findings say the same of the same. At which act of several it was told, so on
    which path, and who else was at work, are details of it."""
    named = (
        set(finding.agents) | set(finding.paths) | {str(finding.kind), *finding.tasks}
        for finding in (one, other)
    )
    mine, theirs = named
    return one.kind is other.kind and (mine <= theirs or theirs <= mine)


def test_a_proven_loss_makes_nothing_up() -> None:
    rng = Random(5)
    kinds: set[Kind] = set()
    proven = 0
    made_up: list[Finding] = []
    for seed in range(72):
        planted = timed(seed) if seed % 5 == 0 else generate(seed, only=RARE[seed % 4])
        whole = findings_of(planted.events)
        steps = [event.seq for event in planted.events if event.steps and event.seq > 1]
        for lost in rng.sample(steps, min(EACH, len(steps))):
            for finding, known in told(planted, lost):
                if known:
                    proven += 1
                    kinds.add(finding.kind)
                    if not any(same(finding, other) for other in whole):
                        made_up.append(finding)
    assert made_up == []
    assert len(kinds) > len(Kind) - 3
    assert proven > 700


@pytest.mark.parametrize("seed", range(12))
def test_a_lost_step_is_proven_by_the_actors_next(seed: int) -> None:
    events = generate(seed).events
    assert fold(events).gaps.newest == 0
    for lost in [event for event in events if event.steps and event.seq > 1][::7]:
        left = without(events, {lost.seq}).events
        after = [x for x in left[lost.seq - 1 :] if x.agent == lost.agent and x.steps]
        gaps = fold(left).gaps
        assert gaps.newest == gaps.last(lost.agent) == (after[0].seq if after else 0)
        assert gaps.after(lost.seq - 1) is gaps.of(lost.agent, lost.seq - 1) is bool(after)
        assert not gaps.after(gaps.newest)
        assert not gaps.of("nobody")


def aged(planted: Planted) -> Planted:
    """The history of a team each of whom had taken one step before the recording began."""
    events = [
        replace(event, clock={actor: ticks + 1 for actor, ticks in event.clock.items()})
        for event in planted.events
    ]
    return Planted(planted.seed, events, planted.labels, planted.scored)


def test_an_old_loss_is_over_for_what_began_after_it() -> None:
    """Only kinds that ask about the whole past stay doubtful."""
    kept: Counter[Kind] = Counter()
    total: Counter[Kind] = Counter()
    for seed in range(60):
        planted = timed(seed) if seed % 5 == 0 else generate(seed, only=RARE[seed % 4])
        for story, counts in ((planted, total), (aged(planted), kept)):
            counts.update(f.kind for f in findings_of(story.events) if f.verdict is Verdict.FOUND)
    past = {Kind.INTERFERENCE, Kind.HIDDEN_DEPENDENCY, Kind.DUPLICATE_WORK, Kind.TAMPERING}
    for kind in set(Kind) - past:
        assert kept[kind] >= 0.4 * total[kind] > 0, kind
    assert not kept[Kind.HIDDEN_DEPENDENCY]


def test_what_is_no_step_can_be_lost_without_a_trace() -> None:
    events = generate(1).events
    texts = {event.seq for event in events if not event.steps}
    assert texts
    assert fold(without(events, texts).events).gaps.newest == 0


def test_a_doubted_finding_is_unknown_and_says_why() -> None:
    finding = Finding(
        id="x",
        kind=Kind.TAMPERING,
        severity=Severity.LOW,
        verdict=Verdict.FOUND,
        agents=("ada",),
        witness=(Step(3, "wrote"),),
        summary="ada wrote a.py.",
        seq=3,
        t=0.0,
        case="write:3",
    )
    assert doubted(finding, False) is finding
    doubtful = doubted(finding, True)
    assert doubtful.verdict is Verdict.UNKNOWN
    assert doubtful.summary == "ada wrote a.py. Events that may tell otherwise are missing."
    assert doubtful.facts["recording"] == "incomplete"
    assert doubted(doubtful, True) is doubtful


@pytest.mark.parametrize("excuse", ["its own", "any file", "mentioned", "titled", "stray", ""])
def test_a_claim_that_may_be_missing_excuses_a_write(excuse: str) -> None:
    """With the claim there is nothing to tell, without it nobody knows; a claim of something else
    would have excused nothing."""
    team = Team()
    team.task("theirs", "data.txt" if excuse != "stray" else "other.txt")
    words = "Tidy data.txt." if excuse == "mentioned" else "Tidy."
    files = {"any file": (), "its own": ("data.txt",)}.get(excuse, ("mine.txt",))
    title = "data.txt" if excuse == "titled" else "mine"
    team.add(e.TaskAdded(task="mine", title=title, description=words, files=files))
    if excuse == "stray":
        team.write(e.SESSION, "data.txt", "zero\n")
        team.task("more", "more.txt")
        team.claim("ada", "more")
        claim = team.add(e.TaskReleased(agent="ada", task="more"))
    else:
        claim = team.claim("ada", "mine")
        team.send("ada", "bob")
        team.claim("bob", "theirs")  # What is known of it is newer than the loss.
    team.write("ada", "data.txt", "one\n")
    stories = team.events, without(team.events, {claim.seq}).events
    whole, lossy = (
        [f.verdict for f in findings_of(events) if f.kind is Kind.TAMPERING] for events in stories
    )
    assert whole == ([] if excuse else [Verdict.FOUND])
    assert lossy == [Verdict.UNKNOWN if excuse else Verdict.FOUND]


def test_a_version_that_is_not_recorded_is_not_a_missing_file() -> None:
    """Ada wrote over a version of Bob's whose base was lost: what Bob changed is unknown."""
    for seed in range(40):
        planted = generate(seed, only=(Kind.LOST_UPDATE,))
        for label in planted.positive():
            if label.kind is not Kind.LOST_UPDATE or label.verdict is not Verdict.FOUND:
                continue
            write = planted.events[label.seqs[-1] - 1]
            assert isinstance(write, e.FileWritten)
            base = [
                event.seq
                for event in planted.events
                if isinstance(event, e.FileWritten | e.OutsideWrite)
                and (event.path, event.version) == (write.path, write.base)
            ]
            if not base:
                continue
            lossy = without(planted.events, set(base))
            verdicts = [
                f.verdict
                for f in findings_of(lossy.events)
                if f.kind is Kind.LOST_UPDATE and lossy.was[f.seq] == write.seq
            ]
            assert verdicts == [Verdict.UNKNOWN]
            return
    pytest.fail("no planted update that was lost came from a version of the session's")
