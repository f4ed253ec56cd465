"""Concurrent writes, story by story."""

from tests.anomalies.stories import found, kinds, only
from tests.world import World
from workspaces.anomalies.finding import Finding, Kind, Lines, Severity, Verdict
from workspaces.anomalies.hunks import MOST_LINES
from workspaces.history import events as e
from workspaces.history.clocks import precedes

PATH = "mean.py"
BASE = "1\n2\n3\n4\n5\n"


def concurrent(world: World) -> list[Finding]:
    return [f for f in found(world.events) if f.kind is Kind.CONCURRENT_WRITE]


def after_a_common_base() -> World:
    """Cy wrote a file that both ada and bob have read."""
    world = World()
    world.write("cy", PATH, BASE)
    world.read("ada", PATH)
    world.read("bob", PATH)
    return world


def test_two_writes_that_know_nothing_of_each_other() -> None:
    world = World()
    one = world.write("ada", PATH, "a\n", task="task-0")
    other = world.write("bob", PATH, "b\n", task="task-1")
    finding = only(world, Kind.CONCURRENT_WRITE)
    assert finding.id == f"concurrent-write:mean.py:{one.seq}:{other.seq}"
    assert finding.agents == ("ada", "bob")
    assert finding.tasks == ("task-0", "task-1")
    assert finding.paths == (PATH,)
    assert finding.verdict is Verdict.FOUND
    assert finding.severity is Severity.MEDIUM
    assert finding.facts == {"hunks": "overlapping", "older": "1", "newer": "2"}
    assert finding.lines == (Lines(PATH, 1, 1),)
    assert (finding.seq, finding.case) == (other.seq, f"write:{other.seq}")
    assert "ada" in finding.summary
    assert "bob" in finding.summary
    assert PATH in finding.summary


def test_a_read_between_orders_the_writes() -> None:
    world = World()
    world.write("ada", PATH, "a\n")
    world.read("bob", PATH)
    world.write("bob", PATH, "b\n")
    assert kinds(world) == ["follow-up"]


def test_a_message_between_orders_them_too_though_the_file_is_unread() -> None:
    world = World()
    world.write("ada", PATH, "a\n")
    message = world.send("ada", "bob")
    world.deliver("bob", message)
    world.write("bob", PATH, "b\n")
    assert kinds(world) == ["overwrite"]


def test_a_message_not_yet_delivered_orders_nothing() -> None:
    world = World()
    world.write("ada", PATH, "a\n")
    world.send("ada", "bob")
    world.write("bob", PATH, "b\n")
    assert kinds(world) == ["concurrent-write", "overwrite"]


def test_knowledge_travels_through_a_third_agent() -> None:
    world = World()
    world.write("ada", PATH, "a\n")
    world.read("cy", PATH)
    world.deliver("bob", world.send("cy", "bob"))
    world.write("bob", PATH, "b\n")
    assert concurrent(world) == []


def test_a_completion_seen_in_a_prompt_orders_writes() -> None:
    world = World()
    world.add(e.TaskClaimed(agent="ada", task="task-0", epoch=1))
    world.write("ada", PATH, "a\n")
    world.add(e.TaskCompleted(agent="ada", task="task-0"))
    world.begin_turn("bob")
    world.write("bob", PATH, "b\n")
    assert concurrent(world) == []


def test_rounds_order_nothing() -> None:
    world = World()
    world.write("ada", PATH, "a\n")
    world.add(e.RoundEnded(round=1))
    world.add(e.RoundStarted(round=2))
    world.write("bob", PATH, "b\n")
    assert len(concurrent(world)) == 1


def test_identical_bytes_are_agreement() -> None:
    world = World()
    world.write("ada", PATH, "a\n")
    world.write("bob", PATH, "a\n")
    assert kinds(world) == []


def test_other_paths_are_no_matter() -> None:
    world = World()
    world.write("ada", PATH, "a\n")
    world.write("bob", "add.py", "b\n")
    assert kinds(world) == []


def test_what_the_session_lays_out_is_nobodys_work() -> None:
    world = World()
    world.write(e.SESSION, PATH, "stub\n")
    world.write("ada", PATH, "a\n")
    assert kinds(world) == []


def test_changes_of_distant_lines_are_disjoint_and_milder() -> None:
    world = after_a_common_base()
    world.write("ada", PATH, "one\n2\n3\n4\n5\n")
    world.write("bob", PATH, "1\n2\n3\n4\nfive\n")
    (finding,) = concurrent(world)
    assert finding.facts["hunks"] == "disjoint"
    assert finding.severity is Severity.LOW
    assert finding.lines == (Lines(PATH, 5, 5),)


def test_changes_of_the_same_line_overlap() -> None:
    world = after_a_common_base()
    world.write("ada", PATH, "1\n2\nx\n4\n5\n")
    world.write("bob", PATH, "0\n1\n2\ny\n4\n5\n")
    (finding,) = concurrent(world)
    assert finding.facts["hunks"] == "overlapping"
    assert finding.lines == (Lines(PATH, 4, 4),)


