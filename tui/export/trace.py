"""A trace for Perfetto and chrome://tracing, in the Trace Event Format's JSON object form.

One process is the session, one track per actor. Turns are slices, with the call of the model,
the actions and test runs nested in them; writes, tasks and findings are instants; messages are
flow arrows; tasks done, agents at work and tokens are counters. Times are microseconds.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import msgspec

from tui.export.account import Account, Run, Turn
from tui.export.describing import describe, tag
from tui.export.options import Options
from tui.export.output import replacing
from tui.views import hand
from tui.views.line import flat
from workspaces.history import events as e

PROCESS: Final = 1
Entry = dict[str, Any]

_INSTANTS: Final = (
    e.FileWritten,
    e.OutsideWrite,
    e.TaskClaimed,
    e.TaskAssigned,
    e.TaskReleased,
    e.TaskCompleted,
    e.ActionRefused,
    e.Merged,
    e.MergeRefused,
    e.RepositoryMoved,
    e.FaultStarted,
    e.FaultEnded,
    e.AgentStopped,
    e.AgentStarted,
    e.RoundStarted,
    e.SessionPaused,
    e.SessionContinued,
    e.SessionEnded,
    e.Warned,
    *hand.KINDS,
)


def write(account: Account, out: Path, options: Options) -> None:
    """Write the trace."""
    trace = {
        "traceEvents": list(_entries(account)),
        "displayTimeUnit": "ms",
        "otherData": {
            "session": account.started.session,
            "title": flat(account.title),
            "began": account.started.wall_time,
            "crosstalk": account.started.version,
        },
    }
    with replacing(out) as file:
        file.write(msgspec.json.encode(trace))


def _entries(account: Account) -> Iterator[Entry]:
    tracks = {actor: place for place, actor in enumerate(account.actors(), 1)}
    yield from _names(account, tracks)
    for turn in account.turns:
        yield from _turn(turn, tracks[turn.agent])
    for run in account.runs:
        yield from _run(run, tracks.get(run.agent, 0))
    for event in account.events:
        if isinstance(event, _INSTANTS) and event.agent in tracks:
            yield _instant(describe(event), tag(event), event.t, tracks[event.agent], event.seq)
    for finding in account.findings:
        for agent in [name for name in finding.agents if name in tracks] or [e.SESSION]:
            name = f"{finding.kind.value} ({finding.severity.value})"
            entry = _instant(name, "finding", finding.t, tracks.get(agent, 0), finding.seq)
            entry["args"] |= {"summary": flat(finding.summary), "verdict": finding.verdict.value}
            yield entry
    yield from _messages(account, tracks)
    yield from _counters(account)


def _us(seconds: float) -> int:
    return round(seconds * 1e6)


def _entry(phase: str, name: str, category: str, t: float, track: int) -> Entry:
    ts = _us(t)
    return {"ph": phase, "name": name, "cat": category, "ts": ts, "pid": PROCESS, "tid": track}


def _names(account: Account, tracks: dict[str, int]) -> Iterator[Entry]:
    def named(what: str, track: int, args: Entry) -> Entry:
        return {"ph": "M", "name": what, "pid": PROCESS, "tid": track, "ts": 0, "args": args}

    yield named("process_name", 0, {"name": flat(account.title)})
    for actor, track in tracks.items():
        model = account.model_of(actor)
        words = f"{actor} ({model})" if model else actor
        yield named("thread_name", track, {"name": flat(words)})
        yield named("thread_sort_index", track, {"sort_index": track})


def _slice(name: str, category: str, began: float, ended: float, track: int) -> Entry:
    entry = _entry("X", name, category, began, track)
    return entry | {"dur": max(_us(ended) - entry["ts"], 0), "args": {}}


def _turn(turn: Turn, track: int) -> Iterator[Entry]:
    whole = _slice(f"turn {turn.number}", "turn", turn.began, turn.ended, track)
    whole["args"] = {"seq": turn.seq, "round": turn.round}
    yield whole
    replied = turn.ended if turn.replied is None else turn.replied
    call = _slice("model", "model", turn.began, replied, track)
    call["args"] = {
        "tokens_in": turn.tokens_in,
        "tokens_out": turn.tokens_out,
        "finish": turn.finish or "cut off",
    }
    yield call
    if turn.ended > replied:
        yield _slice("actions", "actions", replied, turn.ended, track)


def _run(run: Run, track: int) -> Iterator[Entry]:
    args = {"seq": run.seq}
    if run.result:
        wrong = run.result.failed + run.result.errors
        args |= {"passed": run.result.passed, "failed": wrong}
    if run.turn:
        yield _slice("tests", "tests", run.began, run.ended, track) | {"args": args}
        return
    # Slices of a track must nest; what lies across a turn's end goes beside them.
    for phase, t in (("b", run.began), ("e", run.ended)):
        yield _entry(phase, "tests", "tests", t, track) | {"id": f"run-{run.seq}", "args": args}


def _instant(name: str, category: str, t: float, track: int, seq: int) -> Entry:
    return _entry("i", name, category, t, track) | {"s": "t", "args": {"seq": seq}}


def _messages(account: Account, tracks: dict[str, int]) -> Iterator[Entry]:
    """An arrow needs a slice at either end to hang on to, so both get one of a microsecond."""
    for number, arrow in enumerate(account.arrows, 1):
        ends = (("s", arrow.sent), ("f", arrow.received))
        for phase, event in ends:
            track = tracks.get(event.agent, 0)
            at = _slice(describe(arrow.sent), "message", event.t, event.t + 1e-6, track)
            yield at | {"args": {"seq": event.seq}}
            flow = _entry(phase, "message", "message", event.t, track) | {"id": number}
            yield flow | ({"bp": "e"} if phase == "f" else {})


def _counters(account: Account) -> Iterator[Entry]:
    done: set[str] = set()
    busy: set[str] = set()
    tokens = found = 0
    findings = iter(account.findings)
    due = next(findings, None)
    for event in account.events:
        before = (len(done), len(busy), tokens, found)
        match event:
            case e.TaskCompleted():
                done.add(event.task)
            case e.TurnStarted():
                busy.add(event.agent)
            case e.TurnEnded():
                busy.discard(event.agent)
            case e.ReplyEnded():
                tokens += event.tokens_out
            case _:
                pass
        while due and due.seq <= event.seq:
            found += 1
            due = next(findings, None)
        after = (len(done), len(busy), tokens, found)
        names = ("tasks done", "agents at work", "tokens written", "findings")
        for name, old, new in zip(names, before, after, strict=True):
            if new != old or event.seq == 1:
                yield _entry("C", name, "counter", event.t, 0) | {"args": {"value": new}}
