"""Finding events of a recording by words, agents, paths and kinds.

A query is words with blanks between them, all of which must occur (in any case, anywhere), and
`agent:NAME`, `path:PATTERN`, `kind:KIND`, which narrow it down; several of one sort are
alternatives. `finding:KIND` looks for findings instead of events (`workspaces/anomalies`).
Words are looked for in what agents said (whole replies, however they streamed), wrote, sent and
were told, in titles, reasons and the output of tests. Contexts are not searched: they repeat what
is found where it arose.
"""

import shlex
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from fnmatch import fnmatchcase

from workspaces.errors import CrosstalkError
from workspaces.history import events as e

EXCERPT = 100
"""Characters of the text around a hit that are given."""


@dataclass(frozen=True, slots=True)
class Query:
    """What is looked for; see above."""

    words: tuple[str, ...] = ()
    agents: tuple[str, ...] = ()
    paths: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    findings: tuple[str, ...] = ()
    """Patterns of kinds of findings."""

    def finds(self, text: str) -> str | None:
        """What stands around the first word, if all words are in `text`."""
        folded = text.casefold()
        if not all(word in folded for word in self.words):
            return None
        return around(text, folded.find(self.words[0])) if self.words else text[:EXCERPT]

    def names(self, agents: Iterable[str], paths: Iterable[str]) -> bool:
        """Whether one of the agents and one of the paths is looked for, or any will do."""
        if self.agents and not any(agent in self.agents for agent in agents):
            return False
        return not self.paths or any(fnmatchcase(path, p) for path in paths for p in self.paths)


@dataclass(frozen=True, slots=True)
class Hit:
    """An event that fits. `text` is what stands around the first word, in one line."""

    seq: int
    t: float
    agent: str
    kind: str
    text: str


def parse(text: str) -> Query:
    """The query that a person typed; quotes keep blanks. Raises `CrosstalkError` when it is
    empty or a kind does not exist."""
    parts: dict[str, list[str]] = {"agent": [], "path": [], "kind": [], "finding": [], "": []}
    try:
        pieces = shlex.split(text)
    except ValueError:  # a quote that does not end is one to look for
        pieces = text.split()
    for piece in pieces:
        name, colon, value = piece.partition(":")
        if colon and name in parts and name and value:
            parts[name].append(value)
        else:
            parts[""].append(piece.casefold())
    if not any(parts.values()):
        raise CrosstalkError("Nothing to look for", "", "Give a word, or agent:NAME, path:*.py.")
    known = {str(kind.__struct_config__.tag) for kind in e.AnyEvent.__args__}
    for kind in parts["kind"]:
        if kind not in known:
            raise CrosstalkError(
                f"There is no kind of event called {kind}",
                "",
                "docs/transcript.schema.json names them all, such as file-written. "
                "For findings say finding:KIND.",
            )
    return Query(*(tuple(parts[name]) for name in ("", "agent", "path", "kind", "finding")))


@dataclass(slots=True)
class _Reply:
    """What an agent has said in a turn, and where each piece of it begins."""

    text: str = ""
    starts: list[tuple[int, e.Text]] = field(default_factory=list)


class Search:
    """The fold that finds what fits; give it every event in order."""

    def __init__(self, query: Query) -> None:
        self._query = query
        self._replies: dict[str, _Reply] = {}
        self._blobs: dict[str, str] = {}
        """An excerpt of each text that holds all words, by its digest."""

    def observe(self, event: e.AnyEvent) -> Iterator[Hit]:
        """The hits that are known once `event` is."""
        query = self._query
        if isinstance(event, e.Blob):
            if query.words and (found := query.finds(event.text)) is not None:
                self._blobs[event.digest] = found
            return
        if isinstance(event, e.Text):
            reply = self._replies.setdefault(event.agent, _Reply())
            reply.starts.append((len(reply.text), event))
            reply.text += event.text
            return
        if isinstance(event, e.TurnStarted | e.ReplyEnded | e.SessionEnded):
            names = [event.agent] if event.agent in self._replies else []
            for name in list(self._replies) if isinstance(event, e.SessionEnded) else names:
                yield from self._said(self._replies.pop(name))
        if not self._fits(event):
            return
        text = " ".join(_texts(event))
        excerpt = self._blobs.get(getattr(event, "blob", "")) if query.words else None
        if excerpt is None:
            excerpt = query.finds(text)
        if excerpt is not None:
            yield _hit(event, excerpt)

    def finish(self) -> Iterator[Hit]:
        """The hits in replies that never ended."""
        for reply in self._replies.values():
            yield from self._said(reply)
        self._replies.clear()

    def _said(self, reply: _Reply) -> Iterator[Hit]:
        first = reply.starts[0][1]
        if not self._fits(first) or (not self._query.words and "text" not in self._query.kinds):
            return
        if not self._query.words:
            yield _hit(first, reply.text[:EXCERPT])
            return
        folded = reply.text.casefold()
        if not all(word in folded for word in self._query.words):
            return
        at = min(folded.find(self._query.words[0]), len(reply.text) - 1)
        event = first
        for start, piece in reply.starts:
            if start <= at:
                event = piece
        yield _hit(event, around(reply.text, at))

    def _fits(self, event: e.AnyEvent) -> bool:
        query = self._query
        if query.kinds and event.__struct_config__.tag not in query.kinds:
            return False
        one = getattr(event, "path", "")
        return query.names((event.agent,), (one,) if one else getattr(event, "paths", ()))


def search(events: Iterable[e.AnyEvent], query: Query) -> Iterator[Hit]:
    """Everything in `events` that fits, in the order in which it is known."""
    found = Search(query)
    for event in events:
        yield from found.observe(event)
    yield from found.finish()


def _hit(event: e.AnyEvent, text: str) -> Hit:
    kind = str(event.__struct_config__.tag)
    return Hit(event.seq, event.t, event.agent, kind, " ".join(text.split()))


def around(text: str, at: int) -> str:
    """The words of `text` around a place in it."""
    begin = max(at - EXCERPT // 3, 0)
    return text[begin : begin + EXCERPT]


def _texts(event: e.AnyEvent) -> Iterator[str]:
    """The words of an event that is neither streamed nor stored text."""
    for name in ("task", "title", "description", "owner", "path", "text", "action", "target"):
        value = getattr(event, name, "")
        if isinstance(value, str) and value:
            yield value
    for name in ("reason", "detail", "output", "fault", "command", "argument", "goal"):
        value = getattr(event, name, "")
        if isinstance(value, str) and value:
            yield value
    for name in ("paths", "failures", "to"):
        value = getattr(event, name, ())
        if isinstance(value, tuple):
            yield from value
