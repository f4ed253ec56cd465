"""Where exports go: a file that is there whole or not at all."""

import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Final

from workspaces.errors import CrosstalkError

STANDARD_OUTPUT: Final = Path("-")


@contextmanager
def replacing(out: Path) -> Iterator[IO[bytes]]:
    """A file that takes the place of `out` once the body is done, and leaves nothing if it fails.

    `-` is standard output. Raises `CrosstalkError` when it cannot be written.
    """
    if out == STANDARD_OUTPUT:
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    try:
        handle, name = tempfile.mkstemp(prefix=f".{out.name[:80]}.", dir=out.absolute().parent)
    except OSError as error:
        raise _unwritable(out, error) from error
    try:
        with os.fdopen(handle, "wb") as file:
            yield file
        mask = os.umask(0)
        os.umask(mask)
        Path(name).chmod(0o666 & ~mask)
        Path(name).replace(out)
    except OSError as error:
        raise _unwritable(out, error) from error
    finally:
        with suppress(OSError):
            Path(name).unlink()


def _unwritable(out: Path, error: OSError) -> CrosstalkError:
    return CrosstalkError(
        f"Cannot write {out}", error.strerror or str(error), "Choose another place with -o."
    )
