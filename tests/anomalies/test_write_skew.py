"""Write skew in both its forms, story by story."""

import pytest

from tests.anomalies.stories import check_evidence, found, of_kind, only
from tests.anomalies.team import Team
from tests.planting.dropping import without
from tests.world import World
from workspaces.anomalies.finding import Kind, Severity, Verdict
from workspaces.history import events as e

KIND = Kind.WRITE_SKEW


def crossing(x: str = "x.txt", y: str = "y.txt") -> World:
    world = World()
    world.write("cy", x, "1\n")
    world.write("cy", y, "1\n")
    world.read("ada", x)
    world.read("bob", y)
    return world


def test_each_wrote_what_the_other_had_read() -> None:
    world = crossing()
    world.write("ada", "y.txt", "2\n")
    assert of_kind(world, KIND) == []
    world.write("bob", "x.txt", "2\n")
    finding = only(world, KIND)
    check_evidence(world, finding)
    assert finding.agents == ("ada", "bob")
    assert set(finding.paths) == {"x.txt", "y.txt"}
    assert finding.facts["rule"] == "A5B"
    assert len(finding.witness) == 4


def test_not_when_one_knew_of_the_others_write() -> None:
    world = crossing()
    sent = world.write("ada", "y.txt", "2\n")
    message = world.send("ada", "bob")
    world.deliver("bob", message)
    world.write("bob", "x.txt", "2\n")
    assert of_kind(world, KIND) == []
    world = crossing()
    world.write("ada", "y.txt", "2\n")
    world.read("bob", "y.txt")
    world.write("bob", "x.txt", "2\n")
    assert of_kind(world, KIND) == []
    assert sent.seq


def test_not_when_the_version_read_is_later_than_the_others() -> None:
    world = World()
    world.write("cy", "x.txt", "1\n")
    world.write("cy", "y.txt", "1\n")
    world.read("ada", "x.txt")
    world.write("ada", "y.txt", "2\n")
    world.write("cy", "y.txt", "3\n")
    world.read("bob", "y.txt")
    world.write("bob", "x.txt", "2\n")
    assert of_kind(world, KIND) == []


def test_not_on_one_path_or_one_side_or_reads_of_long_ago() -> None:
    world = crossing()
    world.write("ada", "x.txt", "2\n")
    world.write("bob", "x.txt", "3\n")
    assert of_kind(world, KIND) == []
    world = crossing()
    world.write("ada", "y.txt", "2\n")
    world.write("bob", "z.txt", "2\n")
    assert of_kind(world, KIND) == []
    world = crossing()
    world.begin_turn("ada")
    world.begin_turn("ada")
    world.write("ada", "y.txt", "2\n")
    world.write("bob", "x.txt", "2\n")
    assert of_kind(world, KIND) == []


@pytest.mark.parametrize(
    ("text", "reported"),
    [("def f(a):\n    return 2\n", False), ("def f(a, b):\n    return 1\n", True)],
)
def test_python_files_are_compatible_when_definitions_stay(text: str, reported: bool) -> None:
    world = World()
    for path in ("x.py", "y.py"):
        world.write("cy", path, "def f(a):\n    return 1\n")
    world.read("ada", "x.py")
    world.read("bob", "y.py")
    world.write("ada", "y.py", "def f(a):\n    return 3\n")
    world.write("bob", "x.py", text)
    assert bool([f for f in of_kind(world, KIND) if f.facts["rule"] == "A5B"]) == reported


def test_of_several_writes_the_one_that_was_not_seen_counts() -> None:
    world = crossing()
    world.write("ada", "y.txt", "2\n")
    world.read("bob", "y.txt")
    world.write("ada", "y.txt", "3\n")
    world.write("bob", "x.txt", "2\n")
    assert only(world, KIND).facts["read"] == "2"


def test_two_who_read_and_write_one_path_are_no_skew() -> None:
    world = World()
    world.write("cy", "x.txt", "1\n")
    for agent in ("ada", "bob"):
        world.read(agent, "x.txt")
    for agent in ("ada", "bob"):
        world.write(agent, "x.txt", f"{agent}\n")
    assert of_kind(world, KIND) == []


def test_a_write_before_the_version_that_was_read_is_none_that_was_not_seen() -> None:
    world = crossing()
    world.write("ada", "y.txt", "2\n")
    world.write("zed", "y.txt", "3\n")
    world.read("bob", "y.txt")
    last = world.write("ada", "y.txt", "4\n")
    world.write("bob", "x.txt", "2\n")
    assert only(world, KIND).witness[-2].seq == last.seq


F1, F2, F3 = (f"def f(a):\n    return {number}\n\n\nX = 1\n" for number in (1, 2, 3))


def both(first: str, then: str, before: str = F1) -> World:
    """Ada and Bob each change the file that the other had read."""
    world = World()
    for path in ("x.py", "y.py"):
        world.write("cy", path, before)
    world.read("ada", "x.py")
    world.read("bob", "y.py")
    world.write("ada", "y.py", first)
    world.write("bob", "x.py", then)
    return world


@pytest.mark.parametrize(
    ("then", "before", "told"),
    [(F3, F1, 0), (F3.replace("X = 1", "X = 2"), F1, 1), (F3, "def f(:\n", 1)],
)
def test_a_change_is_compatible_when_it_keeps_all_that_was_there(
    then: str, before: str, told: int
) -> None:
    assert len(of_kind(both(F2, then, before), KIND)) == told


