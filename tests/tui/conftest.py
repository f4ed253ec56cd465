"""Recorded sessions, made once a test from the story that its name tells."""

from pathlib import Path

import pytest

from tests.tui import histories
from tui.views.picture import Picture
from workspaces.history.reader import load


@pytest.fixture
def middle(tmp_path: Path) -> Path:
    """The history of a session in its second round."""
    path = tmp_path / "history.jsonl"
    histories.middle(path)
    return path


@pytest.fixture
def ended(tmp_path: Path) -> Path:
    """The history of a session that succeeded."""
    path = tmp_path / "history.jsonl"
    histories.ended(path)
    return path


def picture_of(path: Path) -> Picture:
    """What there is to see at the end of a history."""
    picture = Picture()
    for event in load(path)[0]:
        picture.observe(event)
    return picture
