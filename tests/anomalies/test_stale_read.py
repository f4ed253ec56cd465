"""Stale reads, story by story."""

import pytest

from tests.anomalies.edits import edit
from tests.anomalies.stories import check_evidence, found, of_kind, only
from tests.anomalies.team import Team
from tests.planting.dropping import without
from tests.world import World
from workspaces.anomalies.finding import Kind, Lines, Verdict
from workspaces.history import events as e

KIND = Kind.STALE_READ
ADD = "def add(a, b):\n    return a + b\n\n\ndef sub(a, b):\n    return a - b\n"
CALLER = "from lib import add\n\n\ndef total(xs):\n    return add(*xs)\n"


def story(newer: str, caller: str = CALLER, path: str = "total.py") -> World:
    world = World()
    world.write("ada", "lib.py", ADD)
    world.begin_turn("bob")
    world.read("bob", "lib.py")
    world.write("ada", "lib.py", newer)
    world.begin_turn("bob")
    world.write("bob", path, caller)
    return world


def test_a_write_that_imports_what_has_changed() -> None:
    world = story(ADD.replace("a + b", "a + b + 1"))
    finding = only(world, KIND)
    check_evidence(world, finding)
    assert finding.verdict is Verdict.FOUND
    assert finding.agents == ("ada", "bob")
    assert finding.paths == ("total.py", "lib.py")
    assert finding.facts == {"read": "1", "head": "2", "part": "add"}
    assert finding.lines == (Lines("total.py", 1, 1),)
    assert len(finding.witness) == 3
    assert "changed add" in finding.summary


@pytest.mark.parametrize(
    "newer",
    [
        ADD.replace("a - b", "b - a"),
        ADD + "\n\ndef more():\n    pass\n",
        "# said\n" + ADD,
        ADD.replace("def add(a, b):", 'def add(a, b):\n    """Told."""'),
    ],
    ids=["another function", "a further function", "a comment", "a docstring"],
)
def test_not_when_the_used_parts_are_untouched(newer: str) -> None:
    assert of_kind(story(newer), KIND) == []


@pytest.mark.parametrize(
    ("caller", "reported"),
    [
        ("import lib\n\nx = lib.add(1, 2)\n", True),
        ("import lib\n\nx = lib.sub(1, 2)\n", False),
        ("from lib import *\n\nx = add(1, 2)\n", True),
        ("import other\n\nx = other.add(1, 2)\n", False),
        ('"""from lib import add"""\n', False),
        ("def f():\n    from lib import add\n    return add(1, 2)\n", True),
    ],
)
def test_how_the_file_imports_it(caller: str, reported: bool) -> None:
    world = story(ADD.replace("a + b", "b + a"), caller)
    assert bool(of_kind(world, KIND)) == reported


def test_not_when_read_again_or_read_two_turns_ago_or_written_by_oneself() -> None:
    newer = ADD.replace("a + b", "b + a")
    world = World()
    world.write("ada", "lib.py", ADD)
    world.read("bob", "lib.py")
    world.write("ada", "lib.py", newer)
    world.read("bob", "lib.py")
    world.write("bob", "total.py", CALLER)
    assert of_kind(world, KIND) == []
    world.write("ada", "lib.py", ADD)
    world.begin_turn("bob")
    world.begin_turn("bob")
    world.write("bob", "total.py", CALLER + "\n")
    assert of_kind(world, KIND) == []
    world.read("bob", "lib.py")
    world.write("bob", "lib.py", newer)
    world.write("bob", "total.py", CALLER)
    assert of_kind(world, KIND) == []


def test_what_no_longer_parses_is_unknown_and_what_was_deleted_is_found() -> None:
    assert only(story("def add(:\n"), KIND).verdict is Verdict.UNKNOWN
    world = World()
    world.write("ada", "lib.py", ADD)
    world.read("bob", "lib.py")
    world.outside("lib.py", None)
    world.write("bob", "total.py", CALLER)
    finding = only(world, KIND)
    assert finding.verdict is Verdict.FOUND
    assert finding.facts["part"] == "all of it"


def test_not_when_the_bytes_are_back_even_where_nothing_can_be_read() -> None:
    world = World()
    world.write("ada", "lib.py", "def (")
    world.read("bob", "lib.py")
    world.write("ada", "lib.py", ADD)
    world.write("ada", "lib.py", "def (")
    world.write("bob", "total.py", CALLER)
    assert of_kind(world, KIND) == []


