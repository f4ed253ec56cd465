"""Everything the session screen shows, as one fold over the history.

`Picture.observe(event)` for every event in order; live, replayed and after a seek it is the same.
Widgets never see it change under them: the screen takes from it once a frame what they need. It
refuses to know when that is, and how anything looks.
"""

import re
from bisect import bisect_right
from collections.abc import Sequence
from time import perf_counter
from typing import Final, Protocol

from tui.views import hand, happenings
from tui.views.case import Case, Mark
from tui.views.casebook import CaseBook, alarming
from tui.views.docket import Docket
from tui.views.ledger import Ledger
from tui.views.roles import role_of
from tui.views.row import Row
from tui.views.transcript import Transcript
from workspaces.anomalies.finding import Finding, Severity, Verdict
from workspaces.anomalies.registry import Findings
from workspaces.history import events as e
from workspaces.history.state import Agent
from workspaces.history.tape import Tape

_WORDS: Final = re.compile(r"[\w.-]+")
"""Words of a fault's target, which may name several agents."""


class Foreseen(Protocol):
    """What is known of a recording ahead of its replay."""

    tape: Tape

    def book(self, docket: Docket, seq: int) -> CaseBook:
        """The cases that had been found by event `seq`, as far as it is read."""
        ...

    @property
    def found(self) -> Sequence[Finding]:
        """Its findings so far, in the order in which they come to light."""
        ...


