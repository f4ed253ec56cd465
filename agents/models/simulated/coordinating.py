"""What an agent decides about tasks, where its team lets it: as a lead, a verifier or a discoverer.

It decides by its own view and with its own dice, and errs as people do: it spreads work unevenly,
forgets a task, gives out one that is blocked, accepts what is wrong because it did not look or did
not see it. The inclinations below are assumed: no published traces show a lead or a verifier.
"""

import re
from collections.abc import Sequence
from pathlib import PurePosixPath
from random import Random
from typing import Final, NamedTuple

from msgspec import structs

from agents.models.simulated.profile import Behaviour
from agents.models.simulated.reading import BoardTask, View
from agents.models.simulated.suspecting import faulty
from agents.protocol import actions as a

KEEPS_CHAINS: Final = 0.75
"""Gives a task to whoever has what it needs."""
FORGETS: Final = 0.04
"""Overlooks a task that it could give out."""
AHEAD: Final = 0.7
"""A lead that may assign at any time gives out tasks that still wait for others too."""
EVENS_OUT: Final = 0.5
"""Moves a task from an agent with many to one with none, when it sees both."""
ASKS: Final = 0.15
"""Asks somebody how a task stands."""
ANSWERS: Final = 0.85
LOOKS: Final = 0.85
"""Reads a completed task's files before it judges them."""
SEES: Final = 0.9
"""Notices a mistake in a file that it reads."""
VERIFIES: Final = 0.9
"""Takes the trouble to verify what it can, in a turn."""
OVERSEES: Final = 0.35
"""The same for a lead, of whom nobody expects it."""
AT_ONCE: Final = 3
"""Completed tasks that it judges in a turn, at most."""
SUMS_UP: Final = 0.2
ADDS: Final = 0.7
"""Adds a task for a module that tests could not import and no task names."""
MOST_TASKS: Final = 24
SIMULATED: Final = "A simulated model took this from the instruction's own words; it cannot plan."

_FILE = re.compile(r"(?<![\w./-])(?:[\w-]+/)*[\w-]+\.(?:py|md|txt|json|toml|csv|html|css|js|svg)\b")
_SENTENCE = re.compile(r"(?<=[.;!?])\s+(?=[A-Z`\"'(])")
_BULLET = re.compile(r"^\s*(?:[-*+]|\d+[.)])\s+")
_AFTER = re.compile(r"\b(?:then|after(?:wards)?|finally|using|on top of|based on)\b", re.IGNORECASE)


def orderly(inclined: Behaviour) -> Behaviour:
    """The inclinations of a decentralized team, on one that keeps up a graph: it is told what is
    ready and that others verify, so it takes up a task or two, mostly not the same as the others,
    and waits for a claim to be granted more often. Chosen so that overwrites become few, as LATTE
    reports (4 a session where a decentralized team had 35); nothing finer is known."""
    return structs.replace(
        inclined,
        sweep_first=0.0,
        sweep=0.0,
        batch=min(inclined.batch, 1.5),
        batch_first=min(inclined.batch_first, 1.5),
        in_order=inclined.in_order * 0.3,
        own_place=max(inclined.own_place, 0.8),
        eager=inclined.eager * 0.3,
        rewrite=inclined.rewrite * 0.2,
        polish=inclined.polish * 0.2,
        hesitate=inclined.hesitate * 0.3,
    )


class Given(NamedTuple):
    """A task to give out: its id and what it needs."""

    id: str
    needs: tuple[str, ...]


class Decided(NamedTuple):
    """What the kind of team asks of an agent beyond work: what it does, in what mood (empty: in
    none of its own), and the tasks that its own verdicts make ready."""

    actions: list[a.AnyAction]
    mood: str = ""
    opened: frozenset[str] = frozenset()


def coordinate(view: View, known: dict[str, str], rng: Random) -> Decided:
    """What to say about tasks, before any work. Nothing is asked of preassigned and decentralized
    teams, whose dice must fall as they were fitted."""
    if view.role == "lead" and view.team == "preassigned-watched":
        return Decided(watch(view, rng), "watch")
    leads = view.role == "lead" and view.team in ("lead", "lead-assigns")
    if (leads or view.team == "adaptive") and not view.tasks:
        return Decided(_make(view, leads, rng), "discover")
    actions: list[a.AnyAction] = []
    mood, opened = "", frozenset[str]()
    if leads and (view.team == "lead" or (view.open and not view.turns)):
        actions += lead(view, known, rng)
        mood = "lead" if actions else ""
    if view.verify and rng.random() < VERIFIES:
        verdicts = judge(view, view.verify, known, rng)
        mood = "verify" if verdicts else mood
        opened = opened_by(view, verdicts)
        actions += verdicts
    if view.lacking and (view.team == "adaptive" or (leads and view.team == "lead")):
        actions += missing(view, rng)
    if view.team in ("preassigned-watched", "lead"):
        actions += answer(view, rng)
    return Decided(actions, mood, opened)


