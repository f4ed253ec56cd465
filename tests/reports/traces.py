"""Where the published traces lie, for tests that use them."""

import os
from pathlib import Path

import pytest

FOLDER = Path(os.environ.get("CROSSTALK_PAPER_DATA", "/nowhere"))
PAIR = (FOLDER / "runs.parquet", FOLDER / "events.parquet")

needed = pytest.mark.skipif(
    not all(path.is_file() for path in PAIR),
    reason="CROSSTALK_PAPER_DATA names no folder with the published traces",
)
