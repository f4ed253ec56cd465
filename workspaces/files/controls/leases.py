"""Leases: whoever writes a file holds it for a while, and an old hold is worth nothing.

A lease is taken when a task is claimed, for all files that the task names, or at the first write
to a file, for that file and all others of the task it is written for: all of them or none. It
ends when its task is completed or released; one for a file that no task of its holder names ends
with the turn. It lasts `LEASE_SECONDS` and is renewed by the holder's steps (recorded when half of
it is gone) and, between turns, by the session, since an agent that waits to be asked is not to
blame. A model that says nothing for longer than that loses it.

Nobody waits for a lease: a write to a file that another holds is refused at once. What an agent
keeps from one turn to the next are the files of its own tasks, and because it got them all at
once or none, completing such a task never needs a file that another holds. So no circle of agents
can hold each other up.

Each grant has a fencing token, which grows per path. A reply carries the tokens that its agent
held when the turn began or was given since; a write under a token older than the newest granted
is refused, however late it comes (Gray and Cheriton 1989; Kleppmann 2016). The guarantee: no
accepted zombie write. What leases do not prevent is writing a file blind after its lease ended
in good order.
"""

from collections.abc import Callable, Iterable

from workspaces.files.controls.control import Record
from workspaces.files.controls.none import NoControl
from workspaces.files.paths import PathRefused, confine
from workspaces.files.refusals import WriteRefused
from workspaces.history.events import (
    AgentStarted,
    AgentStopped,
    AnyEvent,
    LeaseEnded,
    LeaseGranted,
    LeaseRenewed,
    TurnEnded,
    TurnStarted,
)
from workspaces.history.state import State, Task

LEASE_SECONDS = 60.0
"""Longer than nearly every silence of a model in the published traces, short enough that a dead
agent's files are free again within a few rounds."""


class Leases(NoControl):
    """Grants, renews and ends the leases of the state. `now` is the session's clock."""

    name = "leases"
    tick_seconds = LEASE_SECONDS / 6

    def __init__(self, state: State, record: Record, now: Callable[[], float]) -> None:
        super().__init__(state, record)
        self._now = now
        self._newest: dict[str, int] = {}
        self._carried: dict[str, dict[str, int]] = {}
        self._replying: set[str] = set()
        self._stopped: set[str] = set()

    def observe(self, event: AnyEvent) -> None:
        """Remember tokens, and who is in a turn or has stopped."""
        super().observe(event)
        match event:
            case LeaseGranted():
                self._newest[event.path] = event.token
                self._carried.setdefault(event.agent, {})[event.path] = event.token
            case LeaseEnded(reason="released"):
                self._carried.get(event.agent, {}).pop(event.path, None)
            case TurnStarted():
                self._replying.add(event.agent)
                # The new context tells what was lost meanwhile.
                self._carried[event.agent] = {
                    path: lease.token
                    for path, lease in self._state.leases.items()
                    if lease.holder == event.agent
                }
            case TurnEnded():
                self._replying.discard(event.agent)
            case AgentStopped():
                self._stopped.add(event.agent)
            case AgentStarted():
                self._stopped.discard(event.agent)

    def admit(self, agent: str, turn: int, path: str, task: str) -> int:
        """The token of the agent's lease on `path`, which it is granted if it is free. Refuses
        with the codes `fenced` and `leased`, and in a race of two with `stale`."""
        super().admit(agent, turn, path, task)
        held = self._state.agents[agent].tasks if agent in self._state.agents else ()
        named = self._state.tasks[task].files if task in held else ()
        self._acquire(agent, (path, *_confined(named)))
        return self._state.leases[path].token

    def claim(self, agent: str, task: Task) -> None:
        """Take the leases of all the task's files, or none. Refuses as `admit` does."""
        self._acquire(agent, _confined(task.files))

    def alive(self, agent: str) -> None:
        """Renew, if half the time is gone."""
        self._expire()
        mine = [lease for lease in self._state.leases.values() if lease.holder == agent]
        now = self._now()
        if mine and min(lease.expires for lease in mine) - now < LEASE_SECONDS / 2:
            self._record(LeaseRenewed(agent=agent, expires=_rounded(now + LEASE_SECONDS)))

    def settle(self, agent: str) -> None:
        """Give back what no task of the agent's needs; a task that another does as well keeps
        nothing from one turn to the next."""
        self._expire()
        member = self._state.agents.get(agent)
        needed = {
            path
            for task in (member.tasks if member else ())
            if not self._state.tasks[task].backup
            for path in _confined(self._state.tasks[task].files)
        }
        for path, lease in list(self._state.leases.items()):
            if lease.holder == agent and path not in needed:
                self._end(path, "released")

    def race(self, task: Task) -> None:
        """End the holder's leases on the task's files. Its reply under way keeps its tokens, so
        what that still writes is refused once the other has written."""
        for path in _confined(task.files):
            if path in self._state.leases:
                self._end(path, "expired")

    def tick(self) -> None:
        """End what has run out, and renew for those who wait to be asked."""
        self._expire()
        for agent in dict.fromkeys(lease.holder for lease in self._state.leases.values()):
            if agent not in self._replying and agent not in self._stopped:
                self.alive(agent)

    def _acquire(self, agent: str, paths: Iterable[str]) -> None:
        self._expire()
        paths = tuple(dict.fromkeys(paths))
        carried = self._carried.get(agent, {})
        for path in paths:
            if path in carried and carried[path] < self._newest[path]:
                raise WriteRefused(
                    "fenced",
                    f"Your lease on {path} ran out and another has held it since (your token "
                    f"{carried[path]}, now {self._newest[path]}). Read the file before you write "
                    "it in a later turn.",
                )
        for path in paths:
            lease = self._state.leases.get(path)
            if lease and lease.holder != agent:
                left = max(1, round(lease.expires - self._now()))
                raise WriteRefused(
                    "leased",
                    f"{lease.holder} has a lease on {path} for another {left} s, longer if it goes "
                    "on working. Do something else and try again in a later turn.",
                )
        for path in paths:
            if path not in self._state.leases:
                self._record(
                    LeaseGranted(
                        agent=agent,
                        path=path,
                        token=self._newest.get(path, 0) + 1,
                        expires=_rounded(self._now() + LEASE_SECONDS),
                    )
                )

    def _expire(self) -> None:
        now = self._now()
        for path, lease in list(self._state.leases.items()):
            if lease.expires <= now:
                self._end(path, "expired")

    def _end(self, path: str, reason: str) -> None:
        lease = self._state.leases[path]
        self._record(LeaseEnded(agent=lease.holder, path=path, token=lease.token, reason=reason))


def _confined(paths: Iterable[str]) -> tuple[str, ...]:
    """The paths as the gateway spells them; a task file may name what is none."""
    found = []
    for path in paths:
        try:
            found.append(confine(path))
        except PathRefused:
            continue
    return tuple(found)


def _rounded(seconds: float) -> float:
    return round(seconds, 6)
