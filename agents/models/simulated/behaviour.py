"""What an agent does in a turn, given what it sees and what it is inclined to.

Nothing here plans an anomaly. Each agent decides by itself, from its own view, with its own dice:
that several see one board and like the same task is why they collide, and that a view is as old
as the turn is why they act on what is no longer so.
"""

import math
from dataclasses import dataclass, field
from random import Random

from agents.models.simulated import coding, coordinating
from agents.models.simulated.profile import Behaviour
from agents.models.simulated.reading import BoardTask, View
from agents.models.simulated.suspecting import faulty, suspects
from agents.protocol import actions as a


@dataclass(slots=True)
class Plan:
    """What the agent will do, in order, and why, for the words around it."""

    actions: list[a.AnyAction] = field(default_factory=list)
    taken: list[BoardTask] = field(default_factory=list)
    """Tasks it takes on."""
    repaired: list[str] = field(default_factory=list)
    """Files it corrects or improves."""
    studied: list[str] = field(default_factory=list)
    """Files it wants to read first."""
    mood: str = "work"
    """`work`, `repair`, `suspect`, `study`, `check`, `wait`, `hesitate`, `lead`, `watch`,
    `verify` or `discover`."""


def decide(view: View, inclined: Behaviour, rng: Random) -> Plan:
    """The plan of one turn."""
    if view.team == "adaptive":
        inclined = coordinating.orderly(inclined)
    return _Turn(view, inclined, rng).plan()


