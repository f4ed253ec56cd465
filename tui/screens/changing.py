"""Changing what a team at work is about to do, one question after another."""

import asyncio
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import PurePath
from typing import TYPE_CHECKING, Final

from tui.screens.base import SessionBase
from tui.views import changes
from tui.views.changes import Offer
from workspaces.history import events as e

if TYPE_CHECKING:
    from tui.books import Books

_DONE_TO_IT: Final = (e.AgentStopped, e.AgentStarted, e.TestsEnded)
"""Events that are the agent's without being its doing; a test run ends while it goes on."""


class ChangeCommands(SessionBase):
    """The actions that change something."""

    books: "Books"

    def action_change(self) -> None:
        """Choose what to change around the selected agent."""
        if self._at_work():
            self.run_worker(self._offer(self.selected), group="change", exclusive=True)

    def action_hold(self) -> None:
        """Hold the selected agent, or let it go."""
        if self._at_work():
            held = self.picture.state.agents[self.selected].stopped == changes.HELD
            self.order("go" if held else "hold", self.selected)

    def action_say(self) -> None:
        """Write to the selected agent."""
        if self._at_work():
            self._say(self.selected, self.selected)

    def _at_work(self) -> bool:
        if not self.feed.live:
            self.say("This is what happened: only a fork of it can go another way (f).")
        elif self.picture.state.ended:
            self.say("The session has ended: nothing in it can change.")
        elif not self.selected:
            self.say("There is no team yet.")
        else:
            return True
        return False

    async def _offer(self, agent: str) -> None:
        in_hand = await asyncio.to_thread(self._in_hand, agent)
        if agent in self.picture.state.agents:
            offered = changes.offers(agent, self.picture, in_hand)
            self._choose(f"change · {agent}", offered, partial(self._turn_to, agent))

    def _in_hand(self, agent: str) -> bool:
        """Whether the agent's last step is the end of a reply, whatever was done to it since."""
        last = self.books.last_step(self.picture.state.seq, (agent,), but=_DONE_TO_IT)
        return any(isinstance(event, e.ReplyEnded) for event in self.books.events(last))

    def _choose(self, title: str, offered: Sequence[Offer], then: Callable[[str], None]) -> None:
        from tui.screens.menu import Choice, MenuScreen

        choices = [Choice(o.key, o.words, o.hint, o.refused) for o in offered]

        def chosen(key: str | None) -> None:
            if key is not None:
                then(key)

        self.app.push_screen(MenuScreen(title, choices), chosen)

    def _ask(self, title: str, hint: str, then: Callable[[str], None], text: str = "") -> None:
        from tui.screens.editing import LineScreen

        def answered(words: str | None) -> None:
            if words is not None:
                then(words)

        self.app.push_screen(LineScreen(title, hint, text), answered)

    def _edit(self, title: str, text: str, then: Callable[[str], None], suffix: str = "") -> None:
        from tui.screens.editing import TextScreen

        def answered(new: str | None) -> None:
            if new is not None:
                then(new)

        self.app.push_screen(TextScreen(title, text, suffix or ".txt"), answered)

    def _turn_to(self, agent: str, what: str) -> None:
        state = self.picture.state
        match what:
            case "say":
                self._say(agent, agent)
            case "say-all":
                self._say("all", "everyone")
            case "mail":
                letters = changes.letters(state.agents[agent], state)
                self._choose(f"mail to {agent}", letters, partial(self._letter, agent))
            case "edit-reply":
                self.run_worker(self._edit_reply(agent), group="change", exclusive=True)
            case "delay-reply":
                self._ask(
                    f"Hold {agent} for how many seconds?",
                    "10",
                    lambda seconds: self.order(what, f"{agent} {seconds}"),
                )
            case "reorder-replies":
                others = [name for name in state.agents if name != agent]
                self.order(what, " ".join((agent, *others)))
            case "assign":
                tasks = changes.assignable(agent, state)
                title = f"give {agent}"
                self._choose(title, tasks, lambda task: self.order(what, f"{task} {agent}"))
            case "release":
                held = changes.held(state)
                self._choose("take from its holder", held, partial(self.order, what))
            case "model":
                self._ask(
                    f"{agent} is which model, from its next turn on?",
                    "simulated, openai/gpt-5.2, … (crosstalk models lists them)",
                    lambda model: self.order(what, f"{agent} {model}"),
                    state.agents[agent].model,
                )
            case "write":
                self._choose("edit a file as yourself", changes.files(state), self._file)
            case "faults":
                self.call_later(self.run_action, "faults")
            case _:
                self.order(what, agent)

    def _say(self, to: str, name: str) -> None:
        self._ask(f"What to write to {name}?", "", lambda text: self.order("say", f"{to} {text}"))

    # Mail

    def _letter(self, agent: str, number: str) -> None:
        deeds = changes.deeds(int(number), self.picture.state.agents[agent])
        title = f"message #{number} to {agent}"
        self._choose(title, deeds, partial(self._do_to_letter, agent, int(number)))

    def _do_to_letter(self, agent: str, number: int, deed: str) -> None:
        state = self.picture.state
        which = f"{number}@{agent}"
        message = state.message(number)
        if deed == "edit-message" and message:
            self._edit(
                f"Message #{number} as {agent} will read it",
                message.text_for(agent),
                lambda text: self.order(deed, f"{which} {text}"),
            )
        elif deed == "delay-message":
            self._ask(
                "Keep it back for how many seconds?",
                "empty: until you let it go",
                lambda seconds: self.order(deed, f"{which} {seconds}".strip()),
            )
        elif deed == "reorder-mail":
            unread = state.agents[agent].unread
            self.order(deed, f"{agent} {changes.sequence(number, unread)}")
        else:
            self.order(deed, which)

    # Replies and files

    async def _edit_reply(self, agent: str) -> None:
        cut = await asyncio.to_thread(self.books.cut, self.picture.state.seq)
        text = changes.reply_of(agent, cut)
        self._edit(
            f"The reply of {agent}; its actions are carried out as they stand here",
            text,
            lambda new: self.order("edit-reply", f"{agent} {new}"),
        )

    def _file(self, path: str) -> None:
        if path == changes.NEW:
            self._ask("Which file?", "mean.py", self._write)
        else:
            self._write(path)

    def _write(self, path: str) -> None:
        last = self.picture.state.latest(path)
        text = self.picture.state.text(last.blob) if last and last.blob else ""
        if text is None:
            self.say(f"The text of {path} is not in the history.")
            return
        self._edit(
            f"{path}, written by you",
            text,
            lambda new: self.order("write", f"{path}\n{new}"),
            PurePath(path).suffix,
        )
