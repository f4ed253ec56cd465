"""A recording of any form as a session folder of its own: unpacked, imported, or brought to
today's schema."""

from pathlib import Path

from tui.export.account import Account
from tui.export.options import Options
from tui.export.output import STANDARD_OUTPUT
from workspaces.errors import CrosstalkError
from workspaces.files.bundles import unbundle
from workspaces.history import packing
from workspaces.history.codec import encode
from workspaces.history.reader import FILE_NAME


def write(account: Account, out: Path, options: Options) -> None:
    """Make the folder `out`, which must be new or empty. Raises `CrosstalkError`."""
    history = b"".join(map(encode, account.events))
    if out == STANDARD_OUTPUT:
        import sys

        sys.stdout.buffer.write(history)
        return
    unpack(account.packed, history, out)


def unpack(packed: Path | None, history: bytes, out: Path) -> None:
    """Make a session folder at `out` of `history` and of what else the packed session holds."""
    try:
        if out.exists() and any(out.iterdir()):
            raise CrosstalkError(
                f"{out} is not empty", "a session needs a folder of its own", "Choose another."
            )
        out.mkdir(parents=True, exist_ok=True)
        (out / FILE_NAME).write_bytes(history)
        if packed is None:
            return
        if mutes := packing.part(packed, packing.MUTES):
            (out / packing.MUTES).write_bytes(mutes)
        if data := packing.part(packed, packing.BUNDLE):
            unbundle(data, out / "workspace")
    except OSError as error:
        raise CrosstalkError(
            f"Cannot write {out}", error.strerror or str(error), "Choose another place with -o."
        ) from error
