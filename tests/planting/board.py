"""Plants on the task board: dependencies, duplicate work, owners, completions, files of others."""

from collections.abc import Iterator

from tests.planting.play import Play, script
from tests.planting.stage import TESTS
from workspaces.anomalies.finding import Kind, Verdict
from workspaces.history import events as e

_K = Kind


def _file(play: Play, suffix: str = ".txt") -> str:
    return play.stage.name("work_") + suffix


@script(_K.DEPENDENCY_VIOLATION, alone=True)
def too_early(play: Play, a: str, b: str) -> Iterator[None]:
    """a works on a task whose dependency is open, or done without a's knowledge, or known done."""
    stage = play.stage
    path, needed = _file(play), stage.task()
    task = stage.task((path,), (needed,))
    stage.act(a)
    stage.assign(b, needed)
    how = play.rng.choice(("open", "open", "unseen", "seen"))
    yield
    done = stage.complete(b, needed) if how != "open" else None
    if how == "seen":
        stage.fresh(a)
    yield
    claim = stage.claim(a, task)
    if done is None:
        play.found(_K.DEPENDENCY_VIOLATION, claim, why="open")
    elif stage.knew(claim, done):
        play.clear(_K.DEPENDENCY_VIOLATION, claim, why="the completion was seen")
    else:
        play.found(_K.DEPENDENCY_VIOLATION, done, claim, why="unseen")
    yield
    write = stage.write(a, path, stage.lines(), task=task)
    if done is None or not stage.knew(claim, done):
        play.clear(_K.DEPENDENCY_VIOLATION, write, why="told of at the claim")
    stray = stage.write(a, stage.name("notes/") + ".txt", stage.lines(), task=task)
    play.clear(_K.DEPENDENCY_VIOLATION, stray, why="a file outside the task")
    yield
    finish = stage.complete(a, task)
    if done is None:
        play.found(_K.DEPENDENCY_VIOLATION, finish, why="open")
        stage.complete(b, needed)
    else:
        play.clear(_K.DEPENDENCY_VIOLATION, done, finish, why="seen, or told of at the claim")


@script(_K.DEPENDENCY_VIOLATION, _K.TAMPERING, actors=1, alone=True)
def unclaimed_write(play: Play, a: str) -> Iterator[None]:
    """a writes the file of a task that nobody holds, and whose dependency is open, or is none."""
    stage = play.stage
    path, needs = _file(play), (stage.task(),) if play.chance() else ()
    stage.task((path,), needs)
    yield
    write = stage.write(a, path, stage.lines())
    play.found(_K.TAMPERING, write, why="unclaimed")
    if needs:
        play.found(_K.DEPENDENCY_VIOLATION, write, why="open")
    yield
    again = stage.write(a, path, stage.lines())
    play.clear(_K.TAMPERING, again, why="told before")
    play.clear(_K.DEPENDENCY_VIOLATION, again, why="told before")


@script(_K.HIDDEN_DEPENDENCY, actors=1, alone=True)
def hidden_import(play: Play, a: str) -> Iterator[None]:
    """The file of one task imports that of another, which the graph does not tell, or does."""
    stage = play.stage
    how = play.rng.choice(("hidden", "hidden", "opposite", "chain", "typing", "shared", "untasked"))
    one, other = stage.name("first_"), stage.name("second_")
    files = () if how == "untasked" else (f"{other}.py",)
    if how == "opposite":
        mine = stage.task((f"{one}.py",))
        theirs = stage.task(files, (mine,))
    else:
        theirs = stage.task(files)
        middle = stage.task((), (theirs,)) if how == "chain" else ""
        own = (f"{one}.py", f"{other}.py") if how == "shared" else (f"{one}.py",)
        mine = stage.task(own, (middle,) if middle else ())
    stage.assign(a, mine)
    yield
    text = f"from {other} import grow\n\nprint(grow(2))\n"
    if how == "typing":
        text = f"from typing import TYPE_CHECKING\n\nif TYPE_CHECKING:\n    {text}"
        text = text.replace("\n\nprint(grow(2))", "")
    write = stage.write(a, f"{one}.py", text)
    if how in ("hidden", "opposite"):
        play.found(_K.HIDDEN_DEPENDENCY, write, why=how)
    else:
        play.clear(_K.HIDDEN_DEPENDENCY, write, why=how)
    if how == "chain":
        play.found(_K.DEPENDENCY_VIOLATION, write, why="open")
    yield
    again = stage.write(a, f"{one}.py", text + "\n\nprint(3)\n")
    play.clear(_K.HIDDEN_DEPENDENCY, again, why="once for each pair of tasks")
    stage.release(a, mine)


