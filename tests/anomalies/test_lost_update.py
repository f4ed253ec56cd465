"""Lost updates, story by story."""

import pytest

from tests.anomalies.edits import edit
from tests.anomalies.stories import check_evidence, found, of_kind, only
from tests.world import World
from workspaces.anomalies.finding import Finding, Kind, Severity, Verdict
from workspaces.history import events as e

PATH = "notes.txt"
KIND = Kind.LOST_UPDATE


def lost_line() -> World:
    world = World()
    world.write("ada", PATH, "a\nb\n")
    world.read("bob", PATH)
    world.write("ada", PATH, "a\nb\nc\n")
    world.write("bob", PATH, "a\nB\n")
    return world


def test_a_line_added_since_the_writer_looked_is_lost() -> None:
    world = lost_line()
    finding = only(world, KIND)
    check_evidence(world, finding)
    assert finding.verdict is Verdict.FOUND
    assert finding.severity is Severity.HIGH
    assert finding.agents == ("ada", "bob")
    assert finding.facts == {
        "older": "2",
        "newer": "3",
        "base": "1",
        "strong": "yes",
        "lost": "1",
        "lost_lines": "3",
    }
    assert finding.case == f"write:{world.events[-1].seq}"
    assert [world.events[s.seq - 1].agent for s in finding.witness] == ["bob", "ada", "bob"]
    assert "the line added meanwhile did not survive" in finding.summary


def test_lines_that_come_back_were_lost_too() -> None:
    world = World()
    world.write("ada", PATH, "a\nb\n")
    world.read("bob", PATH)
    world.write("ada", PATH, "a\n")
    world.write("bob", PATH, "a\nb\nc\n")
    facts = only(world, KIND).facts
    assert facts["strong"] == "yes"
    assert facts["undone"] == "1"


def test_what_survives_by_luck_is_low() -> None:
    world = World()
    world.write("ada", PATH, "a\nb\n")
    world.read("bob", PATH)
    world.write("ada", PATH, "a\nb\nc\n")
    world.write("bob", PATH, "a\nb\nc\nd\n")
    finding = only(world, KIND)
    assert finding.facts["strong"] == "no"
    assert finding.severity is Severity.LOW


def test_having_seen_no_file_counts_and_not_having_looked_does_not() -> None:
    world = World()
    world.read("bob", PATH)
    world.write("ada", PATH, "a\n")
    world.write("cy", PATH, "c\n")
    assert of_kind(world, KIND) == []
    world.write("bob", PATH, "b\n")
    assert only(world, KIND).facts["base"] == "0"


def test_not_when_the_writer_knew_what_it_replaced() -> None:
    world = World()
    world.write("ada", PATH, "a\n")
    world.read("bob", PATH)
    world.write("bob", PATH, "b\n")
    world.write("bob", PATH, "c\n")
    assert of_kind(world, KIND) == []


def test_not_when_nothing_had_changed_or_the_bytes_are_the_same() -> None:
    world = World()
    world.write("ada", PATH, "a\n")
    world.read("bob", PATH)
    world.write("cy", PATH, "x\n")
    world.write("ada", PATH, "a\n")
    world.write("bob", PATH, "b\n")
    same = of_kind(world, KIND)
    assert [f.agents for f in same] == [("cy", "ada")]
    world.read("cy", PATH)
    world.write("bob", PATH, "c\n")
    world.write("cy", PATH, "c\n")
    assert of_kind(world, KIND) == same


def test_an_edit_is_reported_only_when_it_takes_lines_away() -> None:
    world = World()
    world.write("ada", PATH, "a\nb\n")
    world.read("bob", PATH)
    world.write("ada", PATH, "a\nb\nc\n")
    edit(world, "bob", PATH, "A\nb\nc\n", base=1)
    assert of_kind(world, KIND) == []
    edit(world, "cy", PATH, "A\nb\nc\n# by cy\n", base=3)
    edit(world, "bob", PATH, "A\nb\nc\n", base=3)
    assert only(world, KIND).agents == ("cy", "bob")


def test_an_outside_writers_knowledge_is_unknown() -> None:
    world = World()
    world.write("ada", PATH, "a\nb\n")
    world.outside(PATH, "a\nb\nc\n")
    assert of_kind(world, KIND) == []
    world.outside(PATH, "c\n")
    world.write("ada", PATH, "c\nd\n")
    world.outside(PATH, "c\n")
    assert {f.verdict for f in of_kind(world, KIND) if f.agents[1] == "outside"} == {
        Verdict.UNKNOWN
    }


