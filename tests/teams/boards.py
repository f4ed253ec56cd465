"""States in which policies decide, made of events."""

from collections.abc import Sequence

from agents.protocol.observations import Inbox, Observations
from agents.teams import rights
from agents.teams.heartbeats import Heartbeats
from workspaces.history import events as e
from workspaces.history.state import State

CHAIN = (
    e.TaskAdded(task="t1", title="one", files=("one.py",)),
    e.TaskAdded(task="t2", title="two", files=("two.py",), dependencies=("t1",)),
    e.TaskAdded(task="t3", title="three", files=("three.py",)),
    e.TaskAdded(task="t4", title="four", files=("four.py",)),
)


class Board:
    """A team's state, its observations and its heartbeats, as a session keeps them."""

    def __init__(
        self,
        team: str,
        agents: int = 3,
        tasks: Sequence[e.TaskAdded] = CHAIN,
        cadence: str = "rounds",
        recovery: str = "none",
    ) -> None:
        self.state = State()
        self.observations = Observations(3)
        self.beats = Heartbeats()
        self._seq = 0
        self.now = 0.0
        members = tuple(
            e.Member(name=f"a{k + 1}", model="m", role=rights.role(team, k, agents))
            for k in range(agents)
        )
        settings = e.Settings(
            suite="s",
            team=team,
            control="none",
            cadence=cadence,
            timing="virtual",
            seed=0,
            max_rounds=9,
            recovery=recovery,
            verified=team == "adaptive",
        )
        self.record(
            e.SessionStarted(
                session="s", schema=1, version="", wall_time="", settings=settings, members=members
            ),
            *tasks,
        )

    def record(self, *events: e.AnyEvent) -> None:
        """What happens next."""
        for event in events:
            self._seq += 1
            stamped = type(event)(
                **{name: getattr(event, name) for name in event.__struct_fields__}
                | {"seq": self._seq, "t": self.now}
            )
            self.state.apply(stamped)
            self.observations.observe(stamped, self.state)
            self.beats.observe(stamped, self.state)

    def turn(self, agent: str, *events: e.AnyEvent) -> None:
        """A turn of `agent` in which that happens."""
        turn = self.state.agents[agent].turn + 1
        self.record(
            e.TurnStarted(agent=agent, turn=turn, round=self.state.round, prompts=()),
            e.ReplyEnded(agent=agent, turn=turn, tokens_in=1, tokens_out=1, seconds=1.0),
            *events,
            e.TurnEnded(agent=agent, turn=turn),
        )

    def round(self, **happens: e.AnyEvent) -> None:
        """A round in which every agent has a turn; `happens` names what some do in it."""
        number = self.state.round + 1
        self.record(e.RoundStarted(round=number))
        for name in self.state.agents:
            self.turn(name, *((happens[name],) if name in happens else ()))
        self.record(e.RoundEnded(round=number))

    def inbox(self, agent: str) -> Inbox:
        """What the agent has yet to be told."""
        return self.observations.inboxes[agent]


def wrote(agent: str, path: str) -> e.FileWritten:
    """A write."""
    return e.FileWritten(
        agent=agent, turn=1, path=path, version=1, base=0, replaced=0, blob="b", size=1
    )
