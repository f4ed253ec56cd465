"""The debugger without a screen: a command in, plain lines and plain values out.

One place at a time is looked at (`Rewinder`). In the past commands move through what is recorded;
at the end of a running session they are given to its team.
"""

import shlex
from collections.abc import Callable
from pathlib import Path

from agents.debugger import inspecting
from agents.debugger.breakpoints import BREAK, COMMANDS, DELETE, SWITCH, UNTIL
from agents.debugger.causality import Causality
from agents.debugger.comparing import compare, in_words
from agents.debugger.forking import fork
from agents.debugger.inspecting import Answer, told
from agents.debugger.options import forking_parser
from agents.debugger.rewinding import Rewinder
from agents.debugger.stops import ROUND, STEP, Stops
from agents.debugger.subject import Subject
from agents.debugger.verbs import LIVE, VERBS, listing
from agents.runtime import process
from agents.runtime.usage import UsageError
from workspaces.anomalies.finding import Kind
from workspaces.history import events as e
from workspaces.history.opening import open_recording
from workspaces.history.wording import one_line, plural

More = Callable[[], str | None]
"""Gives the next line of input, `None` at its end."""


class Console:
    """A debugger at `subject`."""

    def __init__(self, subject: Subject) -> None:
        self._subjects: list[Subject] = []
        self.over = False
        self._take(subject)

    def _take(self, subject: Subject) -> None:
        """Turn to `subject`: to its end if it is live, else to its beginning."""
        self._subjects.append(subject)
        self.subject = subject
        self.place = Rewinder(subject.tape)
        self.stops = Stops()
        self._relation = Causality()
        if subject.live:
            self._follow(subject.events())
            self.place.goto(len(subject.tape))
        else:
            self.place.goto(1)

    def close(self) -> None:
        """Let go of all sessions; those that were started here are ended."""
        for subject in reversed(self._subjects):
            subject.close()

    # Commands -----------------------------------------------------------------------------------

    def run(self, line: str, more: More = lambda: None) -> Answer:
        """Carry out a command; `more` gives the lines that follow it where it takes some. Raises
        `CrosstalkError` when it cannot be."""
        name, _, argument = line.strip().partition(" ")
        argument = argument.strip()
        self._follow(self.subject.refresh())
        if name in LIVE:
            return self._command(name, _whole(name, argument, more))
        if name not in VERBS:
            raise UsageError(f"Unknown command {name[:40]!r}", "", "help lists them all.")
        if name in COMMANDS and name != UNTIL:
            return self._breakpoint(name, argument)
        do: dict[str, Callable[[str], Answer]] = {
            "where": self._where,
            STEP: self._step,
            "back": self._back,
            "continue": self._continue,
            UNTIL: self._until,
            "next-finding": self._next_finding,
            "goto": self._goto,
            "pause": self._pause,
            "breakpoints": self._breakpoints,
            "inspect": self._inspect,
            "findings": self._findings,
            "fork": self._fork,
            "compare": self._compare,
            "help": _help,
            "quit": self._quit,
        }
        return do[name](argument)

    # Where one is -------------------------------------------------------------------------------

    def here(self, why: str = "") -> Answer:
        """The event one is at, and `why` one stopped there."""
        at, cut = self.place.at, self.place.cut
        found = self.place.event(at)
        total = len(self.subject.tape)
        what = told(found).partition(": ")[2] if found else "the beginning"
        if isinstance(found, e.SessionPaused) and (about := self.place.event(found.at)):
            what = f"paused after {told(about)}"
        lines = [f"event {at} of {total}, {cut.state.t:.1f} s, round {cut.state.round}: {what}"]
        if why:
            lines.append(f"  stopped: {one_line(why, 400)}")
        data = {"event": at, "of": total, "t": cut.state.t, "round": cut.state.round}
        return Answer(lines, {**data, "words": what, "why": why, "live": self._at_live_end})

    def _where(self, argument: str) -> Answer:
        here, team = self.here(self._why_paused()), inspecting.agents(self.place.cut)
        return Answer([*here.lines, *(f"  {line}" for line in team.lines)], here.data | team.data)

    @property
    def _at_live_end(self) -> bool:
        return self.subject.live and self.place.at >= len(self.subject.tape)

    def _why_paused(self) -> str:
        state = self.place.cut.state
        return f"paused ({state.why_paused})" if state.paused and state.why_paused else ""

    # Moving -------------------------------------------------------------------------------------

    def _step(self, argument: str) -> Answer:
        if self._at_live_end:
            return self._live(STEP, argument)
        steps = Stops()
        steps.step(argument, self.place.cut.state)
        return self._forward(steps)

    def _continue(self, argument: str) -> Answer:
        return self._live("continue") if self._at_live_end else self._forward()

    def _until(self, argument: str) -> Answer:
        if self._at_live_end:
            return self._live(UNTIL, argument)
        steps = Stops()
        steps.breakpoints.check(UNTIL, argument)
        steps.breakpoints.observe(_given(UNTIL, argument), self.place.cut.state)
        steps.breakpoints.moved(self.place.cut.state)
        return self._forward(steps, until=argument)

    def _next_finding(self, argument: str) -> Answer:
        kinds = [kind.value for kind in Kind]
        if argument and argument not in kinds:
            raise UsageError(
                f"There is no finding {argument[:40]!r}", "", f"Known are {', '.join(kinds)}."
            )
        return self._until(f"finding:{argument or '*'}")

    def _forward(self, steps: Stops | None = None, until: str = "") -> Answer:
        """On through what is recorded."""
        if self.place.at >= len(self.subject.tape):
            raise UsageError(
                f"Nothing follows event {self.place.at}",
                "the recording ends here",
                "back and goto go back, fork goes on from here.",
            )
        due = self.place.forward(*([steps] if steps else []), self.stops)
        if due:
            reason = f"until {until}: {due[0].partition('): ')[2]}" if (
                until and steps and due[0].startswith(f"breakpoint 1 ({until})")
            ) else "" if due[0] == "step" else due[0]  # fmt: skip
            return self.here(reason)
        self._moved()
        return self.here("here the team goes on live" if self.subject.live else "the end")

    def _back(self, argument: str) -> Answer:
        unit, agent = Stops().check(argument, self.place.cut.state)
        if not self.place.back(unit, "" if unit == ROUND else agent):
            self.place.goto(1)
        self._moved()
        return self.here("" if self.place.at > 1 else "the beginning")

    def _goto(self, argument: str) -> Answer:
        total = len(self.subject.tape)
        seq = {"start": 1, "end": total}.get(argument) or _number(argument, "an event", "goto 120")
        if not 1 <= seq <= total:
            raise UsageError(f"There is no event {seq}", "", f"Events are numbered 1 to {total}.")
        self.place.goto(seq)
        self._moved()
        return self.here()

    def _moved(self) -> None:
        self.stops.breakpoints.moved(self.place.cut.state)

    # A live team --------------------------------------------------------------------------------

    def _live(self, name: str, argument: str = "") -> Answer:
        """Let the team go on, and come along until it stops."""
        self.subject.command(name, argument)
        self._follow(self.subject.wait())
        self.place.goto(len(self.subject.tape))
        state = self.place.cut.state
        stop = next((x for x in reversed(self._new) if isinstance(x, e.SessionPaused)), None)
        if state.ended:
            success = "with" if state.ended.success else "without"
            detail = f", {state.ended.detail}" if state.ended.detail else ""
            return self.here(f"the session ended ({state.ended.reason}), {success} success{detail}")
        here = self.here("" if stop is None or stop.reason == STEP else stop.reason)
        return Answer(here.lines, {**here.data, "about": stop.at if stop else 0})

    def _pause(self, argument: str) -> Answer:
        if self.place.cut.state.paused and self._at_live_end:
            return self.here("paused already")
        return self._live("pause")

    def _command(self, name: str, argument: str) -> Answer:
        """Give the team a command; what it did, in words."""
        if self.subject.live and not self._at_live_end:
            raise UsageError(
                f"The past cannot be changed ({name})",
                f"this is event {self.place.at} of {len(self.subject.tape)}",
                "goto end goes back to the team, fork goes on from here with another.",
            )
        said = self.subject.command(name, argument)
        new = self.subject.wait() if name == "stop" else self.subject.refresh()
        self._follow(new)
        self.place.goto(len(self.subject.tape))
        did = [x for x in new if x.steps and not isinstance(x, e.CommandGiven)]
        lines = [*said.splitlines(), *map(told, did)]
        return Answer(lines or ["done"], {"said": said, "events": [x.seq for x in did]})

    def _follow(self, new: list[e.AnyEvent]) -> None:
        """Keep the breakpoints those of the live session."""
        self._new = new
        for event in new:
            self.stops.breakpoints.recall(event)

    # Breakpoints --------------------------------------------------------------------------------

    def _breakpoint(self, name: str, argument: str) -> Answer:
        points = self.stops.breakpoints
        if self.subject.live:
            self.subject.command(name, argument)
            at_end = self._at_live_end
            self._follow(self.subject.refresh())
            if at_end:
                self.place.goto(len(self.subject.tape))
        else:
            points.check(name, argument)
            points.observe(_given(name, argument), self.place.cut.state)
        if name == BREAK:
            self._moved()
            newest = points.all[max(points.all)]
            return Answer([f"breakpoint {newest}"], {"number": newest.number})
        number = int(argument)
        if name == DELETE:
            return Answer([f"breakpoint {number} deleted"], {"number": number})
        assert name == SWITCH
        return Answer([f"breakpoint {points.all[number]}"], {"on": points.all[number].on})

    def _breakpoints(self, argument: str) -> Answer:
        if self.subject.live:
            said = self.subject.command("breakpoints").splitlines()
        else:
            said = [str(point) for point in self.stops.breakpoints.all.values()]
        return Answer(said or ["no breakpoints"], {"breakpoints": said})

    # Looking ------------------------------------------------------------------------------------

    def _inspect(self, argument: str) -> Answer:
        what, _, rest = argument.partition(" ")
        rest = rest.strip()
        cut = self.place.cut
        match what:
            case "agent" if rest:
                name, _, part = rest.partition(" ")
                return inspecting.agent(cut, name, part.strip())
            case "agents" | "agent":
                return inspecting.agents(cut)
            case "event":
                return self._event(_number(rest, "an event", "inspect event 120"))
            case "message":
                return inspecting.message(cut, _number(rest, "a message", "inspect message 120"))
            case "tasks":
                return inspecting.tasks(cut)
            case "files":
                return inspecting.files(cut)
            case "tree":
                return inspecting.tree(cut)
            case name if name in cut.state.agents:
                return inspecting.agent(cut, name, rest)
        raise UsageError(
            f"Cannot inspect {argument[:40]!r}", "", f"Write inspect {VERBS['inspect'].usage}."
        )

    def _event(self, seq: int) -> Answer:
        tape = self.subject.tape
        for event in tape.events(len(self._relation), len(tape)):
            self._relation.observe(event)
        found = self.place.foreseen.until(self.place.at)
        return inspecting.event(seq, self.place.event, self._relation, found)

    def _findings(self, argument: str) -> Answer:
        return inspecting.findings(self.place.foreseen.until(self.place.at))

    # Other sessions -----------------------------------------------------------------------------

    def _fork(self, argument: str) -> Answer:
        chosen = forking_parser().chosen(_words(argument))
        at = chosen.at or self.place.at
        made = fork(self.subject.path, at, chosen.into(self.subject.path, at), chosen.changes)
        points = [p for p in self.stops.breakpoints.all.values() if not p.passing]
        process.start_again(made, paused=True)
        self._take(Subject(made, own=True))
        known = {point.condition.text for point in self.stops.breakpoints.all.values()}
        for point in points:
            if point.condition.text not in known:
                self._breakpoint(BREAK, point.condition.text)
        here = self.here()
        lines = [f"forked after event {at} into {_shown(made)}, paused there", *here.lines]
        return Answer(lines, {**here.data, "dir": str(made), "at": at})

    def _compare(self, argument: str) -> Answer:
        paths = _words(argument)
        if len(paths) not in (1, 2):
            raise UsageError("Compare with what?", "", "Write compare SESSION, or name two.")
        others = [open_recording(Path(path)).events for path in paths]
        if len(others) == 1:
            others, paths = [self.subject.events(), *others], [_shown(self.subject.folder), *paths]
        found = compare(others[0], others[1])
        names = (Path(paths[0]).name or paths[0], Path(paths[1]).name or paths[1])
        return Answer(in_words(found, names), found.to_dict())

    def _quit(self, argument: str) -> Answer:
        self.over = True
        left = [s for s in self._subjects if s.own and s.live]
        lines = [f"stopping {plural(len(left), 'session')} that began here"] if left else []
        return Answer(lines, {})


