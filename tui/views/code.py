"""A file while it is being written: the lines to show at once, and those to keep."""

import re
from typing import Final

PREVIEW: Final = 8
"""Lines of a file being written that show without asking; the rest opens with the details."""

_SIDES: Final = re.compile(r"(</?(?:search|replace)>)")


class Code:
    """The lines of a file while they are written: without the fence that models put around
    them, the first few to show, the rest to keep."""

    def __init__(self, path: str, edit: bool) -> None:
        self.path = path
        self.count = 0
        self.rest: list[str] = []
        self._edit = edit
        self._side = ""
        self._line = ""
        self._blank = True

    def feed(self, text: str) -> list[str]:
        """The lines to show that `text` completes."""
        *lines, self._line = (self._line + text).split("\n")
        return [line for whole in lines for line in self._take(whole)]

    def finish(self) -> list[str]:
        """The last line, if it does not end in a newline."""
        last, self._line = self._line, ""
        return self._take(last) if last.strip() else []

    def _take(self, line: str) -> list[str]:
        if self._edit:
            return [shown for part in self._sides(line) for shown in self._keep(part)]
        blank = not line.strip()
        if line.startswith("```") or (blank and self._blank):
            return []
        self._blank = blank
        return self._keep(line)

    def _keep(self, line: str) -> list[str]:
        self.count += 1
        if self.count > PREVIEW:
            self.rest.append(line)
            return []
        return [line]

    def _sides(self, line: str) -> list[str]:
        """What an edit's line says, each part behind the sign of its side; tags say nothing."""
        parts = []
        for part in _SIDES.split(line):
            if part in ("<search>", "<replace>"):
                self._side = "-" if part == "<search>" else "+"
            elif part in ("</search>", "</replace>"):
                self._side = ""
            elif part.strip():
                parts.append(f"{self._side or ' '} {part}")
        return parts
