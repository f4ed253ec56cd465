"""The names that others rely on, and the order of severities."""

import msgspec
import pytest

from workspaces.anomalies.finding import Finding, Kind, Lines, Severity, Step, Verdict

CONTRACT = """concurrent-write overwrite follow-up lost-update stale-read dirty-read write-skew
merge-conflict dependency-violation hidden-dependency duplicate-work deadlock livelock straggler
idle lost-message split-brain zombie-write false-completion tampering orphan-claim interference"""


def test_the_kinds_are_those_of_the_contract() -> None:
    assert [kind.value for kind in Kind] == CONTRACT.split()


def test_severities_are_ordered_by_harm_and_not_by_spelling() -> None:
    order = [Severity.INFO, Severity.LOW, Severity.MEDIUM, Severity.HIGH]
    assert sorted(Severity, reverse=True) == order[::-1]
    assert max(order) is Severity.HIGH
    for index, one in enumerate(order):
        for other_index, other in enumerate(order):
            assert (one < other) == (index < other_index)
            assert (one <= other) == (index <= other_index)
            assert (one > other) == (index > other_index)
            assert (one >= other) == (index >= other_index)


def test_a_severity_is_compared_with_no_other_string() -> None:
    with pytest.raises(ValueError, match="zzz"):
        max([Severity.LOW, "zzz"])


def test_a_finding_can_be_stored_and_read_back() -> None:
    finding = Finding(
        id="overwrite:a:1:2",
        kind=Kind.OVERWRITE,
        severity=Severity.HIGH,
        verdict=Verdict.UNKNOWN,
        agents=("ada", "bob"),
        witness=(Step(1, "x"), Step(2, "y")),
        lines=(Lines("a", 1, 2),),
        summary="s",
        seq=2,
        t=0.5,
        case="write:2",
    )
    assert msgspec.json.decode(msgspec.json.encode(finding), type=Finding) == finding
