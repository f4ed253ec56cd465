"""Faults of merges, leases and messages."""

import pytest

from tests.anomalies.stories import check_evidence, found, of_kind, only
from tests.anomalies.team import Team
from tests.planting.dropping import without
from workspaces.anomalies.finding import Kind, Lines, Severity, Verdict
from workspaces.history import events as e

MERGE, ZOMBIE, MESSAGE = Kind.MERGE_CONFLICT, Kind.ZOMBIE_WRITE, Kind.LOST_MESSAGE
BASE = "a\nb\nc\nd\ne\n"


def trees() -> Team:
    team = Team()
    team.add(
        e.FileWritten(
            agent=e.SESSION,
            turn=0,
            path="f",
            version=1,
            base=0,
            replaced=0,
            blob=team._blob(BASE),
            size=len(BASE),
        )
    )
    return team


def test_two_worktrees_that_do_not_merge() -> None:
    team = trees()
    team.apart("ada", "f", BASE.replace("a", "A"))
    assert of_kind(team, MERGE) == []
    team.apart("bob", "f", BASE.replace("a", "X"))
    team.apart("bob", "f", BASE.replace("a", "Y"))
    finding = only(team, MERGE)
    check_evidence(team, finding)
    assert finding.agents == ("ada", "bob")
    assert finding.lines == (Lines("f", 1, 1),)
    assert finding.facts["with"] == "worktree"


def test_not_when_it_merges_or_is_the_same() -> None:
    team = trees()
    team.apart("ada", "f", BASE.replace("a", "A"))
    team.apart("bob", "f", BASE.replace("e", "E"))
    team.apart("cy", "f", BASE.replace("a", "A"))
    assert of_kind(team, MERGE) == []


def test_against_what_the_shared_tree_has_got_meanwhile() -> None:
    team = trees()
    team.apart("ada", "f", BASE.replace("a", "A"))
    team.write("bob", "f", BASE.replace("a", "B"))
    team.apart("ada", "f", BASE.replace("a", "AA"))
    finding = only(team, MERGE)
    assert finding.facts["with"] == "shared"
    team.add(e.WorktreeUpdated(agent="ada", versions=(("f", 2),)))
    team.apart("ada", "f", BASE.replace("a", "C"), base=2)
    assert len(of_kind(team, MERGE)) == 1


def test_merged_changes_are_no_ones_head_any_more() -> None:
    team = trees()
    team.apart("ada", "f", BASE.replace("a", "A"))
    team.write("ada", "f", BASE.replace("a", "A"))
    team.add(e.WorktreeUpdated(agent="bob", versions=(("f", 2),)))
    team.apart("bob", "f", BASE.replace("a", "B"), base=2)
    assert of_kind(team, MERGE) == []


def test_a_text_that_was_not_stored_leaves_it_unknown() -> None:
    team = trees()
    team.apart("ada", "f", BASE.replace("a", "A"))
    team.outside("f", "secret", stored=False)
    team.apart("ada", "f", BASE.replace("a", "AA"))
    assert only(team, MERGE).verdict is Verdict.UNKNOWN


def test_told_once_until_one_of_the_two_took_the_path_in_anew() -> None:
    team = trees()
    team.apart("ada", "f", BASE.replace("a", "A"))
    for number in range(3):
        team.apart("bob", "f", BASE.replace("a", f"B{number}"))
        team.apart("cy", "f", BASE.replace("a", f"C{number}"))
    pairs = [finding.agents for finding in of_kind(team, MERGE)]
    assert pairs == [("ada", "bob"), ("ada", "cy"), ("bob", "cy")]
    team.add(e.WorktreeUpdated(agent="bob", versions=(("f", 1),)))
    team.apart("cy", "f", BASE.replace("a", "C"))
    assert len(of_kind(team, MERGE)) == 3
    team.apart("bob", "f", BASE.replace("a", "B"))
    pairs = [finding.agents for finding in of_kind(team, MERGE)][3:]
    assert sorted(pairs) == [("ada", "bob"), ("cy", "bob")]


