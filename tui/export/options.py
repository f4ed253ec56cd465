"""How a person wants an export; each format looks at what concerns it."""

from typing import NamedTuple


class Options(NamedTuple):
    """`columns` and `rows` are those of the screen that is filmed or photographed; `theme` is the
    name of one of its themes. `speed` and `idle` (seconds that a pause may last at most, 0 for any
    length) shape a film, `version` is its format's. `at` is a moment in session seconds, `None`
    for the end. `endpoint` is where spans are sent instead of a file."""

    columns: int = 120
    rows: int = 40
    theme: str = "crosstalk-dark"
    speed: float = 1.0
    idle: float = 2.0
    version: int = 2
    at: float | None = None
    endpoint: str = ""
