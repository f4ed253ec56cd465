"""Going on in small steps: a team at work takes one and stands still; in a recording one goes to
where such a step ends."""

import asyncio
from collections.abc import Callable
from functools import cached_property, partial
from typing import Final

from agents.debugger.breakpoints import Hit
from tui.replay import ReplayFeed
from tui.screens.base import AGAIN_SECONDS, SessionBase
from workspaces.history import events as e

AT_A_TIME: Final = 2_000
"""Events that are looked at before somebody else may have a turn."""


class StepCommands(SessionBase):
    """The actions that take steps, and what is told when one is over."""

    _stood: e.SessionPaused | None = None
    _hit: Hit | None = None

    @cached_property
    def _looking(self) -> asyncio.Lock:
        return asyncio.Lock()

    def action_next(self) -> None:
        """The next action of anybody."""
        self._by("action", "", e.Event)

    def action_turn(self) -> None:
        """To the end of the selected agent's turn; with none selected, of anybody's."""
        pane = self.pane
        self._by("turn", pane.agent if pane else "", e.TurnEnded)

    def action_round(self) -> None:
        """To the end of the round."""
        self._by("round", "", e.RoundEnded)

    def _by(self, unit: str, agent: str, end: type[e.Event]) -> None:
        if not isinstance(self.feed, ReplayFeed):
            if self.picture.state.ended:
                self.say("The session has ended.")
            else:
                self.order("step", f"{unit} {agent}".strip())
            return
        names = {agent} if agent else set(self.picture.roster)

        def fits(event: e.AnyEvent) -> bool:
            acted = unit == "round" or event.agent in names
            return isinstance(event, end) and event.steps and acted

        missing = f"No {unit} of {agent} ends" if agent else f"No {unit} ends"
        self.run_worker(self._look(self.feed, fits, missing), group="step")

    async def _look(
        self, feed: ReplayFeed, fits: Callable[[e.AnyEvent], bool], missing: str
    ) -> None:
        """Go to the first event beyond the place of `feed` that `fits`."""
        async with self._looking:  # keys that are pressed fast each have their step
            at = feed.goal
            while events := await asyncio.to_thread(feed.tape.events, at, at + AT_A_TIME):
                for event in events:
                    if fits(event):
                        feed.seek_event(event.seq)
                        self.reveal_soon(event.seq)
                        return
                at += len(events)
            self.say(f"{missing} beyond this place.")

    # Where it stands

    def tell_stop(self) -> None:
        """Show where the team, or the recording, has been stopped, if it was at an event."""
        self._tell_hit()
        stands = self.picture.pause
        if stands == self._stood or self.feed.behind:
            return
        self._stood = stands
        if stands is None or not stands.at or not self.feed.live:
            return
        if stands.reason == "step":
            self.reveal_soon(stands.at)
        elif self.picture.author_of(stands.at) in self.picture.roster:
            self.call_after_refresh(self.go_to, stands.at)

    def _tell_hit(self) -> None:
        hit = self.feed.hit if isinstance(self.feed, ReplayFeed) else None
        if hit is not self._hit:
            self._hit = hit
            if hit:
                self.reveal_soon(hit.seq)

    def reveal_soon(self, seq: int) -> None:
        """Show the row of an event once it has been drawn."""
        self.set_timer(AGAIN_SECONDS, partial(self.reveal, seq))

    def reveal(self, seq: int) -> None:
        """Show the row of an event, as soon as the picture is there."""
        if self.feed.behind:
            self.reveal_soon(seq)
            return
        agent = self.picture.author_of(seq)
        for pane in self.tiles.panes:
            if pane.agent == agent:
                pane.stream.reveal(seq)