def _make(view: View, leads: bool, rng: Random) -> list[a.AnyAction]:
    """Tasks out of the goal's words; a lead gives them out at once."""
    added = discover(view, rng)
    if not leads:
        return [*added]
    return [*added, *assign(view, [Given(task.id, task.dependencies) for task in added], rng)]


def assign(view: View, tasks: Sequence[Given], rng: Random) -> list[a.AnyAction]:
    """An owner for each of `tasks`, in an order in which what is needed comes first."""
    team = sorted((view.name, *view.mates))
    liking = {name: rng.lognormvariate(0.0, 0.5) for name in team}
    liking[view.name] *= 0.6
    owners = {task.id: task.by for task in view.tasks.values() if task.by in liking}
    load = {name: sum(1 for by in owners.values() if by == name) for name in team}
    actions: list[a.AnyAction] = []
    for task in tasks:
        if rng.random() < FORGETS:
            continue
        kept = next((owners[need] for need in reversed(task.needs) if need in owners), "")
        if not kept or rng.random() >= KEEPS_CHAINS:
            kept = min(team, key=lambda name: (load[name] + 1) / liking[name])
        owners[task.id] = kept
        load[kept] += 1
        actions.append(a.AssignTask(task.id, kept))
    return actions


def lead(view: View, known: dict[str, str], rng: Random) -> list[a.AnyAction]:
    """What a lead does beside its own work."""
    everything = view.team == "lead-assigns" or rng.random() < AHEAD
    tasks = [view.tasks[name] for name in view.open if name in view.tasks]
    ready = [task for task in tasks if everything or task.status == "ready"]
    actions = assign(view, [Given(task.id, task.needs) for task in ready], rng)
    if view.team == "lead":
        actions += _even_out(view, rng) if not actions else []
        actions += _ask(view, rng)
        if rng.random() < OVERSEES:
            done = [t.id for t in view.tasks.values() if t.status == "done" and not t.verified]
            actions += judge(view, done, known, rng)
    return actions


def watch(view: View, rng: Random) -> list[a.AnyAction]:
    """What a lead does that only watches."""
    actions = _ask(view, rng)
    done = sum(task.status == "done" for task in view.tasks.values())
    if view.tests and view.tests.failed and rng.random() < 0.5:
        actions.append(a.Broadcast(f"{view.tests.failed} tests fail; look at what you wrote."))
    elif done and rng.random() < SUMS_UP:
        actions.append(a.Broadcast(f"{done} of {len(view.tasks)} tasks are done."))
    if view.files and rng.random() < SUMS_UP:
        actions.append(a.RunTests())
    return actions


def judge(
    view: View, tasks: Sequence[str], known: dict[str, str], rng: Random
) -> list[a.AnyAction]:
    """Verdicts on some of the completed `tasks`, or a look at their files first."""
    mine = [view.tasks[n] for n in tasks if n in view.tasks and view.tasks[n].by != view.name]
    own = [view.tasks[n] for n in tasks if n in view.tasks and view.tasks[n].by == view.name]
    start = view.place % len(mine) if mine else 0
    actions: list[a.AnyAction] = []
    for task in (mine[start:] + mine[:start] or own)[:AT_ONCE]:
        unseen = [path for path in task.files if path in view.files and path not in view.contents]
        if unseen and rng.random() < LOOKS:
            actions += [a.ReadFile(path) for path in unseen]
        else:
            actions.append(_verdict(view, task, known, rng))
    return actions


def opened_by(view: View, verdicts: Sequence[a.AnyAction]) -> frozenset[str]:
    """The blocked tasks that lack nothing more once these verdicts are given."""
    settled = {task.id for task in view.tasks.values() if task.verified or task.status == "closed"}
    settled |= {v.id for v in verdicts if isinstance(v, a.VerifyTask) and not v.reason}
    return frozenset(
        task.id
        for task in view.tasks.values()
        if task.status == "blocked" and settled.issuperset(task.needs)
    )


