"""What to tell an agent whose write was refused because the file had changed."""

from difflib import unified_diff

from workspaces.files.refusals import WriteRefused

MOST_LINES = 120
"""Lines of a difference that a refusal shows; the whole file is among the results besides."""
_COMPARED = 4000
"""Lines of either text up to which a difference is made at all: 20 ms."""
_WIDTH = 300


def stale(path: str, seen: bool, before: str | None, now: str | None) -> WriteRefused:
    """The refusal of a write to `path` whose author had `seen` the text `before` of it, or never
    anything, where there is now the text `now` (`None`: no file, or none that is known)."""
    advice = ""
    if not seen:
        had = f"{path} exists and you have not seen it."
    elif now is None:
        had = f"{path} has been deleted since you saw it."
    else:
        had = f"{path} has changed since you saw it."
        if before is not None:
            advice = "\n" + _difference(before, now)
    return WriteRefused(
        "stale",
        f"{had} What it holds now is shown to you: write it again on that basis, if it still has "
        f"to be written.{advice}",
    )


def _difference(before: str, now: str) -> str:
    one, other = before.splitlines(), now.splitlines()
    if max(len(one), len(other)) > _COMPARED:
        return "(The difference is too long to show.)"
    lines = list(unified_diff(one, other, "as you saw it", "as it is", n=2, lineterm=""))
    shown = [line[:_WIDTH] for line in lines[:MOST_LINES]]
    if len(lines) > len(shown):
        shown.append(f"(and {len(lines) - len(shown)} more lines)")
    return "```diff\n" + "\n".join(shown) + "\n```"