def test_a_new_file_in_two_trees() -> None:
    """Nobody laid it out: both made it from nothing."""
    team = trees()
    team.apart("ada", "new", "one\n")
    team.apart("bob", "new", "one\n")
    assert of_kind(team, MERGE) == []
    team.apart("bob", "new", "two\n")
    assert only(team, MERGE).verdict is Verdict.FOUND
    team.write("cy", "shared", "x\n")
    team.apart("ada", "shared", "y\n")
    assert [finding.paths for finding in of_kind(team, MERGE)] == [("new",), ("shared",)]


def test_a_tree_that_was_never_brought_up_to_date_has_what_the_session_laid_out() -> None:
    team = trees()
    team.write("bob", "f", BASE.replace("e", "E"))
    team.apart("ada", "f", BASE.replace("a", "A"))
    assert of_kind(team, MERGE) == []


def test_and_nothing_of_what_others_made() -> None:
    team = trees()
    team.write("cy", "new", BASE)
    team.write("cy", "new", BASE.replace("e", "E"))
    team.apart("ada", "new", BASE.replace("a", "A"))
    assert only(team, MERGE).paths == ("new",)


def test_a_step_that_is_missing_from_before_what_both_come_from_changes_nothing() -> None:
    team = trees()
    missing = team.read("ada", "f")
    team.read("ada", "f")
    team.write("cy", "f", BASE.replace("e", "E"))
    for agent in ("ada", "bob"):
        team.add(e.WorktreeUpdated(agent=agent, versions=(("f", 2),)))
        team.apart(agent, "f", BASE.replace("a", agent), base=2)
    left = without(team.events, {missing.seq}).events
    assert [f.verdict for f in found(left) if f.kind is MERGE] == [Verdict.FOUND]


def test_a_file_whose_first_version_is_missing() -> None:
    """It may be what both trees come from, so nobody knows whether they collide."""
    team = trees()
    team.write("cy", "f", BASE.replace("e", "E"))
    team.apart("ada", "f", BASE.replace("a", "A"))
    team.apart("bob", "f", BASE.replace("a", "B"))
    first = next(event for event in team.events if isinstance(event, e.FileWritten))
    whole = [finding.verdict for finding in of_kind(team, MERGE)]
    left = without(team.events, {first.seq}).events
    lossy = [f.verdict for f in found(left) if f.kind is MERGE and len(f.agents) == 2]
    assert whole == [Verdict.FOUND]
    assert set(lossy) == {Verdict.UNKNOWN}


@pytest.mark.parametrize("kept", [True, False])
def test_unknown_is_told_once_and_known_after_it_again(kept: bool) -> None:
    team = trees()
    team.outside("f", BASE.replace("a", "secret"), stored=False)
    team.apart("ada", "f", BASE.replace("a", "A"))
    team.apart("ada", "f", BASE.replace("a", "AA"))
    assert [f.verdict for f in of_kind(team, MERGE)] == [Verdict.UNKNOWN]
    if kept:
        team.outside("f", BASE.replace("a", "public"))
        team.apart("ada", "f", BASE.replace("a", "AAA"))
        team.outside("f", "hidden again", stored=False)
    team.apart("ada", "f", BASE.replace("a", "AAAA"))
    told = [Verdict.UNKNOWN, Verdict.FOUND] if kept else [Verdict.UNKNOWN]
    assert [f.verdict for f in of_kind(team, MERGE)] == told


def test_a_refused_merge() -> None:
    team = trees()
    team.write("bob", "f", "x\n")
    team.add(e.MergeRefused(agent="ada", task="task-0", reason="tests"))
    assert of_kind(team, MERGE) == []
    team.add(e.MergeRefused(agent="ada", task="task-0", reason="conflict", paths=("f",)))
    finding = only(team, MERGE)
    check_evidence(team, finding)
    assert finding.agents == ("bob", "ada")
    assert finding.severity is Severity.HIGH


@pytest.mark.parametrize("author", ["ada", e.SESSION])
def test_a_refused_merge_names_no_rival_where_there_is_none(author: str) -> None:
    team = Team()
    team.write(author, "f", BASE)
    team.add(e.MergeRefused(agent="ada", task="task-0", reason="conflict", paths=("f",)))
    finding = only(team, MERGE)
    assert finding.agents == ("ada",)
    assert len(finding.witness) == 1


