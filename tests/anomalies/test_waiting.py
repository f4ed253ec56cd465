"""Faults of waiting and time: deadlock, livelock, stragglers, idleness, orphans, interference."""

import pytest

from tests.anomalies.stories import check_evidence, found, of_kind, only
from tests.anomalies.team import Team
from tests.planting.dropping import without
from tests.world import World
from workspaces.anomalies.finding import Kind, Severity, Verdict
from workspaces.anomalies.questions import is_question
from workspaces.history import events as e

DEADLOCK, LIVELOCK, STRAGGLER = Kind.DEADLOCK, Kind.LIVELOCK, Kind.STRAGGLER
IDLE, ORPHAN, INTERFERENCE = Kind.IDLE, Kind.ORPHAN_CLAIM, Kind.INTERFERENCE


# Deadlocks ----------------------------------------------------------------------------------


def wants(team: Team, agent: str, code: str, target: str) -> None:
    team.begin_turn(agent)
    team.refuse(agent, code, target)
    team.end_turn(agent)


def embrace(team: Team) -> Team:
    team.lease("ada", "x", 1)
    team.lease("bob", "y", 1)
    wants(team, "ada", "leased", "y")
    wants(team, "bob", "leased", "x")
    return team


def test_two_who_want_each_others_lease() -> None:
    team = embrace(Team())
    finding = only(team, DEADLOCK)
    check_evidence(team, finding)
    assert set(finding.agents) == {"ada", "bob"}
    assert finding.severity is Severity.HIGH
    assert "y, leased to bob" in finding.summary
    wants(team, "ada", "leased", "y")
    assert len(of_kind(team, DEADLOCK)) == 1


def test_three_in_a_circle_over_leases_tasks_and_answers() -> None:
    team = Team()
    team.task("d", "d.py")
    team.task("t", "t.py", needs=("d",))
    team.lease("ada", "x", 1)
    team.claim("bob", "d")
    team.begin_turn("ada")
    team.send("ada", "cy", "Shall I?")
    team.add(e.Waited(agent="ada", turn=1))
    team.end_turn("ada")
    wants(team, "bob", "leased", "x")
    assert of_kind(team, DEADLOCK) == []
    wants(team, "cy", "blocked", "t")
    finding = only(team, DEADLOCK)
    assert set(finding.agents) == {"ada", "bob", "cy"}
    assert finding.facts["cycle"].count("->") == 3


def test_an_agent_goes_on_as_soon_as_one_want_is_met() -> None:
    team = Team()
    team.lease("ada", "x", 1)
    team.lease("bob", "y", 1)
    team.lease("cy", "z", 1)
    team.begin_turn("ada")
    team.refuse("ada", "leased", "y")
    team.refuse("ada", "leased", "z")
    team.end_turn("ada")
    wants(team, "bob", "leased", "x")
    assert of_kind(team, DEADLOCK) == []
    wants(team, "cy", "leased", "y")
    assert len(of_kind(team, DEADLOCK)) == 1


def test_no_deadlock_when_somebody_went_on() -> None:
    team = Team()
    team.lease("ada", "x", 1)
    team.lease("bob", "y", 1)
    team.begin_turn("ada")
    team.refuse("ada", "leased", "y")
    team.write("ada", "x", "1\n")
    team.end_turn("ada")
    wants(team, "bob", "leased", "x")
    assert of_kind(team, DEADLOCK) == []


def test_no_deadlock_over_a_lease_that_ran_out_or_ended() -> None:
    team = Team()
    team.lease("ada", "x", 1, until=1.0)
    team.lease("bob", "y", 1)
    team.now = 2.0
    wants(team, "ada", "leased", "y")
    wants(team, "bob", "leased", "x")
    assert of_kind(team, DEADLOCK) == []
    team = Team()
    team.lease("ada", "x", 1)
    team.lease("bob", "y", 1)
    wants(team, "ada", "leased", "y")
    team.add(e.LeaseEnded(agent="bob", path="y", token=1, reason="released"))
    wants(team, "bob", "leased", "x")
    assert of_kind(team, DEADLOCK) == []


