"""Numbers as people read them: short, steady in width, with their unit."""

from workspaces.history.wording import plural as plural


def clock(seconds: float) -> str:
    """Session time: `0:07`, `12:34`, `1:02:03`."""
    whole = max(int(seconds), 0)
    minutes, second = divmod(whole, 60)
    hours, minute = divmod(minutes, 60)
    return f"{hours}:{minute:02}:{second:02}" if hours else f"{minute}:{second:02}"


def duration(seconds: float) -> str:
    """How long something took or takes: `0.4s`, `3.2s`, `47s`, `2m05s`, `1h02m`."""
    if seconds < 9.95:
        return f"{max(seconds, 0.0):.1f}s"
    whole = int(seconds)
    if whole < 60:
        return f"{whole}s"
    if whole < 3600:
        return f"{whole // 60}m{whole % 60:02}s"
    return f"{whole // 3600}h{whole % 3600 // 60:02}m"


def count(number: float) -> str:
    """A count in at most five characters: `812`, `3.4k`, `127k`, `1.2M`."""
    if number < 1000:
        return str(round(number))
    for unit in ("k", "M", "G"):
        number /= 1000
        if number < 9.95:
            return f"{number:.1f}{unit}"
        if number < 999.5:
            return f"{round(number)}{unit}"
    return f"{number:.0f}G"


def money(dollars: float) -> str:
    """A price: `$0.00`, `$0.0042`, `$1.37`."""
    if 0 < dollars < 0.01:
        return f"${dollars:.4f}"
    return f"${dollars:.2f}"


def cost(dollars: float, unpriced: int) -> str:
    """What replies cost of which `unpriced` have no known price: `$1.37`, `$1.37+?`, `?`."""
    if not unpriced:
        return money(dollars)
    return f"{money(dollars)}+?" if dollars else "?"


def share(part: float) -> str:
    """A part of one in percent, `0%` to `100%`."""
    return f"{round(100 * min(max(part, 0.0), 1.0))}%"


def lines_in(text: str) -> int:
    """How many lines a text has, a last one without its newline included."""
    return text.count("\n") + (not text.endswith("\n") and bool(text))
