"""Replies that have come and are being carried out, where a person may still change them.

From the end of a reply to its first action lies a moment in which it can be edited or dropped:
it takes no time of the session's, but a breakpoint (`event:reply-ended`), a pause or a held agent
makes it last.
"""

from dataclasses import dataclass
from typing import Final

from agents.protocol.actions import AnyAction
from agents.protocol.reply import Reply
from agents.runtime.recorder import Recorder
from agents.runtime.steps import Steps
from agents.runtime.usage import UsageError
from workspaces.history import events as e

_HOW: Final = "Stop the team where it has ended: break event:reply-ended agent:{}."


@dataclass(slots=True)
class Landing:
    """`taken` is how many steps of the agent had been taken when its reply ended."""

    turn: int
    actions: list[AnyAction]
    taken: int
    done: int = 0


class Landings:
    """The replies in hand, one of each agent at most."""

    def __init__(self, recorder: Recorder, steps: Steps) -> None:
        self._recorder = recorder
        self._steps = steps
        self._replies: dict[str, Landing] = {}

    def arrived(self, agent: str, turn: int, reply: Reply) -> None:
        """The agent's reply has ended, and nothing of it is carried out yet."""
        taken = self._steps.taken[agent]
        self._replies[agent] = Landing(turn, reply.actions(), taken)

    def next(self, agent: str) -> AnyAction | None:
        """The action to carry out next, `None` after the last."""
        reply = self._replies[agent]
        return reply.actions[reply.done] if reply.done < len(reply.actions) else None

    def carried_out(self, agent: str) -> None:
        """The action that was `next` is done or refused."""
        self._replies[agent].done += 1

    def landed(self, agent: str) -> None:
        """The turn is over."""
        self._replies.pop(agent, None)

    def edit(self, agent: str, text: str) -> None:
        """Have `text` count as the agent's reply. Raises `UsageError` unless it is in hand."""
        reply = self.check(agent)
        self._recorder.record(e.ReplyEdited(agent=e.USER, of=agent, turn=reply.turn, text=text))
        self._change(agent, reply, Reply((text,)))

    def drop(self, agent: str) -> None:
        """Have the agent's reply count as not given. Raises `UsageError` unless it is in hand."""
        reply = self.check(agent)
        self._recorder.record(e.ReplyDropped(agent=e.USER, of=agent, turn=reply.turn))
        self._change(agent, reply, Reply())

    def _change(self, agent: str, reply: Landing, to: Reply) -> None:
        reply.actions = to.actions()
        self._steps.withdraw(agent)

    def check(self, agent: str) -> Landing:
        """The agent's reply, of which nothing has been carried out. Raises `UsageError` when
        there is none in hand."""
        reply = self._replies.get(agent)
        if reply is None:
            raise UsageError(
                f"No reply of {agent} is in hand",
                "it has not ended, or was carried out",
                _HOW.format(agent),
            )
        if self._steps.taken[agent] != reply.taken:
            raise UsageError(f"The reply of {agent} is being carried out", "", _HOW.format(agent))
        return reply