@pytest.mark.parametrize("missing", [F1, F2, F3])
def test_whether_a_change_is_compatible_is_unknown_without_its_text(missing: str) -> None:
    world = both(F2, F3)
    events = [x for x in world.events if not (isinstance(x, e.Blob) and x.text == missing)]
    assert [f.verdict for f in found(events) if f.kind is KIND] == [Verdict.UNKNOWN]


def test_a_write_in_ones_own_worktree_touches_nobodys_premise() -> None:
    team = Team()
    for path in ("x.txt", "y.txt"):
        team.write("cy", path, "1\n")
    team.read("ada", "x.txt")
    team.read("bob", "y.txt")
    team.write("ada", "y.txt", "2\n")
    team.apart("bob", "x.txt", "2\n")
    assert of_kind(team, KIND) == []


@pytest.mark.parametrize(("after", "verdict"), [(False, Verdict.FOUND), (True, Verdict.UNKNOWN)])
def test_a_step_that_is_missing_since_a_reading_may_have_been_another(
    after: bool, verdict: Verdict
) -> None:
    world = World()
    world.write("cy", "x.txt", "1\n")
    world.write("cy", "y.txt", "1\n")
    world.read("ada", "x.txt")
    missing = None if after else world.read("bob", "z.txt")
    world.read("bob", "y.txt")
    world.write("ada", "y.txt", "2\n")
    missing = missing or world.read("bob", "z.txt")
    world.write("bob", "x.txt", "2\n")
    assert only(world, KIND).verdict is Verdict.FOUND
    left = without(world.events, {missing.seq}).events
    assert [f.verdict for f in found(left) if f.kind is KIND] == [verdict]


def test_so_may_one_of_whoever_wrote_first() -> None:
    world = crossing()
    missing = world.read("ada", "z.txt")
    world.write("ada", "y.txt", "2\n")
    world.write("bob", "x.txt", "2\n")
    assert only(world, KIND).verdict is Verdict.FOUND
    left = without(world.events, {missing.seq}).events
    assert [f.verdict for f in found(left) if f.kind is KIND] == [Verdict.UNKNOWN]


OLD = "def f(a):\n    return a\n\n\ndef g():\n    return 1\n"
NEW = "def f(a, b):\n    return a + b\n\n\ndef g():\n    return 1\n"


def changed(
    new: str = NEW, caller: str = "from lib import f\n\nprint(f(1))\n", first: str = "ada"
) -> World:
    world = World()
    world.write("cy", "lib.py", OLD)
    for agent in ("ada", "bob"):
        world.read(agent, "lib.py")
    if first == "ada":
        world.write("ada", "lib.py", new)
    world.write("bob", "app.py", caller)
    if first == "bob":
        world.write("ada", "lib.py", new)
    return world


@pytest.mark.parametrize("first", ["ada", "bob"])
def test_a_signature_changed_under_its_caller(first: str) -> None:
    world = changed(first=first)
    finding = only(world, KIND)
    check_evidence(world, finding)
    assert finding.severity is Severity.HIGH
    assert set(finding.agents) == {"ada", "bob"}
    assert finding.paths == ("app.py", "lib.py")
    assert finding.facts == {"rule": "signature", "function": "f", "line": "3"}
    assert "f(a)" in finding.summary
    assert "f(a, b)" in finding.summary


@pytest.mark.parametrize(
    "caller",
    [
        "import lib\n\nlib.f(1)\n",
        "import lib as m\n\nm.f(a=1)\n",
        "from lib import f as h\n\nh(1)\n",
        "from lib import *\n\nf(1)\n",
    ],
)
def test_however_the_caller_names_it(caller: str) -> None:
    assert len(of_kind(changed(caller=caller), KIND)) == 1


def test_a_function_that_is_gone() -> None:
    finding = only(changed(new="def g():\n    return 1\n"), KIND)
    assert "gone" in finding.summary


@pytest.mark.parametrize(
    ("new", "caller"),
    [
        ("def f(a, b=0):\n    return a\n", "from lib import f\n\nf(1)\n"),
        (NEW, "from lib import f\n\nf(1, 2)\n"),
        (NEW, "from lib import f\n\nf(1, 2, 3)\n"),
        (NEW, "from lib import f\n\nf(*x)\n"),
        (NEW, "from lib import g\n\ng()\n"),
        (NEW, "from lib import f\n\nmap(f, x)\n"),
        (NEW, "def f(a):\n    pass\n\n\nf(1)\n"),
        ("@d\ndef f(a, b):\n    return a\n", "from lib import f\n\nf(1)\n"),
        ("f = g = abs\n", "from lib import f\n\nf(1)\n"),
        ("def f(:\n", "from lib import f\n\nf(1)\n"),
    ],
)
def test_not_when_the_change_is_compatible_or_cannot_be_judged(new: str, caller: str) -> None:
    assert of_kind(changed(new, caller), KIND) == []


def test_not_when_the_caller_had_seen_it_or_is_the_same_agent() -> None:
    world = World()
    world.write("cy", "lib.py", OLD)
    world.read("ada", "lib.py")
    world.write("ada", "lib.py", NEW)
    world.read("bob", "lib.py")
    world.write("bob", "app.py", "from lib import f\n\nf(1)\n")
    world.write("ada", "own.py", "from lib import f\n\nf(1)\n")
    assert of_kind(world, KIND) == []


def test_a_caller_written_anew_is_judged_anew() -> None:
    world = changed(first="bob", new=OLD + "\n")
    world.write("bob", "app.py", "print(1)\n")
    world.write("ada", "lib.py", NEW)
    assert of_kind(world, KIND) == []
