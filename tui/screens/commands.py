"""What a person can do on the session screen: one action per key.

Apart from the screen itself so that each stays short; it is mixed into it.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING

from tui.replay import ReplayFeed
from tui.screens.base import SessionBase
from tui.views.line import Line, data

if TYPE_CHECKING:
    from tui.widgets.pane import AgentPane


class Commands(SessionBase):
    """The actions of the session screen."""

    # The run

    def action_pause(self) -> None:
        """Pause or continue the team, or the replay."""
        if isinstance(self.feed, ReplayFeed):
            self.feed.play(not self.feed.playing)
            self.redraw()
        elif self.picture.state.ended:
            self.say("The session has ended.")
        else:
            self.order("continue" if self.picture.state.paused else "pause")

    def action_stop(self) -> None:
        """Stop the session, after asking."""
        if not self.feed.live or self.picture.state.ended:
            self.say("There is no team at work.")
            return
        from tui.screens.confirm import ConfirmScreen

        def answered(yes: bool | None) -> None:
            if yes:
                self.order("stop")

        question = ConfirmScreen(
            "Stop this session?",
            "The team's work so far stays, in the workspace and in the history.",
            "Stop it",
        )
        self.app.push_screen(question, answered)

    # Panes

    @property
    def pane(self) -> "AgentPane | None":
        """The pane that has the focus, or is zoomed."""
        if self.tiles.zoomed:
            return self.tiles.zoomed
        return next((pane for pane in self.tiles.panes if pane.has_focus_within), None)

    def action_next_agent(self, by: int) -> None:
        """Give the focus to the next pane."""
        panes = self.tiles.panes
        if not panes:
            return
        now = self.pane
        place = (panes.index(now) + by) % len(panes) if now else 0 if by > 0 else -1
        if self.tiles.zoomed:
            self.zoom_to(panes[place])
        panes[place].take_focus()
        panes[place].scroll_visible(animate=False)

    def action_zoom(self) -> None:
        """Show the pane that has the focus alone, or all again."""
        pane = self.pane or next(iter(self.tiles.panes), None)
        self.zoom_to(None if self.tiles.zoomed else pane)

    def zoom_to(self, pane: "AgentPane | None") -> None:
        """Show `pane` alone, or all."""
        before = self.tiles.zoomed
        self.tiles.zoom(pane)
        if focus := pane or before:
            self.call_after_refresh(focus.take_focus)
        self.call_after_refresh(self.redraw)

    def action_details(self) -> None:
        """Show or hide the details of all panes."""
        expanded = not any(pane.stream.expanded for pane in self.tiles.panes)
        for pane in self.tiles.panes:
            pane.stream.expand_details(expanded)
        self.redraw()

    def action_back(self) -> None:
        """All panes again, or from the list to the panes."""
        if self.tiles.zoomed:
            self.zoom_to(None)
        elif self.dock_view.roll.has_focus:
            self.action_list()

    # Dock

    def action_dock(self) -> None:
        """Show or hide the dock."""
        self.dock_wanted = not self.dock_wanted
        if not self.dock_wanted and self.dock_view.roll.has_focus:
            self.action_list()
        self.lay_out(self.size)
        self.call_after_refresh(self.redraw)

    def action_list(self) -> None:
        """From the panes to the list, or back."""
        if self.dock_view.roll.has_focus:
            self.set_focus(None)
            self.action_next_agent(1)
            return
        if not self.dock_wanted:
            self.action_dock()
        self.dock_view.roll.focus()

    def action_tab(self, name: str) -> None:
        """Turn the dock to a list, and go there."""
        if not self.dock_wanted:
            self.action_dock()
        self.turn_to(name)
        self.dock_view.roll.focus()

    def turn_to(self, name: str) -> None:
        """Turn the dock to a list."""
        self.drawing.tab = name
        self.redraw()

    def open_entry(self, tab: str, key: str) -> None:
        """Open an entry of one of the dock's lists."""
        if tab == "Findings":
            for case in self.picture.cases:
                if case.id == key:
                    self.open_finding(case)
            return
        from tui.views import details

        if tab == "Tests":
            outputs = self.picture.outputs
            self.open_sheet(
                "test run", lambda width: details.test_run(self.picture, key, outputs, width)
            )
        else:
            view = {"Tasks": details.task, "Files": details.file, "Messages": details.message}[tab]
            name = "message" if tab == "Messages" else key
            self.open_sheet(name, lambda width: view(self.picture, key, width))

    def open_sheet(self, title: str, make: Callable[[int], list[Line]]) -> None:
        """Open lines over the screen."""
        from tui.screens.sheet import SheetScreen

        self.app.push_screen(SheetScreen(((data(f" {title} ", "bold"),), ()), make))

    # Help

    def action_help(self) -> None:
        """Show all keys."""
        from tui.screens.help import HelpScreen

        self.app.push_screen(HelpScreen(), self._run_chosen)

    async def _run_chosen(self, action: str | None) -> None:
        if action:
            await self.run_action(action)

    def action_numbers(self) -> None:
        """Show where the time goes."""
        from tui.views import details

        self.open_sheet("numbers", lambda width: details.numbers(self.picture, width))