def test_who_has_a_task_to_work_on_does_not_wait_for_others() -> None:
    team = Team()
    for task in ("a", "b"):
        team.task(task, f"{task}.py")
    team.claim("ada", "a")
    team.claim("bob", "b")
    wants(team, "ada", "held", "b")
    wants(team, "bob", "held", "a")
    assert of_kind(team, DEADLOCK) == []


def test_an_answer_ends_the_wait() -> None:
    team = Team()
    for asker, other in (("ada", "bob"), ("bob", "ada")):
        team.begin_turn(asker)
        team.send(asker, other, "Why?")
        team.add(e.Waited(agent=asker, turn=1))
        team.end_turn(asker)
    assert of_kind(team, DEADLOCK) == []  # bob's own question answered ada


# Livelocks ----------------------------------------------------------------------------------


def ping_pong(texts: str, authors: str, world: World | None = None) -> World:
    world = world or World()
    names = {"a": "ada", "b": "bob", "c": "cy"}
    for text, author in zip(texts, authors, strict=True):
        if author == "o":
            world.outside("f", text)
        else:
            world.write(names[author], "f", text)
    return world


@pytest.mark.parametrize(
    ("texts", "authors", "reported"),
    [
        ("xyxy", "abab", 1),
        ("xyxyxyxy", "abababab", 1),
        ("xyx", "aba", 0),
        ("xyzw", "abab", 0),
        ("xyxy", "abba", 0),
        ("xxyz", "abab", 0),
        ("xyzx", "abca", 1),
        ("xyxy", "aoao", 1),
        ("xyxyzxyxy", "ababbabab", 2),
    ],
)
def test_alternating_authors_and_bytes_that_come_back(
    texts: str, authors: str, reported: int
) -> None:
    world = ping_pong(texts, authors)
    found = of_kind(world, LIVELOCK)
    assert len(found) == reported
    for finding in found:
        check_evidence(world, finding)


def test_a_completion_by_one_of_them_is_progress() -> None:
    for agent, reported in (("ada", False), ("zed", True)):
        world = ping_pong("xy", "ab")
        world.add(e.TaskCompleted(agent=agent, task="task-0"))
        ping_pong("xy", "ab", world)
        assert bool(of_kind(world, LIVELOCK)) == reported


def test_what_came_before_a_completion_does_not_come_back_after_it() -> None:
    """Four versions since, in turns, and the only bytes among them that recur are older."""
    world = ping_pong("xyzwv", "ababa")
    world.add(e.TaskCompleted(agent="ada", task="task-0"))
    ping_pong("xy", "ba", world)
    assert of_kind(world, LIVELOCK) == []


def test_fewer_than_four_versions_since_a_completion_are_no_livelock() -> None:
    world = ping_pong("x", "a")
    world.add(e.TaskCompleted(agent=world.roster[0], task="task-0"))
    ping_pong("yxy", "bab", world)
    assert of_kind(world, LIVELOCK) == []
    ping_pong("x", "a", world)
    assert len(of_kind(world, LIVELOCK)) == 1


def test_the_versions_that_are_shown_are_the_last_two() -> None:
    world = ping_pong("xyxz", "abab")
    (finding,) = of_kind(world, LIVELOCK)
    assert (finding.facts["older"], finding.facts["newer"]) == ("3", "4")
    assert (finding.facts["versions"], finding.facts["different"]) == ("4", "3")


# Stragglers ---------------------------------------------------------------------------------


def peers(team: Team, turns: int = 6, text: str = "abcd") -> Team:
    for number in range(turns):
        team.turn(("bob", "cy")[number % 2], 1.0 + number / 100, text)
    return team


def test_a_turn_far_longer_than_the_others() -> None:
    team = peers(Team())
    began = team.turn("ada", 5.0, "abcd")
    finding = only(team, STRAGGLER)
    check_evidence(team, finding)
    assert finding.agents == ("ada",)
    assert finding.witness[0].seq == began.seq
    assert finding.verdict is Verdict.FOUND


def test_a_turn_under_way_is_found_when_others_end_theirs() -> None:
    team = peers(Team())
    team.begin_turn("ada")
    for _ in range(5):
        team.turn("bob", 1.0, "abcd")
    finding = only(team, STRAGGLER)
    assert finding.seq < team.events[-1].seq
    team.end_turn("ada")
    assert len(of_kind(team, STRAGGLER)) == 1