def test_the_same_path_whole_or_by_an_edit() -> None:
    for whole, text, reported in [
        (True, "a\nB\n", True),
        (True, "a\nb\nc\nd\n", False),
        (False, "A\nb\nc\n", False),
        (False, "a\nb\n", True),
    ]:
        world = World()
        world.write("ada", "n.txt", "a\nb\n")
        world.read("bob", "n.txt")
        world.write("ada", "n.txt", "a\nb\nc\n")
        if whole:
            world.write("bob", "n.txt", text)
        else:
            edit(world, "bob", "n.txt", text, base=1)
        assert bool(of_kind(world, KIND)) == reported, (whole, text)
        for finding in of_kind(world, KIND):
            assert finding.case == f"write:{world.events[-1].seq}"
            check_evidence(world, finding)


CHANGED = ADD.replace("a + b", "b + a")


@pytest.mark.parametrize(
    ("caller", "path"), [(CALLER, "total.txt"), (f"{CALLER}def (", "total.py")]
)
def test_what_cannot_be_read_as_code_imports_nothing(caller: str, path: str) -> None:
    assert of_kind(story(CHANGED, caller, path), KIND) == []


def test_a_text_that_was_not_stored_imports_nothing() -> None:
    world = story(CHANGED)
    events = [x for x in world.events if not (isinstance(x, e.Blob) and x.text == CALLER)]
    assert [finding for finding in found(events) if finding.kind is KIND] == []


def test_a_write_in_a_worktree_is_not_taken_for_the_shared_version_of_that_number() -> None:
    team = Team()
    team.write(e.SESSION, "total.py", CALLER)
    team.write("ada", "lib.py", ADD)
    team.read("bob", "lib.py")
    team.write("ada", "lib.py", CHANGED)
    team.apart("bob", "total.py", "x = 1\n")
    assert of_kind(team, KIND) == []


def test_a_version_that_is_older_than_what_was_read_is_none_that_was_missed() -> None:
    world = World()
    world.write("ada", "lib.py", ADD)
    missing = world.write("ada", "lib.py", CHANGED)
    world.read("bob", "lib.py")
    world.write("bob", "total.py", CALLER)
    left = without(world.events, {missing.seq}).events
    assert [finding for finding in found(left) if finding.kind is KIND] == []


@pytest.mark.parametrize("missing", ["a\nb\n", "a\nb\nc\n", "a\nB\n"])
def test_any_text_that_was_not_stored_leaves_it_unknown(missing: str) -> None:
    world = World()
    world.write("ada", "n.txt", "a\nb\n")
    world.read("bob", "n.txt")
    world.write("ada", "n.txt", "a\nb\nc\n")
    world.write("bob", "n.txt", "a\nB\n")
    events = [x for x in world.events if not (isinstance(x, e.Blob) and x.text == missing)]
    (finding,) = [finding for finding in found(events) if finding.kind is KIND]
    assert finding.verdict is Verdict.UNKNOWN
    assert finding.facts["part"] == "unknown"
    assert finding.summary == (
        "bob wrote n.txt on version 1 of n.txt; ada's version 2 may have changed what it used."
    )
    assert (finding.facts["older"], finding.facts["newer"]) == ("2", "3")
    assert finding.witness[-1].reason == "bob wrote n.txt"


@pytest.mark.parametrize("missing", [ADD, CHANGED])
def test_either_text_of_what_is_imported_may_be_the_one_that_was_not_stored(missing: str) -> None:
    world = story(CHANGED)
    events = [x for x in world.events if not (isinstance(x, e.Blob) and x.text == missing)]
    (finding,) = [finding for finding in found(events) if finding.kind is KIND]
    assert finding.verdict is Verdict.UNKNOWN


def test_who_saw_no_file_may_not_know_what_it_imports() -> None:
    world = World()
    world.read("bob", "lib.py")
    world.write("ada", "lib.py", ADD)
    world.write("bob", "total.py", CALLER)
    assert only(world, KIND).verdict is Verdict.UNKNOWN


def test_who_imports_everything_is_not_touched_by_a_comment() -> None:
    assert of_kind(story(f"# said\n{ADD}", "from lib import *\n\nx = add(1, 2)\n"), KIND) == []


def test_what_was_acted_on_in_words() -> None:
    finding = only(story(CHANGED), KIND)
    assert finding.summary == (
        "bob wrote total.py on version 1 of lib.py; ada's version 2 had changed add."
    )
    assert finding.witness[-1].reason == "bob wrote total.py, which imports lib.py"
