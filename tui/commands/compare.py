"""`crosstalk compare`: two sessions side by side."""

import argparse
import json
import sys
from pathlib import Path

from tui import errors
from tui.views.sanitize import sanitize


def run(options: argparse.Namespace) -> int:
    """Compare the two; the exit code."""
    from agents.debugger.comparing import compare, in_words
    from workspaces.history.opening import open_recording

    paths = (Path(options.a), Path(options.b))
    found = compare(*(open_recording(path).events for path in paths))
    if options.json:
        sys.stdout.write(json.dumps(found.to_dict()) + "\n")
        return errors.DONE
    names = (paths[0].name or options.a, paths[1].name or options.b)
    sys.stdout.write(sanitize("\n".join(in_words(found, names))) + "\n")
    return errors.DONE
