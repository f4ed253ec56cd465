"""Hidden dependencies: the code of one task needs that of another, and the task graph does not say.

Exact on the code as written: a file of task t imports a file of task u (both name their files), no
task names both, and no chain of dependencies leads from t to u. An import that only type checkers
see (beneath `if TYPE_CHECKING:`) is none. Where u's chain leads to t, the graph says the opposite.
Reported once for each pair of tasks, at the first write that shows it. Unknown imports (computed
names) are not seen.
"""

from collections.abc import Iterable

from workspaces.anomalies.doubt import doubted
from workspaces.anomalies.finding import Finding, Kind, Lines, Severity, Step, Verdict
from workspaces.anomalies.imports import Uses, uses
from workspaces.anomalies.sketches import sketch
from workspaces.anomalies.sources import is_python, parse
from workspaces.anomalies.witness import each_once, witness
from workspaces.anomalies.writes import sentence, verb, who
from workspaces.history.events import SESSION, AnyEvent, FileWritten, OutsideWrite, TaskAdded
from workspaces.history.state import State


class HiddenDependencies:
    """Reads the imports of each Python file of a task when it is written."""

    kinds = (Kind.HIDDEN_DEPENDENCY,)
    events = (FileWritten, OutsideWrite, TaskAdded)

    def __init__(self) -> None:
        self._told: set[tuple[str, str]] = set()
        self._needed: dict[str, frozenset[str]] = {}

    def observe(self, event: AnyEvent, state: State) -> Iterable[Finding]:
        """The pairs of tasks that `event` ties together."""
        if isinstance(event, TaskAdded):
            self._needed.clear()
            return ()
        if not isinstance(event, FileWritten | OutsideWrite) or not is_python(event.path):
            return ()
        text = state.text(event.blob)
        suspects = self._suspects(event.path, text, state) if text else {}
        if not text or all(pair in self._told for pair in suspects.values()):
            return ()
        source = parse(text)
        if source is None:
            return ()
        found: list[Finding] = []
        for path, use in uses(event.path, source, state.tasks_of.__contains__).items():
            pair = suspects.get(path)
            if pair is None or pair in self._told or use.typing_only:
                continue
            self._told.add(pair)
            unsaid = state.gaps.of(SESSION)
            found.append(doubted(self._finding(event, path, use, pair, state), unsaid))
        return found

    def _suspects(self, path: str, text: str, state: State) -> dict[str, tuple[str, str]]:
        """The files which the text may import although no task of its own needs theirs, and of
        which two tasks they are."""
        found: dict[str, tuple[str, str]] = {}
        mine = state.tasks_at(path)
        if not mine:
            return found
        for target in sketch(text).targets(path, state.tasks_of.__contains__):
            theirs = state.tasks_at(target)
            if theirs and not any(self._needs(task, state) & set(theirs) for task in mine):
                found[target] = mine[0], theirs[0]
        return found

    def _needs(self, task: str, state: State) -> frozenset[str]:
        """Everything that the graph says `task` needs, however far back, and itself."""
        known = self._needed.get(task)
        if known is None:
            found = {task}
            frontier = [task]
            while frontier:
                current = state.tasks.get(frontier.pop())
                for needed in current.dependencies if current else ():
                    if needed not in found:
                        found.add(needed)
                        frontier.append(needed)
            known = self._needed[task] = frozenset(found)
        return known

    def _finding(
        self,
        event: FileWritten | OutsideWrite,
        path: str,
        use: Uses,
        pair: tuple[str, str],
        state: State,
    ) -> Finding:
        task, needed = pair
        opposite = task in self._needs(needed, state)
        graph = (
            f"the graph says that {needed} needs {task}"
            if opposite
            else f"the graph does not say that {task} needs {needed}"
        )
        other = state.latest(path)
        made = [Step(other.seq, f"{who(other.author)} wrote {path}")] if other else []
        return Finding(
            id=f"{Kind.HIDDEN_DEPENDENCY}:{task}:{needed}:{event.seq}",
            kind=Kind.HIDDEN_DEPENDENCY,
            severity=Severity.MEDIUM if opposite else Severity.LOW,
            verdict=Verdict.FOUND,
            agents=each_once((other.author if other else "", event.agent)),
            paths=(event.path, path),
            tasks=pair,
            witness=witness(
                made,
                Step(
                    event.seq,
                    f"{who(event.agent)} {verb(event)} {event.path}, which imports {path} in line "
                    f"{use.line}",
                ),
            ),
            lines=(Lines(event.path, use.line, use.line),),
            summary=sentence(f"{event.path} of {task} imports {path} of {needed}, but {graph}."),
            seq=event.seq,
            t=event.t,
            case=f"tasks:{task}:{needed}",
            facts={"import": path, "opposite": "yes" if opposite else "no"},
        )
