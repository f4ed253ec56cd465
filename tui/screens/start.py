"""The start screen: what to do, without knowing a flag.

It returns the words of a command line and does nothing itself, so whatever can be chosen here can
also be typed.
"""

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Button, Label, OptionList, Select, Static
from textual.widgets.option_list import Option

from tui.recordings import Recording
from tui.views.line import clip, flat, pad

TEAMS = (
    ("decentralized: agents claim tasks themselves", "decentralized"),
    ("preassigned: every task has its owner from the start", "preassigned"),
)


class StartScreen(Screen[list[str]]):
    """Demo, a new session, a recording, or quit."""

    CSS_PATH = "start.tcss"
    AUTO_FOCUS = "#choices"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "back", "Back", show=False),
        Binding("q", "leave", "Quit", show=False),
    ]

    def __init__(self, suites: Sequence[str], recordings: Sequence[Recording]) -> None:
        """Offer `suites` for a new session, and `recordings` to open, newest first."""
        super().__init__()
        self._suites = suites
        self._recordings = recordings

    def compose(self) -> ComposeResult:
        """The choices; the form waits behind one of them."""
        with Vertical(id="start"):
            yield Static("◆ Crosstalk", id="name", markup=False)
            yield Static(
                "Watch a team of language-model agents work on one git workspace.",
                id="what",
                markup=False,
            )
            yield OptionList(*self._options(), id="choices", markup=False)
            with Vertical(id="form"):
                yield from self._form()
            yield Static("↑ ↓ choose · Enter open · t theme · q quit", id="hints", markup=False)

    def _options(self) -> list[Option | None]:
        options: list[Option | None] = [
            Option(
                _two("Demo", "four simulated agents write a library; needs no key"),
                id="demo",
            ),
            Option(_two("New session", "choose a suite, a team and its size"), id="new"),
        ]
        if self._recordings:
            options.append(None)
        for place, found in enumerate(self._recordings):
            options.append(Option(_recording(found), id=f"recording-{place}"))
        return [*options, None, Option(_two("Quit", ""), id="quit")]

    def _form(self) -> ComposeResult:
        rows = (
            ("Suite", [(name, name) for name in self._suites], "suite"),
            ("Team", list(TEAMS), "team"),
            ("Agents", [(str(n), str(n)) for n in range(1, 17)], "agents"),
        )
        chosen = {"suite": "math/p0.5", "team": "decentralized", "agents": "4"}
        for words, options, name in rows:
            with Horizontal(classes="row"):
                yield Label(words, markup=False)
                values = [value for _, value in options]
                value = chosen[name] if chosen[name] in values else values[0]
                yield Select(options, value=value, allow_blank=False, id=name, compact=True)
        yield Button("Start", id="go", variant="primary", compact=True)

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Something was chosen."""
        chosen = event.option.id or ""
        if chosen == "new":
            self.add_class("-form")
            self.query_one("#suite").focus()
        elif chosen == "demo":
            self._leave(["demo"])
        elif chosen.startswith("recording-"):
            found = self._recordings[int(chosen.removeprefix("recording-"))]
            self._leave(["attach" if found.running else "replay", str(found.folder)])
        else:
            self._leave([])

    def on_button_pressed(self, event: Button.Pressed) -> None:
        """Start what the form says."""
        suite, team, agents = (
            str(self.query_one(f"#{name}", Select).value) for name in ("suite", "team", "agents")
        )
        self._leave(["run", suite, "-n", agents, "--team", team])

    def action_back(self) -> None:
        """From the form to the choices, or out."""
        if self.has_class("-form"):
            self.remove_class("-form")
            self.query_one("#choices").focus()
        else:
            self._leave([])

    def action_leave(self) -> None:
        """Quit."""
        self._leave([])

    def _leave(self, words: list[str]) -> None:
        self.app.exit(words)


def _two(head: str, tail: str) -> Content:
    return Content.assemble((pad(head, 14), "bold"), (tail, "$foreground 60%"))


def _recording(found: Recording) -> Content:
    words = f"{found.suite} · {found.team} · {found.agents} agents"
    state = "at work" if found.running else found.status
    shape = "►" if found.running else "■"
    return Content.assemble(
        (pad("Watch" if found.running else "Replay", 14), "bold"),
        (f"{shape} {clip(flat(words), 40)}  ", "$accent" if found.running else "$foreground"),
        (flat(state), "$foreground 60%"),
    )
