"""How a model's call failed, in words."""

from typing import Final

from tui.views.words import duration
from workspaces.history import events as e

KINDS: Final = {
    "rate-limit": "rate limited",
    "timeout": "no answer in time",
    "overloaded": "server overloaded",
    "connection": "no connection",
    "cut-off": "cut off",
    "empty": "empty reply",
    "refused": "refused by the provider",
    "context-window": "context too long",
}


def in_short(failed: e.CallFailed, now: float) -> str:
    """What is wrong and what is done about it, at the moment `now`."""
    what = KINDS.get(failed.error, failed.error)
    if failed.retry_in is None:
        return what
    left = failed.t + failed.retry_in - now
    return f"{what}, again in {duration(left)}" if left > 0 else f"{what}, asks again"


def in_full(failed: e.CallFailed) -> str:
    """The same for the record."""
    what = KINDS.get(failed.error, failed.error)
    tried = f" (attempt {failed.attempt})" if failed.attempt > 1 else ""
    if failed.retry_in is None:
        return f"{what}{tried}: its turn ends without a reply"
    return f"{what}{tried}, again in {duration(failed.retry_in)}"
