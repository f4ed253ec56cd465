"""The application: themes and the first screen. Wiring only."""

from collections.abc import Iterable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from textual.app import App, SystemCommand
from textual.binding import Binding, BindingType
from textual.screen import Screen

from tui import themes

if TYPE_CHECKING:
    from workspaces.history.opening import Recording


class CrosstalkApp(App[list[str]]):
    """Shows one screen; what it returns is for the command line to carry out."""

    TITLE = "Crosstalk"
    AUTO_FOCUS = None
    CSS = "CommandPalette SearchIcon { display: none; }"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("t", "next_theme", "Next theme", show=False),
    ]

    def __init__(self, first: Screen[None] | Screen[list[str]]) -> None:
        # Textual loads the stylesheets of screens that are pushed, not of the one it starts with.
        super().__init__(css_path=list(first.css_path))
        self._first = first
        for theme in themes.OURS:
            self.register_theme(theme)
        self.theme = themes.DARK.name

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """Hues for agents in themes that have none."""
        return themes.defaults(self.current_theme.dark)

    def get_default_screen(self) -> Screen[None] | Screen[list[str]]:
        """The first screen is the only one: no blank one lies beneath it."""
        return self._first

    def get_system_commands(self, screen: Screen[Any]) -> Iterable[SystemCommand]:
        """What the palette offers: everything that has a key, and the themes by name."""
        from tui.screens.commands import Commands
        from tui.views.keys import GROUPS

        if isinstance(screen, Commands):
            for group in GROUPS.values():
                for key in group:
                    if key.action:
                        run = partial(screen.run_action, key.action)
                        yield SystemCommand(key.words.capitalize(), key.key, run)
            for name in screen.lists:
                run = partial(screen.run_action, f"tab('{name}')")
                yield SystemCommand(f"List {name.lower()}", "dock", run)
        yield SystemCommand("Choose a theme", "all themes by name", self.search_themes)

    def action_next_theme(self) -> None:
        """Turn to the next theme."""
        names = themes.CYCLE
        place = names.index(self.theme) if self.theme in names else -1
        self.theme = names[(place + 1) % len(names)]
        self.notify(self.theme, timeout=1.5, markup=False)


def run_live(history: Path) -> None:
    """Follow the session whose history is at `history`, which can be commanded, until the person
    closes the screen. Raises `HistoryError`."""
    from tui.feed import LiveFeed
    from tui.link import Link
    from tui.screens.session import SessionScreen

    folder = history.parent
    CrosstalkApp(SessionScreen(LiveFeed(history), Link(folder), str(folder))).run()


def run_replay(recording: "Recording", speed: float) -> None:
    """Play a recording until the person closes the screen."""
    from tui.foresight import Foresight
    from tui.replay import ReplayFeed
    from tui.screens.session import SessionScreen

    ahead = Foresight(recording.tape)
    ahead.start()
    feed = ReplayFeed(recording.tape, speed, ahead=ahead)
    CrosstalkApp(SessionScreen(feed, None, str(recording.folder or ""))).run()


def run_start() -> list[str]:
    """Ask what to do; the words of a command line, or none to quit."""
    from agents.suites import catalog
    from tui import recordings
    from tui.screens.start import StartScreen

    return CrosstalkApp(StartScreen(catalog.names(), recordings.recent())).run() or []
