"""What is kept with the session of what a person mutes."""

from pathlib import Path

import pytest

from tests.tui.conftest import picture_of
from tui.mutes import Mutes
from workspaces.anomalies.finding import Finding
from workspaces.anomalies.muting import FILE_NAME, MutesError, Muting, Rule

OVERWRITES = Rule("by hand", kind="overwrite")


@pytest.fixture
def finding(middle: Path) -> Finding:
    return next(f for case in picture_of(middle).cases for f in case.findings)


def test_two_screens_do_not_undo_each_other(tmp_path: Path, finding: Finding) -> None:
    one, other = Mutes(tmp_path), Mutes(tmp_path)
    one.mute(OVERWRITES, "every overwrite")
    other.acknowledge(finding, "that")
    saved = Muting.load(tmp_path)
    assert saved.rules == (OVERWRITES,)
    assert finding.case in saved.acknowledged
    assert other.muting.rules == (OVERWRITES,), "seen with its own next change"
    assert one.undo() == "every overwrite"
    assert Muting.load(tmp_path).rules == ()
    assert finding.case in Muting.load(tmp_path).acknowledged
    assert one.undo() == ""


def test_what_another_screen_muted_can_be_lifted(tmp_path: Path, finding: Finding) -> None:
    Mutes(tmp_path).mute(Rule("by hand", kind=finding.kind.value), "this")
    mutes = Mutes(tmp_path)
    assert mutes.muting.reason(finding) == "by hand"
    assert mutes.lift(finding)
    assert mutes.muting.reason(finding) is None
    assert not mutes.lift(finding)


def test_a_file_that_cannot_be_read_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / FILE_NAME
    path.write_text("{")
    mutes = Mutes(tmp_path)
    assert isinstance(mutes.problem, MutesError)
    with pytest.raises(MutesError):
        mutes.mute(OVERWRITES, "every overwrite")
    assert mutes.muting.rules == (OVERWRITES,), "it holds for this screen"
    assert path.read_text() == "{"


def test_without_a_folder_nothing_is_saved(tmp_path: Path) -> None:
    mutes = Mutes()
    mutes.mute(OVERWRITES, "every overwrite")
    assert mutes.muting.rules == (OVERWRITES,)
    missing = Mutes(tmp_path / "gone")
    with pytest.raises(MutesError):
        missing.mute(OVERWRITES, "every overwrite")
    with pytest.raises(MutesError):
        missing.mute(Rule("by hand", agent="agent-1"), "agent-1")
    assert missing.muting.rules == (OVERWRITES, Rule("by hand", agent="agent-1"))
