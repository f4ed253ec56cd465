"""Changed signatures: a function's parameters changed under a caller who could not have known.

A kind of write skew that is found in the code. A judgement in one respect: it follows calls by
plain names of a module's top-level functions, and no others. Agent A's write of module m changed or
took away function f (compared with the version it replaced); agent B's write of file c imports f
from m and calls it; the writes are concurrent; c's is the newest version of c. Reported when the
call fits the old parameters and not the new ones, as Python would check it. Not reported: calls
that fit both or neither, functions with decorators, and calls whose arguments hide behind `*`.
"""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from workspaces.anomalies.finding import Finding, Kind, Lines, Severity, Step, Verdict
from workspaces.anomalies.imports import uses
from workspaces.anomalies.signatures import Call, Signature
from workspaces.anomalies.sketches import sketch
from workspaces.anomalies.sources import is_python, parse
from workspaces.anomalies.witness import each_once, witness
from workspaces.anomalies.writes import tasks_of, text_at, verb
from workspaces.history.clocks import precedes
from workspaces.history.events import SESSION, AnyEvent, FileWritten
from workspaces.history.state import State

MOST_CHANGES = 8
"""Changes of one module's signatures that are kept, the newest."""
MOST_CALLERS = 64
"""Files that import one module that are kept, those written last."""


class _Change(NamedTuple):
    name: str
    old: Signature
    new: Signature | None


class BrokenCallers:
    """Compares each write's signatures with the calls of others, and its calls with theirs.

    Texts are parsed only when two concurrent writes meet of which one seems to have changed a
    definition's header and the other to import the file.
    """

    kinds = (Kind.WRITE_SKEW,)
    events = (FileWritten,)

    def __init__(self) -> None:
        self._changers: dict[str, list[tuple[FileWritten, tuple[str, ...]]]] = {}
        """By module: writes that seem to change headers, and of which names."""
        self._callers: dict[str, dict[str, tuple[FileWritten, str]]] = {}
        """By module and path: the newest writes that seem to import it, with their texts."""
        self._imports: dict[str, tuple[str, ...]] = {}

    def observe(self, event: AnyEvent, state: State) -> Iterable[Finding]:
        """The calls that `event` broke, or that were broken before it came."""
        if not isinstance(event, FileWritten) or event.where or not is_python(event.path):
            return ()
        text = _text(event, event.version, state)
        if event.agent == SESSION or text is None:
            return ()
        return [*self._as_caller(event, text, state), *self._as_module(event, text, state)]

    def _as_caller(self, event: FileWritten, text: str, state: State) -> Iterator[Finding]:
        for module in self._imports.pop(event.path, ()):
            self._callers[module].pop(event.path, None)
        modules = sketch(text).targets(
            event.path, lambda path: path in state.files or path in state.tasks_of
        )
        self._imports[event.path] = modules
        for module in modules:
            callers = self._callers.setdefault(module, {})
            if len(callers) >= MOST_CALLERS:
                del callers[next(iter(callers))]
            callers[event.path] = event, text
            for changer, names in self._changers.get(module, ()):
                if not precedes(changer, event) and any(name in text for name in names):
                    yield from _broken(changer, event, text, event, state)

    def _as_module(self, event: FileWritten, text: str, state: State) -> Iterator[Finding]:
        before = _text(event, event.replaced, state)
        if not before:
            return
        old, new = sketch(before).headers, sketch(text).headers
        names = tuple(name for name, header in old.items() if new.get(name) != header)
        if not names:
            return
        changers = self._changers.setdefault(event.path, [])
        changers.append((event, names))
        del changers[:-MOST_CHANGES]
        for caller, calling in tuple(self._callers.get(event.path, {}).values()):
            if not precedes(caller, event) and any(name in calling for name in names):
                yield from _broken(event, caller, calling, event, state)


def _text(write: FileWritten, version: int, state: State) -> str | None:
    return text_at(write.path, version, state)


def _broken(
    changer: FileWritten, caller: FileWritten, text: str, event: FileWritten, state: State
) -> Iterator[Finding]:
    """For each changed function the first call in the caller's text that no longer fits."""
    source = parse(text)
    if source is None:
        return
    use = uses(caller.path, source, changer.path.__eq__).get(changer.path)
    if use is None:
        return
    for change in _changed(changer, state):
        for call in source.calls:
            if use.locals.get(call.target) != change.name or not change.old.fits(call):
                continue
            if change.new is None or change.new.fits(call) is False:
                yield _finding(changer, caller, change, call, event, state)
                break


def _changed(write: FileWritten, state: State) -> list[_Change]:
    """The functions whose parameters the write changed, or that it took away."""
    before, after = _text(write, write.replaced, state), _text(write, write.version, state)
    old = parse(before) if before else None
    new = parse(after) if after is not None else None
    if old is None or new is None:
        return []
    return [
        _Change(name, signature, new.signatures.get(name))
        for name, signature in old.signatures.items()
        if new.signatures.get(name) != signature
        and (name in new.signatures or name not in new.symbols)
    ]


def _finding(
    changer: FileWritten,
    caller: FileWritten,
    change: _Change,
    call: Call,
    event: FileWritten,
    state: State,
) -> Finding:
    author, user = changer.agent, caller.agent
    module, path = changer.path, caller.path
    now = f"{change.name}{change.new}" if change.new else "gone"
    return Finding(
        id=f"{Kind.WRITE_SKEW}:{module}:{change.name}:{path}:{changer.seq}:{caller.seq}",
        kind=Kind.WRITE_SKEW,
        severity=Severity.HIGH,
        verdict=Verdict.FOUND,
        agents=(author, user) if changer.seq < caller.seq else (user, author),
        paths=(path, module),
        tasks=each_once((*tasks_of(changer, state), *tasks_of(caller, state))),
        witness=witness(
            Step(
                changer.seq,
                f"{author} {verb(changer)} {module}: {change.name}{change.old} is now {now}",
            ),
            Step(
                caller.seq,
                f"{user} {verb(caller)} {path}, which calls it as before in line "
                f"{call.line}, without having seen that",
            ),
        ),
        lines=(Lines(path, call.line, call.line),),
        summary=f"{author} changed {change.name}{change.old} of {module} to {now} while {user} "
        f"wrote {path}, whose call in line {call.line} no longer fits.",
        seq=event.seq,
        t=event.t,
        case=f"write:{event.seq}",
        facts={"rule": "signature", "function": change.name, "line": str(call.line)},
    )
