"""The tutorial says what its commands say, and what it claims of them is so."""

import json
from pathlib import Path

import pytest

from tests.debugger.forks import digest
from tests.scenarios.crosstalk import crosstalk
from tests.scenarios.tutorial import DOCUMENT, blocks, play, steady
from workspaces.history.reader import load


@pytest.mark.timeout(600)
def test_every_command_says_what_the_tutorial_shows(tmp_path: Path) -> None:
    text = DOCUMENT.read_text(encoding="utf-8")
    for number, (commands, output) in enumerate(blocks(text)):
        assert play(commands, tmp_path) == steady(output), f"block {number}"
        if number == 0:
            before = digest(tmp_path / "first")
    assert digest(tmp_path / "first") == before
    done = crosstalk(
        "compare", str(tmp_path / "first"), str(tmp_path / "second"), "--json", home=tmp_path
    )
    told = json.loads(done.stdout)
    assert told["a"]["summary"]["findings"]["lost-update"] == 1
    assert told["b"]["summary"]["findings"]["lost-update"] == 0
    assert (told["a"]["summary"]["success"], told["b"]["summary"]["success"]) == (False, True)
    parent, fork = (load(tmp_path / name)[0] for name in ("first", "second"))
    assert told["shared"] == 72
    assert parent[:72] == fork[:72]
