"""The shapes of the screen: each carries its meaning without colour and takes one cell."""

from typing import Final

from workspaces.anomalies.finding import Severity

ACTIVITY: Final = {
    "waiting": "◦",
    "thinking": "◇",
    "streaming": "◆",
    "retrying": "↺",
    "acting": "▪",
    "testing": "▷",
    "paused": "‖",
    "ended": "■",
    "crashed": "✗",
    "frozen": "❆",
    "removed": "⊗",
    "held": "⊣",
}
"""What an agent does."""

TASK: Final = {
    "open": "○",
    "blocked": "◔",
    "held": "◐",
    "raced": "◑",
    "unverified": "◕",
    "done": "●",
    "closed": "⊖",
}
"""How far a task is."""

SEVERITY: Final = {
    Severity.INFO: "·",
    Severity.LOW: "~",
    Severity.MEDIUM: "!",
    Severity.HIGH: "‼",
}
"""How grave a finding is."""

SEVERITY_ROLE: Final = {
    Severity.INFO: "dim",
    Severity.LOW: "info",
    Severity.MEDIUM: "warn",
    Severity.HIGH: "bad",
}

UNKNOWN: Final = "?"
"""A verdict that nobody can prove either way."""

WROTE: Final = "✎"
READ: Final = "⌕"
LISTED: Final = "≡"
CLAIMED: Final = "⚑"
ASSIGNED: Final = "⚐"
RELEASED: Final = "↩"
COMPLETED: Final = "✓"
VERIFIED: Final = "✔"
ADDED: Final = "⊕"
CLOSED: Final = "⊖"
BACKUP: Final = "⇉"
SILENT: Final = "♡"
SCRIPT: Final = "❯"
LEAD: Final = "★"
FAILED: Final = "✗"
REFUSED: Final = "⊘"
TESTS: Final = "▷"
MESSAGE: Final = "✉"
WAITED: Final = "…"
OUTSIDE: Final = "↯"
UNCONTROLLED: Final = "∅"
OPTIMISTIC: Final = "≟"
LEASED: Final = "⚷"
UNLEASED: Final = "⚬"
WORKTREE: Final = "⋎"
UPDATED: Final = "⇣"
MERGED: Final = "⇡"
MOVED: Final = "⇄"
FAULT: Final = "⌁"
STARTED: Final = "↻"
TRIMMED: Final = "✁"
HAND: Final = "⚒"
FORKED: Final = "⑂"
MORE: Final = "⋯"
"""What agents do and what becomes of it."""
