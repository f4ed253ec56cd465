"""`crosstalk resume`: go on with a session whose process was killed or interrupted."""

import argparse
import sys
import time
from pathlib import Path

from tui import errors
from workspaces.errors import CrosstalkError


def run(options: argparse.Namespace) -> int:
    """Go on with the session that is named, or with the newest that can be gone on with."""
    from agents.runtime import resuming

    session = Path(options.session) if options.session else _newest()
    session = _folder(session)
    resuming.look(session)
    return go_on(session, options)


def go_on(session: Path, options: argparse.Namespace) -> int:
    """Go on with the session in a folder, here or beside a screen as the options say."""
    from agents.runtime import process

    if options.headless:
        from tui.commands.run import summarise

        began = time.monotonic()
        state = process.resume(session)
        summarise(session, time.monotonic() - began, options.json)
        if state.ended and state.ended.reason == "interrupted":
            return errors.INTERRUPTED
        return errors.DONE if state.ended and state.ended.success else errors.NO_SUCCESS
    from tui import watching

    if not options.detach:
        watching.check_terminal()
    process.start_again(session)
    if options.detach:
        sys.stdout.write(f"{session.absolute()}\n")
        return errors.DONE
    return watching.live(session, as_json=options.json)


def _folder(path: Path) -> Path:
    """The session's folder; a packed session is unpacked beside itself first."""
    from workspaces.history.packing import SUFFIX, is_packed
    from workspaces.history.reader import FILE_NAME

    if is_packed(path):
        from tui.export.unpacked import unpack
        from workspaces.history import packing

        events = packing.part(path, FILE_NAME) or b""
        out = (
            path.with_suffix("")
            if path.suffix == SUFFIX
            else path.with_name(path.name + "-session")
        )
        unpack(path, events, out)
        return out
    return path.parent if path.name == FILE_NAME else path


def _newest() -> Path:
    from agents.runtime import folder, resuming

    found = folder.home().glob("*/history.jsonl")
    for file in sorted(found, key=lambda path: path.stat().st_mtime, reverse=True):
        try:
            resuming.look(file.parent)
        except CrosstalkError:
            continue
        return file.parent
    raise CrosstalkError(
        "There is no session to go on with",
        "none of yours was cut off or interrupted",
        "Name one, or start another with crosstalk run.",
    )
