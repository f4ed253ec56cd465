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
from workspaces.anomalies.imports import Uses, uses
from workspaces.anomalies.signatures import Call, Signature
from workspaces.anomalies.sources import Source, is_python, parse
from workspaces.anomalies.witness import each_once, witness
from workspaces.anomalies.writes import tasks_of, text_of, verb
from workspaces.history.clocks import precedes
from workspaces.history.events import SESSION, AnyEvent, FileWritten
from workspaces.history.state import State

MOST_CHANGES = 8
"""Changes of one module's signatures that are kept, the newest."""
MOST_CALLERS = 64
"""Files that import one module that are kept, those written last."""


class _Change(NamedTuple):
    write: FileWritten
    name: str
    old: Signature
    new: Signature | None


class _Caller(NamedTuple):
    write: FileWritten
    use: Uses
    calls: tuple[Call, ...]


class BrokenCallers:
    """Compares each write's signatures with the calls of others, and its calls with theirs."""

    kinds = (Kind.WRITE_SKEW,)
    events = (FileWritten,)

    def __init__(self) -> None:
        self._changes: dict[str, list[_Change]] = {}
        self._callers: dict[str, dict[str, _Caller]] = {}
        self._imports: dict[str, tuple[str, ...]] = {}

    def observe(self, event: AnyEvent, state: State) -> Iterable[Finding]:
        """The calls that `event` broke, or that were broken before it came."""
        if not isinstance(event, FileWritten) or event.where or not is_python(event.path):
            return ()
        if event.agent == SESSION:
            return ()
        text = text_of(state.version(event.path, event.version), state)
        source = parse(text) if text is not None else None
        if source is None:
            return ()
        return [*self._as_caller(event, source, state), *self._as_module(event, source, state)]

    def _as_caller(self, event: FileWritten, source: Source, state: State) -> Iterator[Finding]:
        for module in self._imports.pop(event.path, ()):
            self._callers[module].pop(event.path, None)
        imported = uses(
            event.path, source, lambda path: path in state.files or path in state.tasks_of
        )
        self._imports[event.path] = tuple(imported)
        for module, use in imported.items():
            caller = _Caller(event, use, source.calls)
            callers = self._callers.setdefault(module, {})
            if len(callers) >= MOST_CALLERS:
                del callers[next(iter(callers))]
            callers[event.path] = caller
            for change in self._changes.get(module, ()):
                yield from _broken(change, caller, event, state)

    def _as_module(self, event: FileWritten, source: Source, state: State) -> Iterator[Finding]:
        before = text_of(state.version(event.path, event.replaced), state)
        old = parse(before) if before else None
        if old is None:
            return
        changed = [
            _Change(event, name, signature, source.signatures.get(name))
            for name, signature in old.signatures.items()
            if source.signatures.get(name) != signature
            and (name in source.signatures or name not in source.symbols)
        ]
        if not changed:
            return
        kept = self._changes.setdefault(event.path, [])
        kept += changed
        del kept[:-MOST_CHANGES]
        for caller in tuple(self._callers.get(event.path, {}).values()):
            for change in changed:
                yield from _broken(change, caller, event, state)


def _broken(
    change: _Change, caller: _Caller, event: FileWritten, state: State
) -> Iterator[Finding]:
    """At most one finding: the first call that no longer fits."""
    one, other = sorted((change.write, caller.write), key=lambda write: write.seq)
    if change.write.agent == caller.write.agent or precedes(one, other):
        return
    for call in caller.calls:
        if caller.use.locals.get(call.target) != change.name or not change.old.fits(call):
            continue
        if change.new is None or change.new.fits(call) is False:
            yield _finding(change, caller, call, event, state)
            return


def _finding(
    change: _Change, caller: _Caller, call: Call, event: FileWritten, state: State
) -> Finding:
    author, user = change.write.agent, caller.write.agent
    module, path = change.write.path, caller.write.path
    now = f"{change.name}{change.new}" if change.new else "gone"
    return Finding(
        id=f"{Kind.WRITE_SKEW}:{module}:{change.name}:{path}:{change.write.seq}:{caller.write.seq}",
        kind=Kind.WRITE_SKEW,
        severity=Severity.HIGH,
        verdict=Verdict.FOUND,
        agents=(author, user) if change.write.seq < caller.write.seq else (user, author),
        paths=(path, module),
        tasks=each_once((*tasks_of(change.write, state), *tasks_of(caller.write, state))),
        witness=witness(
            Step(
                change.write.seq,
                f"{author} {verb(change.write)} {module}: {change.name}{change.old} is now {now}",
            ),
            Step(
                caller.write.seq,
                f"{user} {verb(caller.write)} {path}, which calls it as before in line "
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
