"""What is kept quiet, and that it stays a finding."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.anomalies.stories import found
from tests.strategies import TEXT
from tests.world import World
from workspaces.anomalies.finding import Finding, Kind, Severity, Step, Verdict
from workspaces.anomalies.muting import FILE_NAME, SHIPPED, MutesError, Muting, Rule, matches


def finding(
    *paths: str, kind: Kind = Kind.OVERWRITE, agents: tuple[str, ...] = ("ada",)
) -> Finding:
    return Finding(
        id="x",
        kind=kind,
        severity=Severity.HIGH,
        verdict=Verdict.FOUND,
        agents=agents,
        paths=paths,
        witness=(Step(1, "x"),),
        summary="X.",
        seq=1,
        t=0.0,
        case="write:1",
    )


@pytest.mark.parametrize(
    "path",
    [
        "uv.lock",
        "web/package-lock.json",
        "pkg/__init__.py",
        "CHANGELOG.md",
        ".gitignore",
        "api_pb2.py",
        "notes/plot.ipynb",
        "a/__pycache__/b.pyc",
        "build/lib/x.py",
        "requirements-dev.txt",
    ],
)
def test_files_that_everyone_touches_are_quiet(path: str) -> None:
    assert Muting().reason(finding(path))
    assert Muting(shipped=False).reason(finding(path)) is None
    assert Muting().reason(finding(path, kind=Kind.TAMPERING)) is None
    assert Muting().reason(finding(path, "mean.py")) is None


@pytest.mark.parametrize(
    "path", ["mean.py", "lock.py", "builder/x.py", "src/changelog.py", "init.py"]
)
def test_other_files_are_not(path: str) -> None:
    assert Muting().reason(finding(path)) is None


def test_shipped_rules_say_why_and_are_about_paths() -> None:
    assert all(rule.reason and rule.path and not rule.agent for rule in SHIPPED)
    assert len({rule.path for rule in SHIPPED}) == len(SHIPPED)


@pytest.mark.parametrize(
    ("glob", "path", "fits"),
    [
        ("*.py", "a/b.py", True),
        ("a/*.py", "a/b.py", True),
        ("a/*.py", "a/b/c.py", False),
        ("a/**", "a/b/c.py", True),
        ("a/**.py", "a/b/c.py", True),
        ("a/**.py", "a/b/c.txt", False),
        ("a/**.py", "a/b/cpy", False),
        ("**/x/*", "x/y", True),
        ("**/x/*", "a/x/y", True),
        ("?.py", "a.py", True),
        ("?.py", "ab.py", False),
        ("[a].py", "a.py", False),
        ("a.py", "axpy", False),
    ],
)
def test_globs(glob: str, path: str, fits: bool) -> None:
    assert matches(glob, path) is fits


def test_a_persons_rules_by_path_kind_and_agent() -> None:
    muting = Muting()
    muting.mute(Rule("mine", path="mean.py", kind="overwrite"))
    assert muting.reason(finding("mean.py")) == "mine"
    assert muting.reason(finding("mean.py", kind=Kind.LOST_UPDATE)) is None
    assert muting.reason(finding("sub.py")) is None
    muting.mute(Rule("", agent="bob"))
    assert muting.reason(finding("sub.py", agents=("ada", "bob"))) == "muted"
    muting.unmute(Rule("", agent="bob"))
    assert muting.reason(finding("sub.py", agents=("ada", "bob"))) is None
    assert muting.reason(finding(kind=Kind.DEADLOCK)) is None
    for rule in (Rule("all"), Rule("?", kind="typo")):
        with pytest.raises(ValueError, match=r"."):
            muting.mute(rule)


def test_a_rule_of_any_one_field_is_a_rule_and_one_of_none_fits_nothing() -> None:
    for rule in (Rule("", path="mean.py"), Rule("", kind="overwrite"), Rule("", agent="ada")):
        muting = Muting()
        muting.mute(rule)
        assert muting.rules == (rule,)
        assert rule.fits(finding("mean.py"))
    for rule in (Rule("because"), Rule("", agent="cy"), Rule("", kind="idle")):
        assert not rule.fits(finding("mean.py"))


def test_a_rule_given_twice_is_one_and_gone_when_it_is_taken_away() -> None:
    muting = Muting()
    for _ in range(2):
        muting.mute(Rule("often", path="a.py"))
    assert muting.rules == (Rule("often", path="a.py"),)
    muting.unmute(Rule("often", path="a.py"))
    assert muting.rules == ()


def test_of_several_files_that_everyone_touches_the_first_says_why() -> None:
    one, other = "uv.lock", "CHANGELOG.md"
    reasons = [Muting().reason(finding(path)) for path in (one, other)]
    assert len(set(reasons)) == 2
    assert [Muting().reason(finding(*p)) for p in ((one, other), (other, one))] == reasons


def test_acknowledging_quiets_the_whole_case() -> None:
    world = World()
    world.write("ada", "mean.py", "a\n")
    world.write("bob", "mean.py", "b\n")
    muting = Muting()
    case = [f for f in found(world.events) if f.case == f"write:{world.events[-1].seq}"]
    assert len(case) > 1
    muting.acknowledge(case[0], "seen")
    assert {muting.reason(f) for f in case} == {"seen"}
    muting.recall(case[1])
    assert {muting.reason(f) for f in case} == {None}


@given(
    rules=st.lists(st.builds(Rule, TEXT, TEXT, st.just("overwrite"), TEXT), max_size=3),
    seen=st.dictionaries(TEXT, TEXT, max_size=3),
)
def test_what_is_saved_is_loaded(
    tmp_path_factory: pytest.TempPathFactory, rules: list[Rule], seen: dict[str, str]
) -> None:
    folder = tmp_path_factory.mktemp("session")
    Muting(tuple(rules), seen).save(folder)
    again = Muting.load(folder)
    assert again.rules == tuple(rules)
    assert again.acknowledged == seen
    assert [path.name for path in folder.iterdir()] == [FILE_NAME]


def test_nothing_saved_and_nonsense_saved(tmp_path: Path) -> None:
    assert Muting.load(tmp_path).rules == ()
    (tmp_path / FILE_NAME).write_text("{")
    with pytest.raises(MutesError):
        Muting.load(tmp_path)
    with pytest.raises(MutesError):
        Muting().save(tmp_path / "missing")


def test_a_rule_of_paths_and_the_shipped_ones_say_nothing_of_what_has_none() -> None:
    muting = Muting()
    muting.mute(Rule("all", path="**"))
    assert muting.reason(finding("mean.py")) == "all"
    assert muting.reason(finding()) is None
    assert Muting().reason(finding()) is None


def test_who_acknowledges_need_not_say_why() -> None:
    muting = Muting()
    muting.acknowledge(finding("mean.py"))
    assert muting.reason(finding("mean.py")) == "acknowledged"
    assert Muting().reason(finding("mean.py")) is None