def test_not_with_few_peers_or_little_more_or_a_harder_task_or_a_pause() -> None:
    team = peers(Team(), turns=4)
    team.turn("ada", 9.0)
    assert of_kind(team, STRAGGLER) == []
    team = peers(Team())
    team.turn("ada", 1.9)
    team.turn("ada", 5.0, "abcd" * 5)
    team.begin_turn("ada")
    team.now += 5.0
    team.add(e.TaskCompleted(agent="ada", task="task-0"))
    team.end_turn("ada")
    team.begin_turn("ada")
    team.add(e.SessionPaused())
    team.now += 50.0
    team.add(e.SessionContinued())
    team.end_turn("ada")
    assert of_kind(team, STRAGGLER) == []


# Idleness -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "cause"), [("leased", "lease"), ("blocked", "dependency"), ("held", "barrier")]
)
def test_a_long_wait_by_its_cause(code: str, cause: str) -> None:
    team = Team(roster=("ada", "bob"))
    wants(team, "ada", code, "x")
    for _ in range(6):
        team.turn("bob", 1.0)
    finding = only(team, IDLE)
    check_evidence(team, finding)
    assert finding.agents == ("ada",)
    assert finding.facts["cause"] == cause
    assert finding.severity is Severity.LOW


def test_waiting_for_an_answer_or_with_nothing_left() -> None:
    team = Team(roster=("ada", "bob"))
    team.begin_turn("ada")
    team.send("ada", "bob", "Why?")
    team.add(e.Waited(agent="ada", turn=1))
    team.end_turn("ada")
    for task in ("task-0", "task-1", "task-2"):
        team.complete("ada", task)
    for _ in range(6):
        team.turn("bob", 1.0)
    assert only(team, IDLE).facts["cause"] == "message"
    team.turn("ada", 0.5)
    for _ in range(6):
        team.turn("bob", 1.0)
    second = of_kind(team, IDLE)[1]
    assert second.facts["cause"] == "nothing-to-do"
    assert second.severity is Severity.INFO


def test_not_while_paused_stopped_or_for_a_short_while() -> None:
    team = Team(roster=("ada", "bob"))
    team.turn("ada", 1.0)
    for _ in range(6):
        team.turn("bob", 0.4)
        team.turn("ada", 0.4)
    team.add(e.SessionPaused())
    team.now += 100.0
    team.add(e.SessionContinued())
    team.turn("ada", 0.4)
    team.add(e.AgentStopped(agent="bob", reason="crashed"))
    for _ in range(9):
        team.turn("ada", 1.0)
    assert of_kind(team, IDLE) == []


def test_who_asked_and_did_not_wait_waits_for_something_else() -> None:
    team = Team(roster=("ada", "bob"))
    team.begin_turn("ada")
    team.send("ada", "bob", "Why?")
    team.end_turn("ada")
    for _ in range(6):
        team.turn("bob", 1.0)
    assert only(team, IDLE).facts["cause"] == "barrier"


@pytest.mark.parametrize(("turns", "told"), [(4, 0), (5, 1)])
def test_from_the_fifth_turn_on_it_is_known_what_is_usual(turns: int, told: int) -> None:
    team = Team(roster=("ada", "bob"))
    for _ in range(turns):
        team.turn("bob", 1.0)
    team.now += 50.0
    team.end()
    assert len([f for f in of_kind(team, IDLE) if f.agents == ("ada",)]) == told


def test_a_wait_whose_end_may_be_missing_is_told_when_it_ends() -> None:
    team = Team(roster=("ada", "bob"))
    lost = team.turn("bob", 1.0)
    for _ in range(9):
        team.turn("bob", 1.0)
    whole = found(team.events)
    lossy = found(without(team.events, {lost.seq}).events)
    assert [f.agents for f in whole if f.kind is IDLE] == [("ada",)]
    assert [f for f in lossy if f.kind is IDLE] == []
    team.turn("ada", 1.0)
    lossy = found(without(team.events, {lost.seq}).events)
    assert [f.agents for f in lossy if f.kind is IDLE] == [("ada",)]


# Orphan claims ------------------------------------------------------------------------------