@pytest.mark.parametrize(
    ("stored", "words"), [(True, "do not merge"), (False, "may not merge: a text was not stored")]
)
def test_what_does_not_merge_in_words(stored: bool, words: str) -> None:
    team = trees()
    team.outside("f", BASE.replace("a", "X"), stored=stored)
    team.apart("ada", "f", BASE.replace("a", "A"))
    assert only(team, MERGE).summary.endswith(f"changes of f {words}.")


def test_what_is_written_apart_is_no_write_of_the_shared_tree() -> None:
    team = trees()
    team.apart("ada", "f", "x\n")
    team.apart("bob", "f", "y\n")
    assert {f.kind for f in of_kind(team, Kind.CONCURRENT_WRITE)} == set()
    assert [v.number for v in team.state.files["f"]] == [1]


# Zombie writes ------------------------------------------------------------------------------


def write_with(team: Team, agent: str, token: int) -> None:
    latest = team.state.latest("f")
    number = latest.number if latest else 0
    team.add(
        e.FileWritten(
            agent=agent,
            turn=1,
            path="f",
            version=number + 1,
            base=number,
            replaced=number,
            blob=team._blob(f"{number}\n"),
            size=2,
            token=token,
        )
    )


def test_a_write_under_an_old_token() -> None:
    team = Team()
    team.lease("ada", "f", 1)
    write_with(team, "ada", 1)
    team.lease("bob", "f", 2)
    write_with(team, "bob", 2)
    assert of_kind(team, ZOMBIE) == []
    write_with(team, "ada", 1)
    finding = only(team, ZOMBIE)
    check_evidence(team, finding)
    assert finding.agents == ("bob", "ada")
    assert finding.facts == {"token": "1", "newest": "2"}


def test_a_write_without_a_lease_while_another_has_one() -> None:
    team = Team()
    write_with(team, "ada", 0)
    team.lease("bob", "f", 1, until=5.0)
    write_with(team, "ada", 0)
    assert len(of_kind(team, ZOMBIE)) == 1
    write_with(team, "bob", 0)
    team.now = 6.0
    write_with(team, "ada", 0)
    team.lease("bob", "f", 2, until=50.0)
    team.add(e.LeaseEnded(agent="bob", path="f", token=2, reason="released"))
    write_with(team, "ada", 0)
    assert len(of_kind(team, ZOMBIE)) == 1


@pytest.mark.parametrize(
    ("token", "holder", "words"),
    [
        (1, "bob", "ada wrote f with token 1, although token 2 of bob is newer."),
        (1, "ada", "ada wrote f with token 1, although token 2 of its own is newer."),
        (0, "bob", "ada wrote f with no lease, although token 2 of bob is newer."),
    ],
)
def test_which_token_is_newer_in_words(token: int, holder: str, words: str) -> None:
    team = Team()
    team.lease("ada", "f", 1)
    team.lease(holder, "f", 2)
    write_with(team, "ada", token)
    assert only(team, ZOMBIE).summary == words


def test_the_newest_token_is_the_greatest_whenever_it_was_recorded() -> None:
    team = Team()
    team.lease("bob", "f", 2)
    team.lease("ada", "f", 1)
    write_with(team, "ada", 1)
    assert only(team, ZOMBIE).facts == {"token": "1", "newest": "2"}


def test_a_lease_is_over_when_its_time_has_come() -> None:
    team = Team()
    team.lease("bob", "f", 1, until=5.0)
    team.now = 5.0
    write_with(team, "ada", 0)
    assert of_kind(team, ZOMBIE) == []


def test_what_the_session_lays_out_or_one_writes_apart_needs_no_lease() -> None:
    team = Team()
    team.lease("bob", "f", 1)
    team.write(e.SESSION, "f", "x\n")
    team.apart("ada", "f", "y\n")
    assert of_kind(team, ZOMBIE) == []


# Messages -----------------------------------------------------------------------------------


def rules(team: Team) -> list[str]:
    return [f.facts["rule"] for f in of_kind(team, MESSAGE)]


def test_never_delivered_though_the_receiver_went_on() -> None:
    team = Team()
    team.send("ada", "bob")
    team.turn("bob")
    assert rules(team) == []
    team.turn("bob")
    finding = only(team, MESSAGE)
    check_evidence(team, finding)
    assert finding.agents == ("ada", "bob")
    assert finding.facts["rule"] == "undelivered"
    assert finding.summary == (
        "ada's message to bob was not delivered: bob has begun 2 turns since."
    )
    assert finding.witness[0].reason == "ada sent a message to bob"
    team.turn("bob")
    team.end()
    assert len(of_kind(team, MESSAGE)) == 1


