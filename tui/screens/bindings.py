"""The keys of the session screen; `tui.views.keys` says in words what they do."""

from typing import Final

from textual.binding import Binding, BindingType

from tui.screens.drawing import LISTS

KEYS: Final[list[BindingType]] = [
    Binding("space", "pause", "Pause or continue", show=False),
    Binding("left_square_bracket", "finding(-1)", "Previous finding", show=False),
    Binding("right_square_bracket", "finding(1)", "Next finding", show=False),
    Binding("tab,ctrl+s", "next_agent(1)", "Next agent", show=False),
    Binding("shift+tab", "next_agent(-1)", "Previous agent", show=False),
    Binding("z,enter", "zoom", "Zoom", show=False),
    Binding("escape", "back", "Back", show=False),
    Binding("d", "dock", "Dock", show=False),
    Binding("l", "list", "List", show=False),
    Binding("m", "mute", "Mute", show=False),
    Binding("M", "show_quiet", "Show muted findings", show=False),
    Binding("a", "acknowledge", "Acknowledge", show=False),
    Binding("u", "undo", "Undo a mute", show=False),
    Binding("slash", "find", "Find, or filter findings", show=False),
    Binding("comma", "step(-1)", "Previous event", show=False),
    Binding("full_stop", "step(1)", "Next event", show=False),
    Binding("k", "skip", "Skip pauses", show=False),
    Binding("g", "goto", "Go to", show=False),
    Binding("n", "next", "Next action", show=False),
    Binding("s", "turn", "To the end of the turn", show=False),
    Binding("o", "round", "To the end of the round", show=False),
    Binding("b", "breakpoints", "Breakpoints", show=False),
    Binding("B", "next_hit", "To the next breakpoint", show=False),
    Binding("O", "order", "Order of findings", show=False),
    Binding("v", "inspect", "Look into the selected agent", show=False),
    Binding("e", "event", "Causes and effects", show=False),
    Binding("G", "graph", "Task graph", show=False),
    Binding("c", "change", "Change something", show=False),
    Binding("h", "hold", "Hold the selected agent", show=False),
    Binding("w", "say", "Write to the selected agent", show=False),
    Binding("f", "fork", "Fork", show=False),
    Binding("C", "compare", "Compare", show=False),
    Binding("F", "faults", "Inject a fault", show=False),
    Binding("i", "numbers", "Numbers", show=False),
    Binding("ctrl+o", "details", "Details", show=False),
    Binding("ctrl+x", "stop", "Stop the session", show=False),
    Binding("f1,question_mark", "help", "Help", show=False),
    Binding("minus", "speed(-1)", "Slower", show=False),
    Binding("plus,equals_sign", "speed(1)", "Faster", show=False),
    *(Binding(f"f{n}", f"tab('{name}')", name, show=False) for n, name in enumerate(LISTS, 2)),
    *(Binding(str(n), f"jump({n})", show=False) for n in range(10)),
]
