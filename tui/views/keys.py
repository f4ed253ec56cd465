"""The keys of the session screen, for its help; each names the action that a click on it runs."""

from typing import Final, NamedTuple

from tui.views.line import Line, Span, pad


class Key(NamedTuple):
    """A key as people call it, and what it does."""

    key: str
    words: str
    action: str = ""


GROUPS: Final[dict[str, tuple[Key, ...]]] = {
    "The run": (
        Key("space", "pause the team, or let it go on; in a replay, stop and play", "pause"),
        Key("n", "the next action of anybody, and stop there", "next"),
        Key("s", "to the end of the selected agent's turn (Tab selects), and stop there", "turn"),
        Key("o", "out to the end of the round, and stop there", "round"),
        Key("b", "breakpoints: where to stop, on or off; says why it stopped", "breakpoints"),
        Key("B", "go on to where a breakpoint stops it next", "next_hit"),
        Key("Ctrl+X", "stop the session for good (asks first)", "stop"),
        Key("Ctrl+Q", "close the screen; a team at work goes on without it", "app.quit"),
    ),
    "Change": (
        Key("c", "mail, replies, tasks, models, files: what can be changed now", "change"),
        Key("h", "hold the selected agent while the others go on, or let it go", "hold"),
        Key("w", "write to the selected agent", "say"),
        Key("F", "inject a fault, to see what the team makes of it", "faults"),
    ),
    "Look": (
        Key("v", "into the selected agent: context as sent, mail, tasks, files, clock", "inspect"),
        Key("e", "an event's causes and effects; Enter walks along them", "event"),
        Key("G", "the task graph", "graph"),
        Key("i", "where the time goes: busy, and idle by cause", "numbers"),
    ),
    "Findings": (
        Key("[  ]", "open the previous or next finding, and show where it happened", "finding(1)"),
        Key("Enter", "on an entry of the dock: open it"),
        Key("1 … 9  g", "in an opened finding: go to that step, or to where it was found"),
        Key("/", "list only some: by severity, kind or agent", "filter"),
        Key("O", "the gravest first, or the oldest first", "order"),
        Key("m", "mute what is chosen: its path, its kind or its agent", "mute"),
        Key("a", "acknowledge the chosen finding: seen, and quiet from now on", "acknowledge"),
        Key("u", "take a mute or an acknowledgement back", "undo"),
        Key("M", "list what is muted too, or not", "show_quiet"),
        Key("Esc", "close what is open"),
    ),
    "Panes": (
        Key("Tab  Ctrl+S", "next agent; Shift+Tab the one before", "next_agent(1)"),
        Key("z  Enter", "this pane alone, or all again; so does a double click", "zoom"),
        Key("↑ ↓ PgUp PgDn", "scroll; End follows the stream again"),
        Key("Ctrl+O", "show or hide details: long files, the output of tests", "details"),
    ),
    "Dock": (
        Key("d", "show or hide the dock", "dock"),
        Key("l", "go to the dock's list, and back", "list"),
        Key("F2 … F6", "findings, tasks, files, messages, tests"),
    ),
    "Past and replay": (
        Key(
            ",  .",
            "one event back, or on; live, into the past (Esc comes back)",
            "step(-1)",
        ),
        Key("[  ]", "to the previous or next finding, wherever it is", "finding(1)"),
        Key("0 … 9", "jump to that tenth of the recording; a click on the timeline goes there"),
        Key("-  +", "slower, faster: 0.25 to 64 times, and as fast as it can be drawn"),
        Key("k", "skip pauses, or not", "skip"),
        Key("f", "fork from what is shown: another model, team, control or message", "fork"),
        Key("C", "compare a fork with its parent, or with another session", "compare"),
        Key(
            "/  g", "go to a time (1:35), a share (50%) or an event (#1200), or find words", "goto"
        ),
    ),
    "Everywhere": (
        Key("F1  ?", "this help", "help"),
        Key("Ctrl+P", "the palette: every command by name", "app.command_palette"),
        Key("t", "next theme", "app.next_theme"),
    ),
}

SHAPES: Final = (
    ("◇ thinking  ◆ streaming  ▪ acting  ▷ testing  ◦ waiting  ‖ paused  ■ ended", "agents"),
    ("⚒ changed by you  ⊣ held  ⑂ forked  ‖ stopped here", "your hand"),
    ("✗ crashed  ❆ frozen  ⌁ a fault  ✁ left out of a context  ⇄ git moved files", "mishaps"),
    (
        "∅ none  ≟ optimistic  ⚷ lease  ⚬ lease over  ⋎ worktree  ⇣ took in  ⇡ merged  ⊘ refused",
        "control",
    ),
    ("○ open  ◔ blocked by others  ◐ held  ◑ by two  ◕ unverified  ● done  ⊖ closed", "tasks"),
    ("★ lead  ⊕ added  ✔ verified  ⇉ backup  ♡ no sign of work  ❯ script", "the team"),
    ("‼ grave  ! medium  ~ slight  · for information  ? not proven", "findings"),
)


def actions() -> dict[int, str]:
    """The action behind each line of the help that has one, by the line's number."""
    found: dict[int, str] = {}
    line = 0
    for keys in GROUPS.values():
        for place, key in enumerate(keys, line + 1):
            if key.action:
                found[place] = key.action
        line += len(keys) + 2
    return found


def help_lines(width: int) -> list[Line]:
    """The keys in groups, and what the shapes mean."""
    lines: list[Line] = []
    for group, keys in GROUPS.items():
        lines.append((Span(group, "info bold"),))
        for key in keys:
            lines.append((Span("  " + pad(key.key, 15), "accent"), Span(key.words)))
        lines.append(())
    lines.append((Span("Shapes", "info bold"),))
    for words, what in SHAPES:
        lines.append((Span("  " + pad(what, 15), "dim"), Span(words)))
    return lines
