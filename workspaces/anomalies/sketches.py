"""What a Python text seems to define and import, by its lines alone.

A sketch takes a twenty-fifth of the time of parsing. It may name too much (a definition within a
string), never too little, so it serves only to tell when it is not worth while to parse: a finding
rests on `sources.parse`.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from workspaces.anomalies.imports import targets
from workspaces.anomalies.sources import Import

KEPT = 1024
_DEFINITION = re.compile(r"^(?:async[ \t]+)?(?:def|class)[ \t]+(\w+)", re.MULTILINE)
_HEADER_END = re.compile(r":[ \t]*(?:#.*)?$", re.MULTILINE)
_COMMENT = re.compile(r"#[^\n]*")
_IMPORT = re.compile(
    r"(?:^|[;:])[ \t]*+(?:from(?:[ \t]++|(?=\.))(\.*+)[ \t]*+((?:(?!import\b)[\w.]++)?+)[ \t]*+"
    r"(?<=[. \t])import[ \t]*+(?:\(((?:#[^\n]*+|[^)#]++)*+)\)|([^\n#;]*+))"
    r"|import[ \t]++([^\n#;]++))",
    re.MULTILINE,
)
"""Gives back nothing of what it took: else a text could be written over which it never ends."""


@dataclass(frozen=True, slots=True)
class Sketch:
    """`headers` has the text of each top-level definition up to its body (at least)."""

    headers: dict[str, str]
    imports: tuple[Import, ...]

    def names(self) -> frozenset[str]:
        """Definitions that other files seem meant to use."""
        return frozenset(name for name in self.headers if not name.startswith("_"))

    def targets(self, path: str, exists: Callable[[str], bool]) -> tuple[str, ...]:
        """The files for which `exists` that the file at `path` seems to import."""
        found = (t for entry in self.imports for t, _ in targets(path, entry, exists))
        return tuple(dict.fromkeys(target for target in found if target != path))


@lru_cache(maxsize=KEPT)
def sketch(text: str) -> Sketch:
    """The sketch of a text; of one that is no Python, an empty one or nonsense."""
    places = [(match.start(), match.group(1)) for match in _DEFINITION.finditer(text)]
    headers: dict[str, str] = {}
    for index, (start, name) in enumerate(places):
        stop = places[index + 1][0] if index + 1 < len(places) else len(text)
        ended = _HEADER_END.search(text, start, stop)
        headers[name] = headers.get(name, "") + text[start : ended.end() if ended else stop]
    return Sketch(headers, tuple(_imports(text)))


def _imports(text: str) -> list[Import]:
    found: list[Import] = []
    if "\\\n" in text:
        text = _COMMENT.sub("", text).replace("\\\n", " ")  # what ends a comment continues nothing
    at = text.find("import")
    while at >= 0:
        start = text.rfind("\n", 0, at) + 1
        stop = _line_end(text, at)
        if "(" in text[at:stop]:
            stop = max(stop, _closed(text, at))
        found += _of_line(text[start:stop])
        at = text.find("import", stop)
    return found


def _line_end(text: str, at: int) -> int:
    stop = text.find("\n", at)
    return stop if stop >= 0 else len(text)


def _closed(text: str, at: int) -> int:
    """The end of the first closing parenthesis from `at` on that is in no comment."""
    while (at := text.find(")", at) + 1) > 0:
        line = text.rfind("\n", 0, at) + 1
        if text.find("#", line, at) < 0:
            return at
        at = _line_end(text, at)
    return len(text)


def _of_line(text: str) -> list[Import]:
    """The imports of a line, or of several where names stand in parentheses."""
    found: list[Import] = []
    for dots, module, inside, names, plain in _IMPORT.findall(text):
        for part in (_COMMENT.sub("", inside) or names or plain).split(","):
            name = part.strip().partition(" ")[0].strip("() \t\n")
            if plain and name:
                found.append(Import(name, "", "", 0, 0, False))
            elif name:
                found.append(Import(module, name, "", len(dots), 0, False))
    return found
