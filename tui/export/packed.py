"""A session folder as one file, `NAME.crosstalk`: see `workspaces.history.packing`.

The history goes in as far as it is whole, the repository with all its branches as a git bundle,
mutes as they are. Replay, list, export and resume open the file as they do the folder.
"""

from pathlib import Path

from tui.export.account import Account
from tui.export.options import Options
from tui.export.output import STANDARD_OUTPUT
from workspaces.errors import CrosstalkError
from workspaces.files.bundles import bundle
from workspaces.history import packing
from workspaces.history.codec import encode
from workspaces.history.reader import FILE_NAME


def write(account: Account, out: Path, options: Options) -> None:
    """Write the file. Raises `CrosstalkError`."""
    if out == STANDARD_OUTPUT:
        raise CrosstalkError("A packed session is no text", "", "Name a file with -o.")
    parts = {FILE_NAME: b"".join(map(encode, account.events))}
    if folder := account.folder:
        if packed := bundle(folder / "workspace"):
            parts[packing.BUNDLE] = packed
        mutes = folder / packing.MUTES
        if mutes.is_file():
            parts[packing.MUTES] = mutes.read_bytes()
    new = out.with_name(f".{out.name}.part")
    try:
        packing.pack(parts, new)
        new.replace(out)
    except OSError as error:
        raise CrosstalkError(
            f"Cannot write {out}", error.strerror or str(error), "Choose another place with -o."
        ) from error
    finally:
        new.unlink(missing_ok=True)
