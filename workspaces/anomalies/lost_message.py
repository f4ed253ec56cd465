"""Lost messages: what was said and did not arrive, or arrived and was not answered.

Exact in its first three rules; the fourth is a judgement on what a question is (`questions`).

- `undelivered`: the receiver has begun `TURNS` turns since the sending without the delivery, or one
  and the session ended; a receiver that stopped for good counts at the end. One whose next turn
  never came is not reported: the session was over before anybody could have read it;
- `unknown`: it was sent to nobody on the team;
- `pushed-out`: it was delivered, and left out of the context before any call of the model showed
  it;
- `unanswered`: a question to one agent; `DEADLINE` turns after its delivery the receiver has sent
  the asker nothing. Questions in messages to several agents are rhetorical.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from workspaces.anomalies.doubt import doubted
from workspaces.anomalies.finding import Finding, Kind, Severity, Step, Verdict
from workspaces.anomalies.questions import is_question
from workspaces.anomalies.witness import counted, each_once, witness
from workspaces.history import events as e
from workspaces.history.state import State

TURNS = 2
DEADLINE = 3
MOST_OPEN = 64
"""Undelivered messages, and questions, of one receiver that are kept; the oldest go first."""


@dataclass(slots=True)
class _Open:
    sent: e.MessageSent
    turns: int = 0
    delivered: int = 0


class LostMessages:
    """Follows each message to its receivers, and each question to its answer."""

    kinds = (Kind.LOST_MESSAGE,)
    events = (
        e.MessageSent,
        e.MessageDelivered,
        e.ContextTrimmed,
        e.TurnStarted,
        e.SessionEnded,
    )

    def __init__(self) -> None:
        self._mail: dict[str, dict[int, _Open]] = {}
        self._questions: dict[str, dict[int, _Open]] = {}
        self._delivered: dict[str, dict[int, e.MessageSent]] = {}
        """By receiver: what was delivered in the last turns, which may yet be pushed out."""

    def observe(self, event: e.AnyEvent, state: State) -> Iterable[Finding]:
        """The messages that `event` shows to be lost."""
        match event:
            case e.MessageSent():
                return list(self._sent(event, state))
            case e.MessageDelivered():
                self._arrived(event)
            case e.ContextTrimmed():
                return list(self._trimmed(event))
            case e.TurnStarted():
                return list(self._turn(event, state))
            case e.SessionEnded():
                return list(self._ended(event, state))
        return ()

    def _sent(self, event: e.MessageSent, state: State) -> Iterator[Finding]:
        for name in each_once(event.to):
            if name in state.agents:
                _keep(self._mail.setdefault(name, {}), event.seq, _Open(event))
            elif name not in (e.USER, e.SESSION):
                yield _finding(event, name, event, "unknown", 0)
        asked = self._questions.get(event.agent, {})
        for seq in [s for s, q in asked.items() if q.sent.agent in event.to]:
            del asked[seq]

    def _arrived(self, event: e.MessageDelivered) -> None:
        mail = self._mail.get(event.agent, {}).pop(event.message, None)
        if mail is None:
            return
        sent = mail.sent
        _keep(self._delivered.setdefault(event.agent, {}), event.message, sent)
        if len(sent.to) == 1 and sent.to[0] != sent.agent and is_question(sent.text):
            question = _Open(sent, delivered=event.seq)
            _keep(self._questions.setdefault(event.agent, {}), sent.seq, question)

    def _trimmed(self, event: e.ContextTrimmed) -> Iterator[Finding]:
        delivered = self._delivered.get(event.agent, {})
        for number in event.messages:
            sent = delivered.pop(number, None)
            self._questions.get(event.agent, {}).pop(number, None)
            if sent:
                yield _finding(sent, event.agent, event, "pushed-out", 0)

    def _turn(self, event: e.TurnStarted, state: State) -> Iterator[Finding]:
        gap = state.gaps.last(event.agent)
        mail = self._mail.get(event.agent, {})
        for seq, entry in list(mail.items()):
            entry.turns += 1
            if entry.turns >= TURNS:
                del mail[seq]
                finding = _finding(entry.sent, event.agent, event, "undelivered", entry.turns)
                yield doubted(finding, gap > seq)
        asked = self._questions.get(event.agent, {})
        for seq, entry in list(asked.items()):
            entry.turns += 1
            if entry.turns > DEADLINE:
                del asked[seq]
                finding = _finding(
                    entry.sent, event.agent, event, "unanswered", DEADLINE, entry.delivered
                )
                yield doubted(finding, gap > entry.delivered)

    def _ended(self, event: e.SessionEnded, state: State) -> Iterator[Finding]:
        for name, mail in self._mail.items():
            stopped = state.agents[name].stopped
            for entry in [m for m in mail.values() if m.turns or stopped]:
                del mail[entry.sent.seq]
                finding = _finding(entry.sent, name, event, "undelivered", entry.turns)
                yield doubted(finding, state.gaps.of(name, entry.sent.seq))


def _keep(kept: dict[int, _Open] | dict[int, e.MessageSent], seq: int, entry: object) -> None:
    if len(kept) >= MOST_OPEN:
        del kept[next(iter(kept))]
    kept[seq] = entry  # type: ignore[assignment]  # each dictionary is given its own kind


_SEVERITY = {
    "undelivered": Severity.MEDIUM,
    "unknown": Severity.LOW,
    "pushed-out": Severity.MEDIUM,
    "unanswered": Severity.LOW,
}


def _finding(
    sent: e.MessageSent, name: str, event: e.AnyEvent, rule: str, turns: int, delivered: int = 0
) -> Finding:
    sender = sent.agent
    since = f"{name} has begun {counted(turns, 'turn')} since"
    if isinstance(event, e.SessionEnded):
        since = f"the session ended, {since}" if turns else f"the session ended, {name} had stopped"
    words, after = {
        "undelivered": (f"was not delivered: {since}", f"{since}, without the delivery"),
        "unknown": ("went to nobody: there is no such agent", "there is no such agent"),
        "pushed-out": (
            "was pushed out of the context before the model had seen it",
            f"it was left out of {name}'s context before any call had shown it",
        ),
        "unanswered": (
            f"asked a question; {name} has not answered in {counted(turns, 'turn')}",
            f"{name} had {counted(turns, 'turn')} and has sent {sender} nothing",
        ),
    }[rule]
    middle = [Step(delivered, f"{name} received it")] if delivered else []
    asks = "asked" if rule == "unanswered" else "sent a message to"
    return Finding(
        id=f"{Kind.LOST_MESSAGE}:{sent.seq}:{name}:{rule}",
        kind=Kind.LOST_MESSAGE,
        severity=_SEVERITY[rule],
        verdict=Verdict.FOUND,
        agents=each_once((sender, name)),
        witness=witness(
            Step(sent.seq, f"{sender} {asks} {name}"),
            middle,
            Step(event.seq, after),
        ),
        summary=f"{sender}'s message to {name} {words}.",
        seq=event.seq,
        t=event.t,
        case=f"message:{sent.seq}",
        facts={"rule": rule, "turns": str(turns)},
    )
