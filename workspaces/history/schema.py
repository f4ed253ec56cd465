"""The JSON Schema of a history's lines, made from the event classes: `make schema`."""

import json
import sys
from typing import Any

import msgspec

from workspaces.history.events import SCHEMA, AnyEvent

FILE = "docs/transcript.schema.json"


def schema() -> dict[str, Any]:
    """The schema of one line (JSON Schema, draft 2020-12)."""
    made = msgspec.json.schema(AnyEvent)
    head = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"One line of a Crosstalk history, schema {SCHEMA}",
    }
    return head | made


def text() -> str:
    """The schema as it is kept."""
    return json.dumps(schema(), indent=1, ensure_ascii=False, sort_keys=True) + "\n"


if __name__ == "__main__":
    sys.stdout.write(text())
