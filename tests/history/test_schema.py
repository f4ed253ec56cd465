"""The published schema is that of the classes, and real histories keep to it."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from tests.export.conftest import STORIES
from tests.scenarios.crosstalk import headless
from workspaces.history.schema import FILE, schema, text

ROOT = Path(__file__).parent.parent.parent


def test_the_kept_one_is_of_today() -> None:
    assert (ROOT / FILE).read_text() == text(), "run: make schema"


@pytest.fixture(scope="module")
def valid() -> Callable[[Any], list[str]]:
    validator = jsonschema.Draft202012Validator(schema())
    return lambda line: [error.message for error in validator.iter_errors(line)]


@pytest.mark.parametrize("story", STORIES)
def test_stories_keep_to_it(valid: Callable[[Any], list[str]], tmp_path: Path, story: str) -> None:
    path = tmp_path / "history.jsonl"
    STORIES[story](path)
    for line in path.read_text().splitlines():
        assert valid(json.loads(line)) == []


def test_a_session_keeps_to_it(valid: Callable[[Any], list[str]], tmp_path: Path) -> None:
    headless(tmp_path, tmp_path / "s", "--max-rounds", "3", "--faults", "crash:agent-2@r2")
    lines = (tmp_path / "s" / "history.jsonl").read_text().splitlines()
    for line in lines:
        assert valid(json.loads(line)) == []


def test_it_refuses_what_is_no_event(valid: Callable[[Any], list[str]]) -> None:
    assert valid({"kind": "text", "seq": 2, "turn": 1})
    assert valid({"kind": "no-such-kind", "seq": 2})
    assert valid({"kind": "blob", "seq": "two", "digest": "", "text": ""})