class _Turn:
    def __init__(self, view: View, inclined: Behaviour, rng: Random) -> None:
        self.view = view
        self.to = inclined
        self.rng = rng
        self.done = Plan()
        self.known = coding.recall(_board(view))
        self.writes: dict[str, str] = {}
        """What this turn has written so far."""
        self.opened: frozenset[str] = frozenset()
        """Tasks that its own verdicts of this turn make ready: nobody else knows yet."""

    def plan(self) -> Plan:
        """Decide on everything, in the order a person would: the team's tasks where it has a say,
        broken things, work, checks."""
        decided = coordinating.coordinate(self.view, self.known, self.rng)
        self.done.actions += decided.actions
        self.done.mood = decided.mood or self.done.mood
        self.opened = decided.opened
        if decided.mood in ("watch", "discover"):
            self.done.actions = self.done.actions or [a.Wait()]
            return self.done
        self._repair()
        horizon = self._horizon()
        if self.view.turns and self.rng.random() < self.to.hesitate:
            horizon = [task for task in horizon if self._trusted(task)]
            if not horizon and not self.done.actions:
                self.done.mood = "hesitate"
        self._work(horizon)
        if not self.done.actions and self.rng.random() < self.to.polish:
            self._polish()
        if self.rng.random() < self._wish_to_test():
            if not self.done.actions:
                self.done.mood = "check"
            self.done.actions.append(a.RunTests())
        self._tell()
        if not self.done.actions:
            self.done.mood = "wait"
            self.done.actions.append(a.Wait())
        return self.done

    # What to take on -------------------------------------------------------------------------

    def _horizon(self) -> list[BoardTask]:
        """The tasks of this turn, in the order in which to do them."""
        first = self.view.turns == 0
        sweep = self.rng.random() < (self.to.sweep_first if first else self.to.sweep)
        ahead = self.rng.random() < (self.to.ahead_first if first else self.to.ahead)
        held = [self.view.tasks[name] for name in self.view.mine if name in self.view.tasks]
        finished = [task for task in held if self._trusted(task)]
        held = [task for task in held if task not in finished]
        free = [task for task in self.view.tasks.values() if self._may_claim(task)]
        if not ahead:
            settled = {task.id for task in finished}
            settled.update(t.id for t in self.view.tasks.values() if t.status == "done")
            held = [task for task in held if settled.issuperset(task.needs)]
            free = [task for task in free if settled.issuperset(task.needs)]
        if sweep:
            return [*finished, *held, *free, *self._trespasses()]
        count = self._batch(self.to.batch_first if first else self.to.batch)
        chosen = self._preferred(free)[: max(0, count - len(held))]
        chosen = [task for task in free if task.id in self.opened][:1] or chosen
        return [*finished, *held[:count], *chosen]

    def _may_claim(self, task: BoardTask) -> bool:
        """Whether it would claim the task: where a lead or a graph decides, only what it is told
        that it can."""
        if self.view.team == "decentralized":
            return task.status in ("ready", "blocked")
        return task.id in self.view.claimable or task.id in self.opened

    def _trusted(self, task: BoardTask) -> bool:
        """Whether it holds the task and has only to report what it has written."""
        if task.rejected:
            return False
        return task.id in self.view.mine and all(
            path in self.view.files and self.view.files[path][1] == self.view.name
            for path in coding.paths(task.id, task.files)
        )

    def _trespasses(self) -> list[BoardTask]:
        """Others' tasks that it will do as well. One draw decides for all: who mistrusts the
        others does so throughout."""
        if self.rng.random() >= self.to.trespass:
            return []
        return [
            task
            for task in self.view.tasks.values()
            if task.status in ("held", "done") and task.by != self.view.name
        ]

    def _preferred(self, tasks: list[BoardTask]) -> list[BoardTask]:
        if len(tasks) < 2 or self.rng.random() < self.to.in_order:
            return tasks
        if self.rng.random() < self.to.own_place:
            start = self.view.place % len(tasks)
            return tasks[start:] + tasks[:start]
        return self.rng.sample(tasks, len(tasks))

    def _batch(self, mean: float) -> int:
        """A geometric number from 1 of that mean."""
        stop = 1 / mean
        if stop >= 1:
            return 1
        return 1 + int(math.log(1 - self.rng.random()) / math.log(1 - stop))

    # Doing it --------------------------------------------------------------------------------

    def _work(self, horizon: list[BoardTask]) -> None:
        if not horizon:
            return
        grouped = self.rng.random() < self.to.grouped
        eager = self.rng.random() < self.to.eager
        finish = self.rng.random() < self.to.finish
        claims: list[a.AnyAction] = []
        files: list[a.AnyAction] = []
        completions: list[a.AnyAction] = []
        for task in horizon:
            mine = task.id in self.view.mine
            open_ = mine or self._may_claim(task)
            claim = [a.ClaimTask(task.id)] if open_ and not mine else []
            sure = mine or eager or task.id in self.opened
            wants = self._unread(task) if sure else []
            if wants:
                files.extend(a.ReadFile(path) for path in wants)
                self.done.studied.extend(wants)
                writing: list[a.AnyAction] = []
            else:
                writing = self._files(task, open_) if sure else []
            report = open_ and (finish or self._trusted(task))
            complete = self._completion(task, writing) if report else []
            self.done.taken.append(task)
            claims.extend(claim)
            files.extend(writing)
            completions.extend(complete)
            if not grouped:
                self.done.actions.extend([*claims, *files, *completions])
                claims, files, completions = [], [], []
        self.done.actions.extend([*claims, *files, *completions])
        if self.done.studied and not self.writes:
            self.done.mood = "study"

    def _unread(self, task: BoardTask) -> list[str]:
        """The files it will read before it writes the task's; mostly it trusts the titles."""
        if self.rng.random() >= self.to.read:
            return []
        return [
            path
            for need in task.needs
            if need in self.view.tasks
            for path in self.view.tasks[need].files
            if path in self.view.files and not self._seen(path)
        ]

    def _seen(self, path: str) -> bool:
        return (
            path in self.view.contents
            or path in self.view.written
            or path in self.view.asked
            or path in self.writes
        )

    def _files(self, task: BoardTask, open_: bool) -> list[a.AnyAction]:
        """The task's files, written where they are missing; where one exists, it trusts it or
        writes it again."""
        actions: list[a.AnyAction] = []
        for path in coding.paths(task.id, task.files):
            exists = path in self.view.files or path in self.writes
            trusts = self._trusted(task) or self.rng.random() >= self.to.rewrite
            trusts = trusts and not task.rejected
            if exists and open_ and trusts:
                continue
            actions.append(self._write(path, task.title, self.to.bug))
        return actions

    def _completion(self, task: BoardTask, writing: list[a.AnyAction]) -> list[a.AnyAction]:
        if writing or all(path in self.view.files for path in coding.paths(task.id, task.files)):
            return [a.CompleteTask(task.id)]
        return []

    def _write(self, path: str, title: str, bug: float) -> a.WriteFile:
        text = self._text(path, title, bug)
        self.writes[path] = text
        return a.WriteFile(path, text)

    def _text(self, path: str, title: str, bug: float) -> str:
        if path not in self.known:
            return coding.stub(path, title).text
        if self.rng.random() < bug:
            return coding.flawed(self.known, path, self.rng).text
        unseen = [need for need in coding.imported(self.known, path) if not self._seen(need)]
        if unseen and self.rng.random() < self.to.assume:
            return coding.assuming(self.known, path, unseen, self.rng).text
        return coding.solution(self.known, path, self.rng).text

    # What is broken --------------------------------------------------------------------------

    def _repair(self) -> None:
        """Correct a file it has before it, or look into what failed."""
        view = self.view
        for path, text in view.contents.items():
            if path in self.known and faulty(text, self.known[path]):
                self._correct(path)
        if self.done.repaired or view.tests is None or not view.tests.failed:
            return
        likely, others = suspects(view, self.rng.random() < self.to.rash)
        if not likely or self.rng.random() >= self.to.repair:
            return
        if self.rng.random() < self.to.broad:
            likely = [*likely, *others]
        unseen = [p for p in likely if p not in view.contents and p not in view.written]
        if unseen and self.rng.random() < self.to.look:
            self.done.studied.extend(unseen[:6])
            self.done.actions.extend(a.ReadFile(path) for path in unseen[:6])
            self.done.mood = "suspect"
            return
        for path in likely:
            self._correct(path)

    def _correct(self, path: str) -> None:
        """Write the file anew, with more care than the first time."""
        self.done.repaired.append(path)
        self.done.mood = "repair"
        self.done.actions.append(self._write(path, path, self.to.bug / 2))

    def _polish(self) -> None:
        candidates = [path for path in self.view.files if path in self.known]
        if candidates:
            self._correct(self.rng.choice(candidates))

    # Around it -------------------------------------------------------------------------------

    def _wish_to_test(self) -> float:
        wrote = any(isinstance(action, a.WriteFile) for action in self.done.actions)
        return self.to.test_after if wrote else self.to.test_idle

    def _tell(self) -> None:
        if not self.view.mates or self.rng.random() >= self.to.tell:
            return
        if self.done.repaired:
            text = f"I am correcting {', '.join(self.done.repaired[:4])}; please do not overwrite."
        elif self.done.taken and self.done.mood != "wait":
            names = ", ".join(task.id for task in self.done.taken[:4])
            text = f"I am on {names}."
        else:
            return
        self.done.actions.append(a.Broadcast(text))


def _board(view: View) -> coding.Board:
    """The files that the board names, each with the files of what its task needs."""
    files = {task.id: task.files for task in view.tasks.values()}
    return frozenset(
        (path, tuple(sorted(need for task_id in task.needs for need in files.get(task_id, ()))))
        for task in view.tasks.values()
        for path in task.files
    )