def _help(argument: str) -> Answer:
    lines = listing(argument)
    if argument == "fork":
        lines += ["", *forking_parser().format_help().rstrip().splitlines()]
    if not lines:
        raise UsageError(f"Unknown command {argument[:40]!r}", "", "help lists them all.")
    return Answer(lines, {"help": lines})


def _given(name: str, argument: str) -> e.CommandGiven:
    return e.CommandGiven(agent=e.USER, command=name, argument=argument)


def _whole(name: str, argument: str, more: More) -> str:
    """The argument with the lines that follow it, up to the word after `<<`."""
    head, mark, word = argument.rpartition("<<")
    if not mark or not word.strip() or " " in word.strip():
        return argument
    lines = []
    while (line := more()) is not None and line.strip() != word.strip():
        lines.append(line)
    text = "\n".join(lines)
    return f"{head.strip()}\n{text}\n" if name == "write" else f"{head.strip()} {text}"


def _number(text: str, what: str, example: str) -> int:
    if not text.isdecimal():
        raise UsageError(f"{text[:40]!r} is not {what}'s number", "", f"Write it like {example}.")
    return int(text)


def _words(argument: str) -> list[str]:
    try:
        return shlex.split(argument)
    except ValueError as error:
        raise UsageError(f"Cannot read {argument[:60]!r}", str(error).lower()) from error


def _shown(folder: Path) -> str:
    """A folder as one would type it here."""
    here = Path.cwd()
    return str(folder.relative_to(here)) if folder.is_relative_to(here) else str(folder)