@pytest.mark.parametrize(
    ("turns", "stopped", "told"),
    [
        (0, False, ""),
        (1, False, "the session ended, bob has begun 1 turn since"),
        (0, True, "the session ended, bob had stopped"),
        (1, True, "the session ended, bob has begun 1 turn since"),
    ],
)
def test_never_delivered_by_the_end(turns: int, stopped: bool, told: str) -> None:
    team = Team()
    team.send("ada", "bob")
    for _ in range(turns):
        team.turn("bob")
    if stopped:
        team.add(e.AgentStopped(agent="bob", reason="crashed"))
    team.end()
    summaries = [finding.summary for finding in of_kind(team, MESSAGE)]
    assert summaries == ([f"ada's message to bob was not delivered: {told}."] if told else [])


def test_delivered_in_time_is_not_lost() -> None:
    team = Team()
    sent = team.send("ada", "bob")
    team.turn("bob")
    team.deliver("bob", sent)
    team.turn("bob")
    team.turn("bob")
    team.end()
    assert rules(team) == []


def test_to_nobody_and_pushed_out() -> None:
    team = Team()
    team.send("ada", "eve")
    sent = team.send("ada", "bob", "Why?")
    team.deliver("bob", sent)
    team.add(e.ContextTrimmed(agent="bob", turn=1, messages=(sent.seq,)))
    for _ in range(5):
        team.turn("bob")
    assert rules(team) == ["unknown", "pushed-out"]
    for finding in of_kind(team, MESSAGE):
        check_evidence(team, finding)


def asked(text: str = "Are you done?", to: tuple[str, ...] = ("bob",)) -> Team:
    team = Team()
    sent = team.add(e.MessageSent(agent="ada", to=to, text=text))
    team.deliver("bob", sent)
    return team


def test_a_question_without_an_answer() -> None:
    team = asked()
    for _ in range(3):
        team.turn("bob")
    assert rules(team) == []
    team.turn("bob")
    finding = only(team, MESSAGE)
    check_evidence(team, finding)
    assert finding.facts["rule"] == "unanswered"
    assert finding.severity is Severity.LOW
    assert finding.witness[0].reason == "ada asked bob"


def test_an_answer_is_one_to_whom_it_is_sent() -> None:
    team = asked()
    team.deliver("bob", team.add(e.MessageSent(agent="cy", to=("bob",), text="And you?")))
    team.add(e.MessageSent(agent="bob", to=("cy",), text="Fine."))
    for _ in range(4):
        team.turn("bob")
    assert only(team, MESSAGE).agents == ("ada", "bob")


def test_answers_statements_and_rhetorical_questions() -> None:
    answered = asked()
    answered.turn("bob")
    answered.add(e.MessageSent(agent="bob", to=("cy", "ada"), text="Yes."))
    told = asked("I am done.")
    broadcast = asked("Who knows?", to=("bob", "cy"))
    for team in (answered, told, broadcast):
        if team is broadcast:
            team.deliver("cy", team.events[-2])
        for _ in range(6):
            team.turn("bob")
        assert rules(team) == []


def test_what_one_asks_oneself_needs_no_answer() -> None:
    team = Team()
    team.deliver("bob", team.send("bob", "bob", "Am I done?"))
    for _ in range(6):
        team.turn("bob")
    assert rules(team) == []


@pytest.mark.parametrize(("sender", "rule"), [("ada", "unanswered"), ("bob", "undelivered")])
def test_steps_that_are_missing_from_before_a_message_could_not_tell_of_it(
    sender: str, rule: str
) -> None:
    """The event that proves them missing is the delivery, or the sending, itself."""
    team = Team()
    missing = team.read("bob", "notes")
    sent = team.send(sender, "bob", "Are you done?")
    if rule == "unanswered":
        team.deliver("bob", sent)
    for _ in range(4):
        team.turn("bob")
    (finding,) = [f for f in found(without(team.events, {missing.seq}).events) if f.kind is MESSAGE]
    assert (finding.facts["rule"], finding.verdict) == (rule, Verdict.FOUND)
