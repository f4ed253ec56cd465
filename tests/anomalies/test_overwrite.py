"""Overwrites and follow-ups, story by story."""

import pytest

from tests.anomalies.stories import found, kinds, only
from tests.world import World
from workspaces.anomalies.finding import Finding, Kind, Lines, Severity, Verdict
from workspaces.history import events as e

PATH = "mean.py"
BODY = "def mean(xs):\n    total = sum(xs)\n\n    return total / len(xs)\n"


def test_a_version_replaced_unread_is_overwritten() -> None:
    world = World()
    one = world.write("ada", PATH, BODY, task="task-0")
    other = world.write("bob", PATH, "def mean(xs):\n    return 0\n", task="task-1")
    finding = only(world, Kind.OVERWRITE)
    assert finding.id == f"overwrite:mean.py:{one.seq}:{other.seq}"
    assert finding.agents == ("ada", "bob")
    assert finding.tasks == ("task-0", "task-1")
    assert finding.verdict is Verdict.FOUND
    assert finding.severity is Severity.HIGH
    assert finding.facts == {
        "older": "1",
        "newer": "2",
        "base": "unread",
        "deleted": "no",
        "lost": "2",
        "of": "3",
        "lost_lines": "2,4",
    }
    assert finding.lines == (Lines(PATH, 2, 2),)
    assert [step.seq for step in finding.witness] == [one.seq, other.seq]
    assert "ada" in finding.summary
    assert "bob" in finding.summary
    assert PATH in finding.summary


def test_a_version_read_first_is_followed_up() -> None:
    world = World()
    world.write("ada", PATH, BODY)
    read = world.read("bob", PATH)
    world.write("bob", PATH, "def mean(xs):\n    return 0\n")
    finding = only(world, Kind.FOLLOW_UP)
    assert kinds(world) == ["follow-up"]
    assert finding.severity is Severity.INFO
    assert finding.verdict is Verdict.FOUND
    assert finding.facts["base"] == "1"
    assert finding.facts["lost"] == "2"
    assert read.seq in [step.seq for step in finding.witness]


def test_reading_an_older_version_is_not_enough() -> None:
    world = World()
    world.write("ada", PATH, BODY)
    world.read("bob", PATH)
    world.write("ada", PATH, BODY + "\n# checked\n")
    world.write("bob", PATH, BODY)
    finding = only(world, Kind.OVERWRITE)
    assert finding.facts["base"] == "1"
    assert finding.facts["older"] == "2"
    assert finding.facts["lost_lines"] == "6"
    assert finding.severity is Severity.MEDIUM
    assert len(finding.witness) == 3


def test_having_seen_that_there_was_no_file_is_not_enough() -> None:
    world = World()
    world.read("bob", PATH)
    world.write("ada", PATH, BODY)
    world.write("bob", PATH, "x\n")
    assert only(world, Kind.OVERWRITE).facts["base"] == "0"


def test_an_overwrite_that_keeps_every_line_is_mild() -> None:
    world = World()
    world.write("ada", PATH, "a\nb\n")
    world.write("bob", PATH, "b\nnew\na\n")
    finding = only(world, Kind.OVERWRITE)
    assert finding.severity is Severity.LOW
    assert finding.facts["lost"] == "0"
    assert "lost_lines" not in finding.facts


def test_identical_bytes_replace_nothing() -> None:
    world = World()
    world.write("ada", PATH, BODY)
    world.write("bob", PATH, BODY)
    assert kinds(world) == []


def test_ones_own_version_may_be_replaced() -> None:
    world = World()
    world.write("ada", PATH, "a\n")
    world.write("ada", PATH, "b\n")
    assert kinds(world) == []


def test_only_the_version_replaced_counts_not_the_ones_before() -> None:
    world = World()
    world.write("ada", PATH, "a\n")
    world.read("bob", PATH)
    world.write("bob", PATH, "b\n")
    world.write("bob", PATH, "c\n")
    assert kinds(world) == ["follow-up"]


