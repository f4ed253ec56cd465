"""A session in one file: a ZIP archive of its history, its git repository as a bundle, and its
mutes. Anything that reads ZIP and git can open it, in ten years too.

A packed session may come from anywhere. Only the parts that are known by name are looked at, no
path in it is trusted, and a part that would swell beyond measure is refused before it is read.
"""

import lzma
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from workspaces.history.codec import HistoryError
from workspaces.history.events import AnyEvent
from workspaces.history.reader import FILE_NAME, Damage, parse

SUFFIX: Final = ".crosstalk"
BUNDLE: Final = "workspace.bundle"
MUTES: Final = "mutes.json"
PARTS: Final = (FILE_NAME, BUNDLE, MUTES)

MOST_BYTES: Final = 4 << 30
"""Of a part, unpacked."""
MOST_SWELLING: Final = 400
"""Times that a large part may be smaller packed. Histories, which repeat themselves much, are
packed to a tenth."""
_SMALL: Final = 16 << 20

_MAGIC: Final = b"PK\x03\x04"
_DAMAGE: Final = (
    *(zipfile.BadZipFile, zlib.error, lzma.LZMAError),
    *(RuntimeError, NotImplementedError, EOFError, ValueError),
)
"""What `zipfile` raises over files that are not what they say (encrypted ones included)."""
_DATE: Final = (1980, 1, 1, 0, 0, 0)
"""The same session packs to the same bytes."""


def is_packed(path: Path) -> bool:
    """Whether `path` is a file that begins as a packed session does."""
    if not path.is_file():  # to open a pipe would be to wait for whoever writes to it
        return False
    try:
        with path.open("rb") as file:
            return file.read(len(_MAGIC)) == _MAGIC
    except OSError:
        return False


def pack(parts: dict[str, bytes], out: Path) -> None:
    """Write parts of a session, by name, to `out`. Raises `OSError`."""
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in PARTS:
            if name in parts:
                # A bundle is compressed already.
                kind = zipfile.ZIP_STORED if name == BUNDLE else zipfile.ZIP_DEFLATED
                entry = zipfile.ZipInfo(name, _DATE)
                entry.external_attr = 0o600 << 16
                archive.writestr(entry, parts[name], kind)


def part(path: Path, name: str) -> bytes | None:
    """A part of the packed session at `path`, `None` if it has none of that name.

    Raises `HistoryError` when it cannot be read.
    """
    with _opened(path) as archive:
        found = [entry for entry in archive.infolist() if entry.filename == name]
        if not found:
            return None
        size, packed = found[0].file_size, max(found[0].compress_size, 1)
        if size > MOST_BYTES or (size > _SMALL and size / packed > MOST_SWELLING):
            raise HistoryError(
                f"{path} holds a part that is too large",
                f"{name} would be {size:,} bytes unpacked",
                "Such a file is not made by Crosstalk; do not trust it.",
            )
        with archive.open(found[0]) as file:
            data = file.read(size + 1)
        if len(data) != size:
            raise HistoryError(f"{path} is damaged", f"{name} is not as long as it says")
        return data


def load(path: Path) -> tuple[list[AnyEvent], Damage | None]:
    """The events of the packed session at `path`, as `reader.load` gives them."""
    data = part(path, FILE_NAME)
    if data is None:
        raise HistoryError(
            f"{path} holds no session",
            f"there is no {FILE_NAME} in it",
            "Give a session folder, its history.jsonl, or what --to pack made of it.",
        )
    return parse(data, str(path))


@contextmanager
def _opened(path: Path) -> Iterator[zipfile.ZipFile]:
    try:
        with zipfile.ZipFile(path) as archive:
            yield archive
    except OSError as error:
        raise HistoryError(f"Cannot read {path}", error.strerror or str(error), "") from error
    except _DAMAGE as error:
        raise HistoryError(
            f"{path} is damaged", f"its archive cannot be read ({error})", "Pack it again."
        ) from error
