"""What a person sees when something went wrong: a title, a cause and a next step, no traceback.

The one place that writes to standard error and decides exit codes: 0 done, 1 a session that ended
without success, 2 wrong usage or input, 130 interrupted.
"""

import sys

from tui.views.sanitize import sanitize
from workspaces.errors import CrosstalkError

DONE, NO_SUCCESS, WRONG_USAGE, INTERRUPTED = 0, 1, 2, 130


def explain(error: CrosstalkError) -> str:
    """The error as a few lines of plain text, safe for a terminal."""
    lines = [f"crosstalk: {error.title}"]
    if error.cause:
        lines.append(f"  why:  {error.cause}")
    if error.fix:
        lines.append(f"  next: {error.fix}")
    return sanitize("\n".join(lines))


def report(error: CrosstalkError) -> int:
    """Write the error to standard error; the exit code for it."""
    sys.stderr.write(explain(error) + "\n")
    return WRONG_USAGE
