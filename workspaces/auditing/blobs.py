"""Contents of files by blob id, through one `git cat-file`, and only those worth reading.

Refuses binary files, files over `LARGEST` and objects that cannot be read: each gives `None`, and
`refused` counts them. Asks for the size first, so a huge file costs nothing.
"""

import tempfile
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from types import TracebackType
from typing import IO, Self

from workspaces.anomalies.hunks import split
from workspaces.auditing.source import Source

LARGEST = 256 * 1024
"""Bytes. Sources that people write are smaller; what is larger is generated or data."""
KEPT = 4096
"""Texts kept in memory: a path's versions come one after the other."""


TOGETHER = 64
"""Blobs asked for at once."""


class Blobs:
    """Reads blobs of `source`; a context manager that owns the process."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._complaints: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115  # lives as long
        self._process = source.start(
            "cat-file", "--batch-command", complaints=self._complaints.fileno()
        )
        self._kept: OrderedDict[str, list[str] | None] = OrderedDict()
        self.refused = 0
        self.read = 0

    def lines(self, blob: str) -> list[str] | None:
        """The lines of a text; `[]` for no blob, `None` for what is refused."""
        if not blob.strip("0"):
            return []
        if blob in self._kept:
            self._kept.move_to_end(blob)
            return self._kept[blob]
        self.prefetch([blob])
        return self._kept.get(blob)

    def prefetch(self, blobs: Iterable[str]) -> None:
        """Read several at once, which saves the time that one waits for each answer."""
        todo = [b for b in dict.fromkeys(blobs) if b.strip("0") and b not in self._kept]
        for at in range(0, len(todo), TOGETHER):
            some = todo[at : at + TOGETHER]
            found = self._fetch(some)
            for blob in some:
                data = found.get(blob)
                binary = data is None or b"\0" in data[:8000]
                text = None if data is None or binary else split(data.decode(errors="replace"))
                self.refused += text is None
                self._kept[blob] = text
                if len(self._kept) > KEPT:
                    self._kept.popitem(last=False)

    def text(self, blob: str) -> str | None:
        """The text as one string, `None` for what is refused."""
        found = self.lines(blob)
        return None if found is None else "".join(f"{line}\n" for line in found)

    def _fetch(self, blobs: Sequence[str]) -> dict[str, bytes]:
        """Contents by id of those that can be had."""
        found: dict[str, bytes] = {}
        try:
            small = [
                blob
                for blob, head in zip(blobs, self._ask("info", blobs), strict=True)
                if head[1:2] == [b"blob"] and int(head[2]) <= LARGEST
            ]
            # Damage shows only when a content is read, and git may die of it.
            for blob, head in zip(small, self._ask("contents", small), strict=True):
                if len(head) != 3:
                    raise EOFError
                found[blob] = self._exactly(int(head[2]) + 1)[:-1]
        except (OSError, EOFError):
            self._restart()
            if len(blobs) > 1:
                each = [self._fetch([blob]) for blob in blobs]
                return {blob: data for one in each for blob, data in one.items()}
        self.read += len(found)
        return found

    def _ask(self, what: str, blobs: Sequence[str]) -> Iterator[list[bytes]]:
        """Send a command for each blob; then the first line of each answer. The commands fit in
        a pipe, so neither side waits for the other."""
        stdin, stdout = self._process.stdin, self._process.stdout
        assert stdin is not None
        assert stdout is not None
        stdin.write("".join(f"{what} {blob}\n" for blob in blobs).encode())
        stdin.flush()
        for _ in blobs:
            head = stdout.readline().split()
            if not head:
                raise EOFError
            yield head

    def _exactly(self, size: int) -> bytes:
        assert self._process.stdout is not None
        data = self._process.stdout.read(size)
        if len(data) != size:
            raise EOFError
        return data

    def _restart(self) -> None:
        self._end()
        self._process = self._source.start(
            "cat-file", "--batch-command", complaints=self._complaints.fileno()
        )

    def _end(self) -> None:
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe:
                with suppress(OSError):  # it may be dead already
                    pipe.close()
        self._process.wait()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._end()
        self._complaints.close()