def test_a_text_that_was_not_stored_leaves_it_unknown() -> None:
    world = World()
    world.write("ada", PATH, "a\n")
    world.read("bob", PATH)
    world.outside(PATH, "secret\n", stored=False)
    world.write("bob", PATH, "b\n")
    finding = only(world, KIND)
    assert finding.verdict is Verdict.UNKNOWN
    assert finding.facts["strong"] == "unknown"


def test_lines_put_back_are_noted_and_withdraw_nothing() -> None:
    world = lost_line()
    world.read("ada", PATH)
    world.write("ada", PATH, "a\nB\nc\n")
    first, note = of_kind(world, KIND)
    check_evidence(world, note)
    assert first.verdict is Verdict.FOUND
    assert note.verdict is Verdict.CLEAR
    assert note.case == first.case
    assert "its author" in note.summary
    assert isinstance(note, Finding)


def test_what_somebody_outside_loses_of_an_outside_version_is_their_own_affair() -> None:
    world = World()
    world.outside(PATH, "a\nb\n")
    world.outside(PATH, "a\n")
    assert of_kind(world, KIND) == []


def test_what_the_session_laid_out_meanwhile_is_nobodys_update() -> None:
    world = World()
    world.write(e.SESSION, PATH, "a\nb\n")
    world.read("bob", PATH)
    world.write(e.SESSION, PATH, "a\nb\nc\n")
    world.write("bob", PATH, "a\n")
    assert of_kind(world, KIND) == []


def test_an_outside_loss_names_the_author_and_no_base() -> None:
    world = World()
    world.write("ada", PATH, "a\nb\n")
    world.outside(PATH, "a\n")
    finding = only(world, KIND)
    assert finding.facts["base"] == "unknown"
    assert "over ada's version 1" in finding.summary


def test_a_file_of_nothing_but_the_lost_lines_has_them_all_again_and_once() -> None:
    world = lost_line()
    world.write("cy", PATH, "c\n")
    world.write("cy", PATH, "c\nd\n")
    notes = [finding for finding in of_kind(world, KIND) if finding.verdict is Verdict.CLEAR]
    assert [note.facts["newer"] for note in notes] == ["4"]
    assert "put back by cy" in notes[0].summary
    assert notes[0].agents == ("ada", "bob", "cy")


@pytest.mark.parametrize(
    ("base", "pred", "new", "clause", "lines"),
    [
        ("a\n", "a\nb\n", "a\nc\n", "the line added meanwhile did not survive", "2"),
        ("a\n", "a\nb\nc\n", "a\nd\n", "all 2 lines added meanwhile did not survive", "2-3"),
        (
            "a\n",
            "a\nb\nc\nd\n",
            "a\nc\n",
            "2 of the 3 lines added meanwhile did not survive",
            "2,4",
        ),
        ("a\nb\n", "a\n", "a\nb\nc\n", "1 line taken out meanwhile came back", None),
        ("a\nb\nc\n", "a\n", "a\nb\nc\nd\n", "2 lines taken out meanwhile came back", None),
        ("a\n", "a\nb\n", "a\nb\nc\n", "what had changed meanwhile is still there", None),
    ],
)
def test_what_became_of_the_change_in_words(
    base: str, pred: str, new: str, clause: str, lines: str | None
) -> None:
    world = World()
    world.write("ada", PATH, base)
    world.read("bob", PATH)
    world.write("ada", PATH, pred)
    world.write("bob", PATH, new)
    finding = only(world, KIND)
    assert finding.summary.endswith(f"; {clause}.")
    assert finding.facts.get("lost_lines") == lines
    assert finding.verdict is Verdict.FOUND


@pytest.mark.parametrize("missing", ["a\n", "a\nb\n", "a\nc\n"])
def test_any_text_that_was_not_stored_leaves_it_unknown(missing: str) -> None:
    world = World()
    world.write("ada", PATH, "a\n")
    world.read("bob", PATH)
    world.write("ada", PATH, "a\nb\n")
    world.write("bob", PATH, "a\nc\n")
    events = [x for x in world.events if not (isinstance(x, e.Blob) and x.text == missing)]
    (finding,) = [finding for finding in found(events) if finding.kind is KIND]
    assert finding.verdict is Verdict.UNKNOWN