def holding(until: float = 0.0) -> Team:
    team = Team()
    team.task("t", "t.py")
    team.claim("ada", "t")
    if until:
        team.lease("ada", "t.py", 1, until)
    return team


@pytest.mark.parametrize(("reason", "word"), [("crashed", "crashed"), ("frozen", "froze")])
def test_the_holder_stops(reason: str, word: str) -> None:
    team = holding()
    team.add(e.AgentStopped(agent="ada", reason=reason))
    finding = only(team, ORPHAN)
    check_evidence(team, finding)
    assert word in finding.summary
    assert finding.tasks == ("t",)
    assert finding.severity is Severity.HIGH
    team.add(e.AgentStopped(agent="bob", reason=reason))
    assert len(of_kind(team, ORPHAN)) == 1


def rounds(team: Team, count: int) -> None:
    for number in range(count):
        team.now += 1.0
        team.add(e.RoundStarted(round=number + 2))


def test_the_holder_is_silent() -> None:
    team = holding()
    rounds(team, 3)
    assert of_kind(team, ORPHAN) == []
    rounds(team, 3)
    finding = only(team, ORPHAN)
    check_evidence(team, finding)
    assert finding.facts == {"rule": "silent"}


def test_not_in_a_slow_call_or_blocked_or_with_nothing() -> None:
    team = holding()
    team.begin_turn("ada")
    team.task("u", "u.py", needs=("t",))
    team.assign("session", "u", "bob")
    rounds(team, 9)
    assert of_kind(team, ORPHAN) == []
    team.end_reply("ada")
    team.end_turn("ada")
    rounds(team, 2)
    team.turn("ada")
    rounds(team, 3)
    assert of_kind(team, ORPHAN) == []


def test_the_holders_lease_runs_out() -> None:
    team = holding(until=1.5)
    rounds(team, 1)
    assert of_kind(team, ORPHAN) == []
    rounds(team, 1)
    finding = only(team, ORPHAN)
    assert finding.facts == {"rule": "lease"}
    check_evidence(team, finding)
    team = holding(until=1.5)
    team.add(e.LeaseRenewed(agent="ada", expires=9.0))
    rounds(team, 2)
    team.add(e.LeaseEnded(agent="ada", path="t.py", token=1, reason="released"))
    assert of_kind(team, ORPHAN) == []
    team = holding(until=1.5)
    team.add(e.LeaseEnded(agent="ada", path="t.py", token=1, reason="expired"))
    assert len(of_kind(team, ORPHAN)) == 1


# Interference -------------------------------------------------------------------------------


def moved(operation: str, agent: str = e.OUTSIDE) -> e.RepositoryMoved:
    return e.RepositoryMoved(agent=agent, operation=operation, before="1", after="2")


@pytest.mark.parametrize("operation", ["checkout", "reset", "stash", "clean", "rebase"])
def test_a_git_command_under_agents_at_work(operation: str) -> None:
    team = holding()
    team.begin_turn("bob")
    team.add(moved(operation))
    finding = only(team, INTERFERENCE)
    check_evidence(team, finding)
    assert finding.agents == (e.OUTSIDE, "ada", "bob")
    assert finding.tasks == ("t",)
    assert finding.summary.startswith(f"Somebody outside the team ran git {operation} while")


def test_not_when_nobody_works_or_nothing_is_undone() -> None:
    team = holding()
    team.add(moved("commit"))
    team.add(moved("merge"))
    team.add(moved("reset", "ada"))
    team.complete("ada", "t")
    team.turn("bob")
    team.add(moved("reset"))
    assert of_kind(team, INTERFERENCE) == []


def test_who_holds_a_task_and_stopped_is_not_at_work() -> None:
    team = holding()
    team.add(e.AgentStopped(agent="ada", reason="crashed"))
    team.add(moved("reset"))
    assert of_kind(team, INTERFERENCE) == []


@pytest.mark.parametrize(
    ("text", "asks"),
    [
        ("Are you done?", True),
        ("(is it `mean`?)", True),
        ("Really?!", True),
        ("see http://x.org/?a=b", False),
        ("x ? y : z", False),
        ("Done.", False),
    ],
)
def test_what_a_question_is(text: str, asks: bool) -> None:
    assert is_question(text) is asks