@script(_K.DUPLICATE_WORK, _K.SPLIT_BRAIN, alone=True)
def two_holders(play: Play, a: str, b: str) -> Iterator[None]:
    """b takes a task that a holds: blindly, knowingly, or after a let go of it."""
    stage = play.stage
    task = stage.task()
    how = play.rng.choice(("blind", "blind", "stale epoch", "told", "released", "handover"))
    yield
    if how == "handover":
        first = stage.assign(a, task)
        second = stage.assign(b, task, epoch=2)
        play.clear(_K.SPLIT_BRAIN, first, second, why="a handover")
        play.clear(_K.DUPLICATE_WORK, first, second, why="a handover")
        yield
        stage.complete(b, task)
        return
    first = stage.claim(a, task)
    yield
    if how in ("told", "stale epoch"):
        stage.tell(a, b)
    if how == "released":
        stage.release(a, task)
    yield
    second = stage.claim(b, task, epoch=1 if how == "stale epoch" else 2)
    if how == "released":
        for kind in (_K.SPLIT_BRAIN, _K.DUPLICATE_WORK):
            play.clear(kind, first, second, why="it had been released")
    else:
        play.found(_K.DUPLICATE_WORK, first, second)
        if how != "stale epoch" and stage.knew(second, first):
            play.clear(_K.SPLIT_BRAIN, first, second, why="a newer epoch that knows the older")
        else:
            play.found(_K.SPLIT_BRAIN, first, second)
    yield
    if how == "released" or play.chance():
        stage.complete(b, task)
    else:
        done = stage.complete(a, task)
        play.found(_K.SPLIT_BRAIN, second, done, why="acting")


@script(_K.DUPLICATE_WORK, alone=True)
def two_makers(play: Play, a: str, b: str) -> Iterator[None]:
    """Both bring the same function into being for one task."""
    stage = play.stage
    paths = _file(play, ".py"), _file(play, ".py")
    task = stage.task()
    how = play.rng.choice(("made", "made", "other name", "planned", "seen"))
    stage.assign(a, task)
    if how == "planned":
        stage.assign(b, task, epoch=2)
    yield
    text = "def grow(x):\n    return x + 1\n"
    first = stage.write(a, paths[0], text, task=task)
    yield
    if how == "seen":
        stage.read(b, paths[0])
        play.found(_K.DIRTY_READ, first, stage.events[-1])
        second = stage.write(b, paths[0], text + "\n\ndef more(x):\n    return x\n", task=task)
        play.replaced(first, second, knew=True)
    else:
        name = "shrink" if how == "other name" else "grow"
        second = stage.write(b, paths[1], text.replace("grow", name), task=task)
    if how == "made":
        play.found(_K.DUPLICATE_WORK, first, second)
    else:
        play.clear(_K.DUPLICATE_WORK, first, second, why=how)
    yield
    stage.complete(b if how == "planned" else a, task)


@script(_K.SPLIT_BRAIN, alone=True, once=True)
def two_leads(play: Play, a: str, b: str) -> Iterator[None]:
    """Two members assign tasks, knowing of each other or not."""
    stage = play.stage
    tasks = stage.task(), stage.task()
    told = play.chance()
    first = stage.assign(a, tasks[0], by=a)
    yield
    if told:
        stage.tell(a, b)
    second = stage.assign(b, tasks[1], by=b)
    if stage.knew(second, first):
        play.clear(_K.SPLIT_BRAIN, first, second, why="it knew of the other's")
    else:
        play.found(_K.SPLIT_BRAIN, first, second)
    yield
    for agent, task in zip((a, b), tasks, strict=True):
        stage.complete(agent, task)


@script(_K.FALSE_COMPLETION, actors=1, alone=True)
def not_done(play: Play, a: str) -> Iterator[None]:
    """a reports a task done: without the file, with its own test failing, or truly done."""
    stage = play.stage
    stem = stage.name("work")
    task = stage.task((f"{stem}.txt",))
    stage.assign(a, task)
    how = play.rng.choice(("missing", "failing", "failed", "others", "passed", "untested", "fixed"))
    yield
    other = stage.name("work")
    stage.task((f"{other}.txt",))
    if how != "missing":
        stage.write(a, f"{stem}.txt", stage.lines())
    mine = f"{TESTS[0]}::test_{stem}_of_none"
    if how == "failed":
        stage.tests(a, failures=(mine,))
    if how in ("passed", "others"):
        stage.tests(a, failures=(f"x.py::test_{other}",) if how == "others" else ())
    done = stage.complete(a, task, tested=False)
    if how == "missing":
        play.found(_K.FALSE_COMPLETION, done, why=how)
        return
    if how == "failing":
        failed = stage.tests(a, failures=(mine,))
        play.found(_K.FALSE_COMPLETION, done, failed, why=how)
    elif how == "failed":
        play.found(_K.FALSE_COMPLETION, done, why=how)
    elif how == "untested":
        # Whatever test run comes next tells of it, if one comes.
        stage.tests(a)
        play.clear(_K.FALSE_COMPLETION, done, why="tested afterwards, and passing")
    elif how == "fixed":
        stage.write(a, f"{stem}.txt", stage.lines())
        stage.tests(a, failures=(mine,))
        play.untold.append(done)
    else:
        play.clear(_K.FALSE_COMPLETION, done, why=how)


