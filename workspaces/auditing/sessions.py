"""What a session's trailers prove: every write with what its author had read and what it replaced.

The same definitions as the live detectors, over commits instead of events; a finding has the
number of the events in its `id`, so it is the live one. Where commits are missing (a rewritten
branch, a partial clone), findings are missing, and none is made up.
"""

from collections.abc import Iterable, Iterator, Mapping

from workspaces.anomalies.finding import Kind, Lines, Severity, Verdict
from workspaces.anomalies.hunks import clashing, hunks, lines_of, lost, split
from workspaces.anomalies.survival import survival
from workspaces.auditing.chains import Chains, Write
from workspaces.auditing.finding import AuditFinding, Evidence
from workspaces.auditing.scope import Scope
from workspaces.history.events import OUTSIDE, SESSION, UNREAD

GENERATIONS = 256
"""How far back the version that two writes both come from is looked for."""


def session_findings(scope: Scope, sessions: Mapping[str, Chains]) -> list[AuditFinding]:
    """The findings of all sessions, in the order of their commits."""
    found: list[AuditFinding] = []
    for session, chains in sessions.items():
        found += _Session(scope, session, chains).findings()
    return sorted(found, key=lambda finding: scope.past.index[finding.witness[-1].commit])


class _Session:
    """The looks at one session's writes."""

    def __init__(self, scope: Scope, session: str, chains: Chains) -> None:
        self._scope = scope
        self._session = session
        self._chains = chains

    def findings(self) -> Iterator[AuditFinding]:
        latest: dict[str, dict[str, Write]] = {}
        tokens: dict[str, Write] = {}
        for write in self._chains.writes:
            if write.agent == SESSION:
                continue
            others = latest.setdefault(write.path, {})
            for agent, older in others.items():
                if agent != write.agent and older.blob != write.blob and self._apart(older, write):
                    yield self._concurrent(older, write)
            others[write.agent] = write
            yield from self._replacing(write)
            yield from self._zombie(tokens, write)
            yield from self._tampering(write)

    # Concurrent writes --------------------------------------------------------------------------

    def _apart(self, older: Write, newer: Write) -> bool:
        """Whether neither knew of the other, which a clock without its own author cannot tell,
        nor a chain with writes missing."""
        told = older.agent in older.mark.trailers.clock and newer.agent in newer.mark.trailers.clock
        return told and older.agent not in self._chains.unplaced and not newer.follows(older)

    def _concurrent(self, older: Write, newer: Write) -> AuditFinding:
        relation, lines = self._compare(older, newer)
        return self._finding(
            Kind.CONCURRENT_WRITE,
            Severity.LOW if relation == "disjoint" else Severity.MEDIUM,
            (older, newer),
            (
                self._step(older, f"{older.agent} made version {older.version}"),
                self._step(
                    newer,
                    f"{newer.agent} made version {newer.version}, {_had_seen(newer)}; by its "
                    f"vector clock nothing had told it of version {older.version}",
                ),
            ),
            f"{older.agent} and {newer.agent} changed {newer.path} concurrently: neither knew of "
            "the other's version.",
            lines,
            {"hunks": relation, "older": str(older.version), "newer": str(newer.version)},
        )

    def _compare(self, older: Write, newer: Write) -> tuple[str, tuple[Lines, ...]]:
        root = self._ancestor(older, newer)
        if root is None:
            return "unknown", ()
        first = self._chains.versions.get((newer.path, root))
        if root and first is None:
            return "unknown", ()
        lines = self._scope.blobs.lines
        base = lines(first.blob) if first else []
        one, other = lines(older.blob), lines(newer.blob)
        if base is None or one is None or other is None:
            return "unknown", ()
        theirs = hunks(base, other)
        clashes = clashing(theirs, hunks(base, one))
        if clashes:
            return "overlapping", lines_of(newer.path, clashes)
        return "disjoint", lines_of(newer.path, theirs)

    def _ancestor(self, older: Write, newer: Write) -> int | None:
        one = self._parent(older.path, older.version)
        if newer.agent == OUTSIDE:
            return one
        other = self._parent(newer.path, newer.version)
        for _ in range(GENERATIONS):
            if one == other:
                return one
            if (newer.path, max(one, other)) not in self._chains.versions:
                return None  # from before the range, or rewritten
            if one > other:
                one = self._parent(newer.path, one)
            else:
                other = self._parent(newer.path, other)
        return None

    def _parent(self, path: str, version: int) -> int:
        write = self._chains.versions.get((path, version))
        if write is None:
            return 0
        trailers = write.mark.trailers
        seen = trailers.replaced if write.agent == OUTSIDE else trailers.base
        return seen if 0 <= seen < version else 0

    # Overwrites, follow-ups, lost updates -------------------------------------------------------

    def _replacing(self, write: Write) -> Iterator[AuditFinding]:
        trailers = write.mark.trailers
        before = self._chains.versions.get((write.path, trailers.replaced))
        if (
            before is None
            or before.agent in (write.agent, SESSION)
            or before.blob == write.blob
            or before.blob != trailers.replaced_blob
        ):
            return
        knew = trailers.base == trailers.replaced
        gone, of, lines = self._loss(before, write)
        severity = Severity.INFO if knew else _severity(gone, of)
        clause = (
            "which lines were lost is unknown, because a text could not be read"
            if gone is None
            else f"{gone} of {of} lines were lost"
        )
        steps = (
            self._step(before, f"{before.agent} made version {before.version}"),
            self._step(
                write,
                f"{write.agent} put version {write.version} in its place, {_had_seen(write)}; "
                f"{clause}",
            ),
        )
        facts = {
            "older": str(before.version),
            "newer": str(write.version),
            "base": _base(write),
            "deleted": "no" if write.blob else "yes",
        } | ({} if gone is None else {"lost": str(gone), "of": str(of)})
        did = "changed" if knew else "replaced" if write.blob else "deleted"
        summary = (
            f"{write.agent} {did} {before.agent}'s version of {write.path}, {_had_seen(write)}; "
            f"{clause}."
        )
        kind = Kind.FOLLOW_UP if knew else Kind.OVERWRITE
        yield self._finding(kind, severity, (before, write), steps, summary, lines, facts)
        if 0 <= trailers.base < trailers.replaced and before.blob != trailers.base_blob:
            yield from self._lost(before, write, steps)

    def _lost(
        self, before: Write, write: Write, steps: tuple[Evidence, ...]
    ) -> Iterator[AuditFinding]:
        """What others had changed since the base and the write lacks. Where all of it is still
        there, nothing is said: git does not tell an edit of the newest text from a write."""
        trailers = write.mark.trailers
        read = self._scope.blobs.text
        texts = [read(blob) for blob in (trailers.base_blob, before.blob, write.blob)]
        base, old, new = texts
        facts = {"older": str(before.version), "newer": str(write.version), "base": _base(write)}
        if base is None or old is None or new is None:
            return
        result = survival(base, old, new)
        if result.whole:
            return
        gone = len(result.gone)
        yield self._finding(
            Kind.LOST_UPDATE,
            Severity.HIGH,
            (before, write),
            steps,
            f"{write.agent} started {write.path} from version {trailers.base} and so undid "
            f"{before.agent}'s version {before.version}: {gone} of {result.added} lines added "
            f"meanwhile are gone, {result.undone} taken out are back.",
            lines_of(write.path, hunks(split(old), split(new))),
            facts | {"strong": "yes", "lost": str(gone)},
        )

    def _loss(self, before: Write, write: Write) -> tuple[int | None, int, tuple[Lines, ...]]:
        """How many lines of `before` are gone (`None`: unknown), of how many, and where."""
        old, new = self._scope.blobs.lines(before.blob), self._scope.blobs.lines(write.blob)
        if old is None or new is None:
            return None, 0, ()
        changes = hunks(old, new)
        of = sum(1 for line in old if line.strip())
        return len(lost(old, changes)), of, lines_of(write.path, changes)

    # Tokens and tests ---------------------------------------------------------------------------

    def _zombie(self, tokens: dict[str, Write], write: Write) -> Iterator[AuditFinding]:
        token = write.mark.token
        newest = tokens.get(write.path)
        if newest and 0 < token < newest.mark.token and newest.agent != write.agent:
            yield self._finding(
                Kind.ZOMBIE_WRITE,
                Severity.HIGH,
                (newest, write),
                (
                    self._step(newest, f"{newest.agent} wrote under token {newest.mark.token}"),
                    self._step(write, f"{write.agent} wrote later under the older token {token}"),
                ),
                f"{write.agent} wrote {write.path} under token {token} after {newest.agent} had "
                f"been granted {newest.mark.token}.",
                (),
                {"token": str(token), "newest": str(newest.mark.token)},
            )
        if token and (newest is None or token > newest.mark.token):
            tokens[write.path] = write

    def _tampering(self, write: Write) -> Iterator[AuditFinding]:
        name = write.path.rpartition("/")[2]
        tests = name.startswith("test_") or name.endswith("_test.py") or "tests/" in write.path
        if write.path in self._chains.laid and tests:
            yield self._finding(
                Kind.TAMPERING,
                Severity.HIGH,
                (write,),
                (self._step(write, f"{write.agent} changed a test that the session laid out"),),
                f"{write.agent} changed the tests: {write.path}.",
                (),
                {},
            )

    # Making findings ----------------------------------------------------------------------------

    def _step(self, write: Write, reason: str) -> Evidence:
        return self._scope.evidence(write.commit, reason)

    def _finding(
        self,
        kind: Kind,
        severity: Severity,
        writes: tuple[Write, ...],
        steps: Iterable[Evidence],
        summary: str,
        lines: tuple[Lines, ...],
        facts: dict[str, str],
    ) -> AuditFinding:
        last = writes[-1]
        tasks = dict.fromkeys(w.mark.trailers.task for w in writes if w.mark.trailers.task)
        events = ":".join(str(write.event) for write in writes)
        outside = last.agent == OUTSIDE
        return AuditFinding(
            id=f"{kind}:{last.path}:{events}",
            kind=kind,
            severity=severity,
            verdict=Verdict.UNKNOWN if outside else Verdict.FOUND,
            agents=tuple(write.agent for write in writes),
            paths=(last.path,),
            tasks=tuple(tasks),
            witness=tuple(steps),
            lines=lines,
            summary=summary,
            t=self._scope.past.times[last.commit],
            case=f"session:{self._session}:write:{last.event}",
            facts={"session": self._session} | facts,
        )


def _severity(gone: int | None, of: int) -> Severity:
    if gone is None:
        return Severity.MEDIUM
    if not gone:
        return Severity.LOW
    return Severity.HIGH if 2 * gone > of else Severity.MEDIUM


def _base(write: Write) -> str:
    base = write.mark.trailers.base
    if write.agent == OUTSIDE:
        return "unknown"
    return "unread" if base == UNREAD else str(base)


def _had_seen(write: Write) -> str:
    base = write.mark.trailers.base
    if write.agent == OUTSIDE:
        return "what it had read is not recorded"
    if base == UNREAD:
        return "without having read it"
    return "when it had last seen no such file" if base == 0 else f"having last seen version {base}"