def test_an_outside_write_over_an_agents_version_may_be_either() -> None:
    world = World()
    world.write("ada", PATH, BODY)
    world.outside(PATH, "x\n")
    finding = only(world, Kind.OVERWRITE)
    assert finding.verdict is Verdict.UNKNOWN
    assert finding.agents == ("ada", e.OUTSIDE)
    assert finding.facts["base"] == "unknown"
    assert "outside" in finding.summary


def test_deleting_from_outside_loses_every_line() -> None:
    world = World()
    world.write("ada", PATH, BODY)
    world.outside(PATH, None)
    finding = only(world, Kind.OVERWRITE)
    assert finding.facts["deleted"] == "yes"
    assert finding.facts["lost"] == finding.facts["of"] == "3"
    assert finding.facts["lost_lines"] == "1-2,4"
    assert finding.severity is Severity.HIGH
    assert finding.lines == ()
    assert "deleted" in finding.summary


def test_an_agent_that_replaces_an_outside_version_unread_overwrites_it() -> None:
    world = World()
    world.outside(PATH, BODY)
    world.write("ada", PATH, "x\n")
    finding = only(world, Kind.OVERWRITE)
    assert finding.verdict is Verdict.FOUND
    assert finding.agents == (e.OUTSIDE, "ada")


def test_writing_a_deleted_file_again_loses_nothing() -> None:
    world = World()
    world.write("ada", PATH, BODY)
    world.outside(PATH, None)
    world.write("ada", PATH, BODY)
    again = [f for f in _overwrites(world) if f.agents == (e.OUTSIDE, "ada")]
    assert [f.facts["lost"] for f in again] == ["0"]
    assert again[0].severity is Severity.LOW


def test_what_the_session_laid_out_may_be_replaced() -> None:
    world = World()
    world.write(e.SESSION, PATH, "stub\n")
    world.write("ada", PATH, BODY)
    assert kinds(world) == []


def test_without_a_text_the_loss_is_unknown_and_the_overwrite_is_not() -> None:
    world = World()
    world.outside(PATH, "binary", stored=False)
    world.write("ada", PATH, BODY)
    finding = only(world, Kind.OVERWRITE)
    assert finding.verdict is Verdict.FOUND
    assert finding.severity is Severity.MEDIUM
    assert "lost" not in finding.facts
    assert "unknown" in finding.summary


@pytest.mark.parametrize("missing", ["a\n", "b\n"])
def test_either_text_may_be_the_one_that_is_not_stored(missing: str) -> None:
    world = World()
    world.write("ada", PATH, "a\n")
    world.write("bob", PATH, "b\n")
    events = [x for x in world.events if not (isinstance(x, e.Blob) and x.text == missing)]
    (finding,) = [f for f in found(events) if f.kind is Kind.OVERWRITE]
    assert finding.severity is Severity.MEDIUM
    assert finding.summary.endswith("because a text was not stored.")
    assert "lost" not in finding.facts


def test_who_replaced_what_in_words() -> None:
    world = World()
    world.write("ada", PATH, "a\n")
    world.write("bob", PATH, "b\n")
    world.outside(PATH, "c\n")
    world.read("ada", PATH)
    world.write("ada", PATH, "d\n")
    world.outside(PATH, None)
    whole = "1 of 1 lines were lost."
    assert [
        f.summary for f in found(world.events) if f.kind in (Kind.OVERWRITE, Kind.FOLLOW_UP)
    ] == [
        f"bob replaced ada's version of {PATH}, without having read it; {whole}",
        f"Somebody outside the team replaced bob's version of {PATH}, an outside write; {whole}",
        f"ada changed {PATH} after reading somebody outside the team's version; {whole}",
        f"Somebody outside the team deleted ada's version of {PATH}, an outside write; {whole}",
    ]


def test_deleting_an_unstored_text_still_loses_all_of_it() -> None:
    world = World()
    world.write("ada", PATH, BODY)
    world.outside(PATH, None)
    unstored = [event for event in world.events if not isinstance(event, e.Blob)]
    (finding,) = [f for f in found(unstored) if f.kind is Kind.OVERWRITE]
    assert finding.severity is Severity.HIGH


def _overwrites(world: World) -> list[Finding]:
    return [f for f in found(world.events) if f.kind is Kind.OVERWRITE]