@script(_K.TAMPERING, actors=2, alone=True)
def not_its_business(play: Play, a: str, b: str) -> Iterator[None]:
    """a writes a test, or the file of b's task, or of its own."""
    stage = play.stage
    path, own = _file(play), _file(play)
    task, mine = stage.task((path,)), stage.task((own,))
    how = play.rng.choice(("held", "held", "done", "own", "stray", "new"))
    stage.assign(b, task)
    stage.assign(a, mine)
    yield
    stage.write(a, own, stage.lines(), task=mine)
    stage.write(b, path, stage.lines(), task=task)
    if how == "done":
        stage.complete(b, task)
    yield
    if how in ("held", "done"):
        stage.read(a, path)
        if how == "held":
            play.found(_K.DIRTY_READ, stage.events[_last(play, path) - 1], stage.events[-1])
        before = stage.events[_last(play, path) - 1]
        write = stage.write(a, path, stage.lines())
        play.replaced(before, write, knew=True)
        play.found(_K.TAMPERING, write, why=how)
    elif how == "stray":
        free = stage.name("notes/") + ".txt"
        stage.write(e.SESSION, free, stage.lines())
        write = stage.write(a, free, stage.lines())
        play.found(_K.TAMPERING, write, why=how)
    else:
        write = stage.write(a, own if how == "own" else stage.name("notes/"), stage.lines())
        play.clear(_K.TAMPERING, write, why=how)
    yield
    stage.complete(a, mine)
    if how != "done":
        stage.complete(b, task)


def _last(play: Play, path: str) -> int:
    return play.stage.heads["", path].seq


@script(_K.TAMPERING, actors=1, alone=True)
def changed_tests(play: Play, a: str) -> Iterator[None]:
    """A test file of the suite is changed, by an agent or from outside."""
    stage = play.stage
    path = next((p for p in TESTS if ("", p) not in stage.heads), "")
    if not path:
        return
    stage.write(e.SESSION, path, stage.lines())
    yield
    if play.chance(0.7):
        play.found(_K.TAMPERING, stage.write(a, path, stage.lines()), why="tests")
        return
    write = stage.outside(path, stage.lines())
    play.found(_K.TAMPERING, write, verdict=Verdict.UNKNOWN, why="tests, outside")


@script(_K.ORPHAN_CLAIM, actors=2, alone=True)
def gone_holder(play: Play, a: str, b: str) -> Iterator[None]:
    """A holder stops, lets its lease run out, or falls silent; or had nothing, or is only slow."""
    stage = play.stage
    task = stage.task()
    how = play.rng.choice(("stopped", "stopped", "free", "lease", "silent", "slow", "renewed"))
    stage.act(a)
    if how != "free":
        stage.claim(a, task)
    yield
    if how in ("stopped", "free"):
        reason = play.rng.choice(("crashed", "frozen", "removed"))
        stop = stage.stop(a, reason)
        if how == "free":
            play.clear(_K.ORPHAN_CLAIM, stop, why="it held nothing")
        else:
            play.found(_K.ORPHAN_CLAIM, stop)
            yield
            stage.assign(b, task, epoch=2)
            stage.complete(b, task)
        yield
        stage.start(a)
        return
    stage.fresh(a)
    if how in ("lease", "renewed"):
        path = stage.name("notes/") + ".txt"
        stage.add(e.LeaseGranted(agent=a, path=path, token=1, expires=stage.now + 2.0))
        stage.end(a)
        stage.quiet.add(a)
        if how == "renewed":
            stage.add(e.LeaseRenewed(agent=a, expires=stage.now + 1e6))
        last = stage.events[-1]
        stage.now += 5.0
        stage.next_round()
        if how == "lease":
            play.found(_K.ORPHAN_CLAIM, last, stage.events[-1])
        else:
            play.clear(_K.ORPHAN_CLAIM, stage.events[-1], why="the lease was renewed")
    else:
        if how == "slow":
            stage.end(a)
            stage.call(a)
        else:
            stage.end(a)
        last = stage.events[-1]
        stage.quiet.add(a)
        yield
        for _ in range(4):
            stage.next_round()
            yield
        if how == "silent":
            play.found(_K.ORPHAN_CLAIM, last)
        else:
            play.clear(_K.ORPHAN_CLAIM, last, why="in the middle of a model's call")
    stage.quiet.discard(a)
    if how == "slow":
        stage.reply(a)
    stage.complete(a, task)