def test_the_reading_that_missed_the_other_version_is_evidence() -> None:
    world = after_a_common_base()
    world.write("ada", PATH, "x\n")
    world.write("bob", PATH, "y\n")
    (finding,) = concurrent(world)
    seqs = [step.seq for step in finding.witness]
    assert seqs == sorted(seqs)
    assert [type(world.events[seq - 1]).__name__ for seq in seqs] == [
        "FileRead",
        "FileWritten",
        "FileWritten",
    ]


def test_a_reading_that_the_write_was_not_based_on_is_no_evidence() -> None:
    world = after_a_common_base()
    world.write("bob", PATH, "x\n")
    world.write("ada", PATH, "y\n")
    world.write("bob", PATH, "z\n")
    last = concurrent(world)[-1]
    assert last.agents == ("ada", "bob")
    assert [type(world.events[step.seq - 1]).__name__ for step in last.witness] == [
        "FileWritten",
        "FileWritten",
    ]


def test_the_common_ancestor_is_looked_for_through_what_each_had_read() -> None:
    world = after_a_common_base()
    # Two writes of bob's in a row: what both sides come from is still cy's version.
    world.write("bob", PATH, "1\n2\n3\n4\nfive\n")
    world.write("bob", PATH, "1\n2\n3\n4\nfive!\n")
    world.write("ada", PATH, "one\n2\n3\n4\n5\n")
    (finding,) = concurrent(world)
    assert finding.facts == {"hunks": "disjoint", "older": "3", "newer": "4"}


def test_one_finding_for_each_other_writer_and_only_against_its_latest() -> None:
    world = World()
    world.write("ada", PATH, "a\n")
    newest = world.write("ada", PATH, "aa\n")
    third = world.write("cy", PATH, "c\n")
    last = world.write("bob", PATH, "b\n")
    by_last = [finding for finding in concurrent(world) if finding.seq == last.seq]
    assert {finding.witness[0].seq for finding in by_last} == {newest.seq, third.seq}
    assert {finding.case for finding in by_last} == {f"write:{last.seq}"}


def test_an_outside_write_after_an_agents_may_have_known() -> None:
    world = World()
    world.write("ada", PATH, "a\n")
    world.outside(PATH, "o\n")
    (finding,) = concurrent(world)
    assert finding.verdict is Verdict.UNKNOWN
    assert finding.agents == ("ada", e.OUTSIDE)
    assert finding.summary[0].isupper()


def test_an_agent_that_did_not_read_an_outside_write_is_known_not_to_have() -> None:
    world = World()
    world.outside(PATH, "o\n")
    world.write("ada", PATH, "a\n")
    (finding,) = concurrent(world)
    assert finding.verdict is Verdict.FOUND


def test_an_agent_that_read_an_outside_write_follows_it() -> None:
    world = World()
    world.outside(PATH, "o\n")
    world.read("ada", PATH)
    world.write("ada", PATH, "a\n")
    assert kinds(world) == ["follow-up"]


def test_two_outside_writes_are_one_actors() -> None:
    world = World()
    world.outside(PATH, "o\n")
    world.outside(PATH, "oo\n")
    assert kinds(world) == []


def test_an_outside_edit_elsewhere_in_the_file_is_disjoint() -> None:
    world = World()
    world.write("cy", PATH, BASE)
    world.read("ada", PATH)
    world.write("ada", PATH, "one\n2\n3\n4\n5\n")
    world.outside(PATH, "1\n2\n3\n4\nfive\n")
    (against_ada,) = [f for f in concurrent(world) if "ada" in f.agents]
    assert against_ada.facts["hunks"] == "disjoint"


def test_an_outside_edit_that_a_later_writer_missed_may_be_disjoint_too() -> None:
    world = World()
    world.write("cy", PATH, BASE)
    world.read("ada", PATH)
    world.outside(PATH, "1\n2\n3\n4\nfive\n")
    world.write("ada", PATH, "one\n2\n3\n4\n5\n")
    (finding,) = [f for f in concurrent(world) if "ada" in f.agents]
    assert finding.agents == (e.OUTSIDE, "ada")
    assert finding.facts["hunks"] == "disjoint"


def test_without_the_text_nobody_knows_whether_lines_overlap() -> None:
    world = World()
    world.write("ada", PATH, "a\n")
    world.outside(PATH, "binary", stored=False)
    (finding,) = concurrent(world)
    assert finding.facts["hunks"] == "unknown"
    assert finding.lines == ()


def test_a_file_too_long_to_compare_counts_as_overlapping() -> None:
    world = World()
    lines = [f"{number}\n" for number in range(MOST_LINES + 50)]
    world.write("cy", PATH, "".join(lines))
    world.read("ada", PATH)
    world.read("bob", PATH)
    world.write("ada", PATH, "".join("a" + line for line in lines))
    world.write("bob", PATH, "".join("b" + line for line in lines))
    (finding,) = concurrent(world)
    assert finding.facts["hunks"] == "overlapping"


def test_a_clock_and_not_the_number_of_the_version_decides() -> None:
    """A write knows of another through a message, although its base is older."""
    world = after_a_common_base()
    one = world.write("ada", PATH, "x\n")
    world.deliver("bob", world.send("ada", "bob"))
    other = world.write("bob", PATH, "y\n")
    assert precedes(one, other)
    assert kinds(world) == ["follow-up", "overwrite"]
