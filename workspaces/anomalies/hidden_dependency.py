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
from workspaces.anomalies.writes import sentence, text_at, text_of, verb, who
from workspaces.history.events import SESSION, AnyEvent, FileWritten, OutsideWrite, TaskAdded
from workspaces.history.state import State, Version


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
        mine = state.tasks_at(event.path)
        text = _written(event, state) if mine else None
        if not text or not self._seems_new(event.path, text, mine, state):
            return ()
        source = parse(text)
        if source is None:
            return ()
        found: list[Finding] = []
        imported = uses(event.path, source, state.tasks_of.__contains__)
        for path, use in imported.items():
            theirs = state.tasks_at(path)
            if use.typing_only or not theirs or set(mine) & set(theirs):
                continue
            pair = (mine[0], theirs[0])
            if pair in self._told or self._tied(mine, theirs, state):
                continue
            self._told.add(pair)
            unsaid = state.gaps.of(SESSION)
            found.append(doubted(self._finding(event, path, use, pair, state), unsaid))
        return found

    def _seems_new(self, path: str, text: str, mine: tuple[str, ...], state: State) -> bool:
        """Whether the text may import a file of a task that is not tied to these yet."""
        for target in sketch(text).targets(path, state.tasks_of.__contains__):
            theirs = state.tasks_at(target)
            if theirs and not set(mine) & set(theirs):
                told = (mine[0], theirs[0]) in self._told
                if not told and not self._tied(mine, theirs, state):
                    return True
        return False

    def _tied(self, mine: tuple[str, ...], theirs: tuple[str, ...], state: State) -> bool:
        return any(self._needs(task, state) & set(theirs) for task in mine)

    def _needs(self, task: str, state: State) -> frozenset[str]:
        """Everything that the graph says `task` needs, however far back."""
        known = self._needed.get(task)
        if known is None:
            found: set[str] = set()
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


def _written(event: FileWritten | OutsideWrite, state: State) -> str | None:
    if isinstance(event, FileWritten) and event.where:
        version: Version | None = state.worktrees[event.where].heads.get(event.path)
        return text_of(version, state) if version else None
    return text_at(event.path, event.version, state)