class Picture(Ledger):
    """Ledger, transcripts and cases after a prefix of a history."""

    def __init__(self, docket: Docket | None = None, foreseen: "Foreseen | None" = None) -> None:
        """Begin with nothing; what of the findings is quiet is the `docket`'s to say. Findings
        that are `foreseen` are taken in by `catch_up` instead of being looked for."""
        super().__init__(None if foreseen is None else Findings(()))
        self.docket = docket or Docket()
        self.book = foreseen.book(self.docket, 0) if foreseen else CaseBook(self.docket.muting)
        self.transcripts: dict[str, Transcript] = {}
        self.edition = {"findings": 0, "tasks": 0, "files": 0, "messages": 0, "tests": 0}
        """Counts up with every change of each of the lists beside the panes."""
        self._foreseen = foreseen
        self._caught = 0
        self._origin = 0
        """Up to here the panes are not told what happened."""
        self._marks: list[Mark] = []
        self._marked: dict[int, Mark] = {}
        self._faults: dict[int, e.FaultStarted] = {}
        self._holders: tuple[str, ...] = ()
        self._actors: dict[int, tuple[str, float]] = {}

    def observe(self, event: e.AnyEvent) -> None:
        """Move past `event`, which must be the next one."""
        self._remember_holders(event)
        new = self.note(event)
        if isinstance(event, e.SessionStarted):
            self.open_panes()
        self._tell(event)
        if event.steps:
            self._actors[event.seq] = (event.agent, event.t)
            self._count(event)
        for finding in new:
            self._found(finding)

    def open_panes(self) -> None:
        """A transcript for each of the team."""
        self.transcripts = {name: Transcript(name) for name in self.roster}

    def go_on(self) -> None:
        """Begin to show what comes from here on, in the middle: what had been found by now is
        there, and panes are silent until a turn begins."""
        self.transcripts = {name: Transcript(name, cold=True) for name in self.roster}
        self._faults = dict(self.state.faults)
        if self._foreseen is None:
            return
        seq = self._origin = self.state.seq
        self._caught = self._known(seq)
        self.findings.begin(list(self._foreseen.found[: self._caught]))
        self.book = self._foreseen.book(self.docket, seq)

    def catch_up(self, until: float) -> bool:
        """Take in the foreseen findings up to where the picture is, or as many as can be until
        that time (`perf_counter`); whether there were any."""
        if self._foreseen is None:
            return False
        found = self._foreseen.found
        before, known = self._caught, self._known(self.state.seq)
        while self._caught < known:
            finding = found[self._caught]
            self._caught += 1
            self.findings.adopt(finding)
            self._found(finding)
            if self._caught % 50 == 0 and perf_counter() > until:
                break
        return self._caught > before

    def _known(self, seq: int) -> int:
        """How many of the foreseen findings had been made by event `seq`."""
        assert self._foreseen
        return bisect_right(self._foreseen.found, seq, key=lambda finding: finding.seq)

    def role(self, agent: str) -> str:
        """The role in which an actor's name is drawn."""
        return role_of(agent, self.roster)

    def members(self) -> list[Agent]:
        """The team, in the order of its roster."""
        return list(self.state.agents.values())

    def take_marks(self) -> list[Mark]:
        """The marks that have come since the last call."""
        marks, self._marks = self._marks, []
        return marks

    @property
    def cases(self) -> Sequence[Case]:
        """All cases, in the order in which they were found."""
        return self.book.cases

    @property
    def touched(self) -> dict[str, Severity]:
        """Agents that findings touch, with the gravest severity."""
        return self.book.touched

    @property
    def contested(self) -> dict[str, Severity]:
        """Paths that findings touch, likewise."""
        return self.book.contested

    def listed(self) -> list[Case]:
        """The cases that the reader wants to see, in the order of the list."""
        return self.docket.listed(self.cases)

    def top(self, most: int) -> tuple[list[Case], int]:
        """As many of those as are looked at: the first `most`, by time the last. And how many
        there are in all."""
        docket, book = self.docket, self.book
        if docket.filtered or docket.by_time:
            cases = self.listed()
            return (cases[-most:] if docket.by_time else cases[:most]), len(cases)
        count = len(book.cases) - (0 if docket.shows_quiet else book.quiet)
        return book.gravest(most, docket.shows_quiet), count

    def judge(self) -> None:
        """Find out anew what is quiet: the docket mutes something else now. All marks come
        again."""
        self._marked.clear()
        self._marks.clear()
        self.book.muting = self.docket.muting
        self.book.judge()
        for finding in self.book.loud():
            self._mark(finding)
        self.edition["findings"] += 1
        self.edition["files"] += 1

    @property
    def simulated(self) -> bool:
        """Whether no real model takes part; then the screen must say so."""
        models = [agent.model for agent in self.state.agents.values()]
        return bool(models) and all(is_simulated(model) for model in models)

    def case_at(self, seq: int) -> Case | None:
        """The case in whose evidence event `seq` is: the gravest that is not quiet, if any."""
        best: Case | None = None
        for case in self.cases:
            if any(step.seq == seq for f in case.findings for step in f.witness) and (
                best is None
                or (not case.quiet, case.severity.rank) >= (not best.quiet, best.severity.rank)
            ):
                best = case
        return best

    def author_of(self, seq: int) -> str:
        """Who acted in an event that a finding's evidence names."""
        return self._actor(seq)[0]

    def moment(self, seq: int) -> float | None:
        """When such an event was, in session seconds."""
        agent, t = self._actor(seq)
        return t if agent else None

    def _actor(self, seq: int) -> tuple[str, float]:
        found = self._actors.get(seq)
        if found is None and self._foreseen is not None:
            events = self._foreseen.tape.events(seq - 1, seq) if seq > 0 else ()
            found = (events[0].agent, events[0].t) if events else None
            if found:
                self._actors[seq] = found
        return found or ("", 0.0)

    def _tell(self, event: e.AnyEvent) -> None:
        told = hand.told(event, self.state)
        if isinstance(event, e.SessionPaused):
            told = hand.stopped(event, self.author_of(event.at))
        if told:
            for name in told.panes or self.transcripts:
                if pane := self.transcripts.get(name):
                    pane.put(told.row)
        elif isinstance(event, e.TaskAssigned):
            if owner := self.transcripts.get(event.owner):
                owner.assigned(event, self.state)
            if event.agent != event.owner and (giver := self.transcripts.get(event.agent)):
                giver.put(happenings.gave(event, self.state))
        elif isinstance(event, e.HeartbeatMissed):
            if owner := self.transcripts.get(event.owner):
                owner.put(happenings.silent(event, self.state))
        elif isinstance(event, e.BackupStarted):
            task = self.state.tasks.get(event.task)
            for name in (event.owner, task.owner if task else ""):
                if racer := self.transcripts.get(name):
                    racer.put(happenings.backup(event, self.state, name))
        elif isinstance(event, e.TaskReleased) and event.agent not in self.transcripts:
            for name in self._holders:
                if loser := self.transcripts.get(name):
                    loser.put(happenings.taken(event, self.state))
        elif isinstance(event, e.FaultStarted):
            self._faults[event.number] = event
            self._everyone(happenings.fault_started(event), event.target)
        elif isinstance(event, e.FaultEnded):
            began = self._faults.pop(event.number, None)
            self._everyone(happenings.fault_ended(event, began), began.target if began else "")
        elif isinstance(event, e.RepositoryMoved):
            self._everyone(happenings.repository_moved(event), "")
        elif transcript := self.transcripts.get(event.agent):
            transcript.observe(event, self.state)

    def _remember_holders(self, event: e.AnyEvent) -> None:
        """Who is about to lose a task, which the state will have forgotten."""
        if isinstance(event, e.TaskReleased) and (task := self.state.tasks.get(event.task)):
            self._holders = tuple(name for name in (task.owner, task.backup) if name)

    def _everyone(self, row: Row, target: str) -> None:
        """A row in the pane of each agent that `target` names, or in all."""
        words = set(_WORDS.findall(target))
        named = [t for name, t in self.transcripts.items() if name in words]
        for transcript in named or self.transcripts.values():
            transcript.put(row)

    def _count(self, event: e.AnyEvent) -> None:
        match event:
            case e.FileWritten() | e.OutsideWrite() | e.FileRead() | e.WorktreeUpdated():
                self.edition["files"] += 1
            case e.LeaseGranted() | e.LeaseEnded():
                self.edition["files"] += 1
            case (
                e.MessageSent()
                | e.MessageDelivered()
                | e.MessageEdited()
                | e.MessageDropped()
                | e.MessageWithheld()
                | e.MessageLetGo()
            ):
                self.edition["messages"] += 1
            case e.TestsStarted() | e.TestsEnded():
                self.edition["tests"] += 1
            case (
                e.TaskAdded()
                | e.TaskAssigned()
                | e.TaskClaimed()
                | e.TaskReleased()
                | e.TaskCompleted()
                | e.TaskVerified()
                | e.TaskClosed()
                | e.BackupStarted()
            ):
                self.edition["tasks"] += 1

    def _found(self, finding: Finding) -> None:
        if self.book.file(finding):
            self._mark(finding)
        self.edition["findings"] += 1
        self.edition["files"] += 1

    def _mark(self, finding: Finding) -> None:
        """Mark the rows that are a finding's evidence; what is for information only marks
        nothing."""
        if not alarming(finding) or finding.seq <= self._origin:
            return
        unknown = finding.verdict is Verdict.UNKNOWN
        for step in finding.witness:
            before = self._marked.get(step.seq)
            if step.seq <= self._origin or (before and before.severity >= finding.severity):
                continue
            author = self.author_of(step.seq)
            if author in self.roster:
                mark = Mark(author, step.seq, finding.severity, unknown)
                self._marked[step.seq] = mark
                self._marks.append(mark)


def is_simulated(model: str) -> bool:
    """Whether a model's name is that of one of the embedded, simulated ones."""
    return model.startswith(("simulated", "sim-", "sim/", "scripted"))