def answer(view: View, rng: Random) -> list[a.AnyAction]:
    """Replies to questions among the mail."""
    actions: list[a.AnyAction] = []
    for sender, text in dict(view.mail).items():
        if sender in view.mates and text.rstrip().endswith("?") and rng.random() < ANSWERS:
            held = ", ".join(view.mine[:4])
            done = sum(
                task.by == view.name for task in view.tasks.values() if task.status == "done"
            )
            said = f"I hold {held}; {done} done." if held else f"I hold nothing; {done} done."
            actions.append(a.SendMessage(said, sender))
    return actions


def discover(view: View, rng: Random) -> list[a.AddTask]:
    """The instruction's own lines and sentences as tasks, where there are none."""
    found: list[a.AddTask] = []
    makes: dict[str, str] = {}
    for piece in _pieces(view.goal)[:MOST_TASKS]:
        if len(found) > 2 and rng.random() < FORGETS:
            continue
        name = f"task-{len(found) + 1}"
        named = tuple(dict.fromkeys(_FILE.findall(piece)))
        needs = dict.fromkeys(makes[path] for path in named if path in makes)
        if found and _AFTER.search(piece) and rng.random() < 0.8:
            needs[found[-1].id] = None
        files = tuple(path for path in named if path not in makes)
        makes.update(dict.fromkeys(files, name))
        title = " ".join(piece.split()[:9])
        found.append(a.AddTask(name, title, f"{piece} ({SIMULATED})", tuple(needs), files))
    return found


def missing(view: View, rng: Random) -> list[a.AddTask]:
    """Tasks for modules that the tests could not import and nobody is to write."""
    there = {PurePosixPath(path).stem for path in view.files}
    there |= {PurePosixPath(path).stem for task in view.tasks.values() for path in task.files}
    return [
        a.AddTask(
            f"task-{module}",
            f"{module}, which the tests import",
            f"The tests import {module}, and no task names it.",
            (),
            (f"{module}.py",),
        )
        for module in view.lacking
        if module not in there and len(module) <= 30 and rng.random() < ADDS
    ]


def _verdict(view: View, task: BoardTask, known: dict[str, str], rng: Random) -> a.VerifyTask:
    for path in task.files:
        text = view.contents.get(path)
        wrong = text is not None and path in known and faulty(text, known[path])
        if wrong and rng.random() < SEES:
            return a.VerifyTask(task.id, f"{path} does not do what the task says")
    return a.VerifyTask(task.id)


def _even_out(view: View, rng: Random) -> list[a.AnyAction]:
    held: dict[str, list[str]] = {name: [] for name in (view.name, *view.mates)}
    for task in view.tasks.values():
        if task.status == "held" and not task.blocked and task.by in held:
            held[task.by].append(task.id)
    most = max(held, key=lambda name: len(held[name]))
    idle = [name for name, tasks in held.items() if not tasks and name != view.name]
    if len(held[most]) < 3 or not idle or rng.random() >= EVENS_OUT:
        return []
    return [a.AssignTask(held[most][-1], rng.choice(idle))]


def _ask(view: View, rng: Random) -> list[a.AnyAction]:
    held = [
        task
        for task in view.tasks.values()
        if task.status == "held" and task.by in view.mates and not task.blocked
    ]
    if not held or rng.random() >= ASKS:
        return []
    task = rng.choice(held)
    return [a.SendMessage(f"How does {task.id} stand?", task.by)]


def _pieces(goal: str) -> list[str]:
    """The goal's bullets, or else its sentences; headings and what names no work are left out."""
    lines = [line.strip() for line in goal.split("\n") if line.strip()]
    bullets = [_BULLET.sub("", line) for line in lines if _BULLET.match(line)]
    if len(bullets) > 1:
        return [_plain(bullet) for bullet in bullets if _plain(bullet)]
    sentences = [part for line in lines for part in _SENTENCE.split(_BULLET.sub("", line))]
    pieces = [_plain(part) for part in sentences if len(part.split()) > 2]
    return pieces or [_plain(goal) or "Do what was asked"]


def _plain(text: str) -> str:
    """One line without what could be taken for a tag."""
    return re.sub(r"\s+", " ", re.sub(r"[<>`\x00-\x1f\x7f]", " ", text)).strip()
