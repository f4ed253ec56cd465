"""Plants of reads that mislead: stale read, dirty read, write skew, changed signature."""

from collections.abc import Iterator

from tests.planting.play import Play, changed, script
from workspaces.anomalies.finding import Kind, Verdict
from workspaces.history.events import SESSION

_K = Kind


def _module(play: Play, first: str = "x + 1", second: str = "x - 1") -> str:
    """A module of two functions and a comment; the bodies as given."""
    return (
        f"# {play.stage.name('note ')}\n\n\ndef grow(x):\n    return {first}\n\n\n"
        f"def shrink(x):\n    return {second}\n"
    )


@script(_K.STALE_READ)
def stale_import(play: Play, a: str, b: str) -> Iterator[None]:
    """a reads a module, b changes it, a writes a file that imports it."""
    stage = play.stage
    name, caller = stage.name("module_"), stage.name("caller_") + ".py"
    path = f"{name}.py"
    stage.write(SESSION, path, _module(play))
    yield
    read = stage.read(a, path)
    yield
    how = play.rng.choice(("used", "used", "unused", "comment", "broken", "reread", "late"))
    body = {"unused": ("x + 1", "x - 3"), "comment": ("x + 1", "x - 1")}.get(
        how, ("x + 7", "x - 1")
    )
    text = "def grow(x:\n" if how == "broken" else _module(play, *body)
    head = stage.write(b, path, text)
    yield
    if how == "reread":
        stage.read(a, path)
    for _ in range(2 if how == "late" else 0):
        stage.fresh(a)
        yield
    how_imported = play.rng.choice((f"from {name} import grow", f"import {name}"))
    call = "grow(2)" if how_imported.startswith("from") else f"{name}.grow(2)"
    write = stage.write(a, caller, f"{how_imported}\n\nprint({call})\n")
    if how in ("used", "broken") and stage.recent(write, read):
        verdict = Verdict.UNKNOWN if how == "broken" else Verdict.FOUND
        play.found(_K.STALE_READ, read, head, write, verdict=verdict)
    else:
        play.clear(_K.STALE_READ, read, head, write, why=how)


@script(_K.DIRTY_READ, actors=2, alone=True)
def unfinished_read(play: Play, a: str, b: str) -> Iterator[None]:
    """a reads what b writes for a task: before it is complete, or after, or for a's own task."""
    stage = play.stage
    path = stage.name("work/") + ".txt"
    task = stage.task((path,))
    how = play.rng.choice(("unfinished", "unfinished", "done", "own", "released"))
    yield
    owner = a if how == "own" else b
    stage.assign(owner, task)
    yield
    write = stage.write(b, path, stage.lines(), task=task)
    if how == "own":
        play.found(_K.TAMPERING, write, why="the file of another's task")
    yield
    if how == "done":
        stage.complete(b, task)
    if how == "released":
        stage.release(b, task)
    yield
    read = stage.read(a, path)
    if how in ("unfinished", "released"):
        play.found(_K.DIRTY_READ, write, read)
        again = stage.read(a, path)
        play.clear(_K.DIRTY_READ, write, again, why="the same version by the same reader")
    else:
        play.clear(_K.DIRTY_READ, write, read, why=how)
    yield
    if how != "done":
        if how == "released":
            stage.assign(b, task, epoch=2)
        stage.complete(owner, task)


@script(_K.DIRTY_READ)
def reverted_read(play: Play, a: str, b: str) -> Iterator[None]:
    """a reads a version of b's that b takes back."""
    stage = play.stage
    path, old = stage.name("notes/") + ".txt", stage.lines()
    stage.write(b, path, old)
    yield
    how = play.rng.choice(("reverted", "reverted", "onward", "restored first", "deleted"))
    if how == "restored first":
        read = stage.read(a, path)
        second = stage.write(b, path, stage.lines())
    else:
        second = stage.write(b, path, changed(old, stage, 1))
        yield
        read = stage.read(a, path)
    yield
    if how == "deleted":
        third = stage.outside(path, None)
        play.found(_K.DIRTY_READ, second, read, third)
        play.replaced(second, third, knew=False)
        play.crossed(second, third)
        play.found(_K.LOST_UPDATE, second, third, verdict=Verdict.UNKNOWN)
        return
    third = stage.write(b, path, stage.lines() if how == "onward" else old)
    if how == "reverted":
        play.found(_K.DIRTY_READ, second, read, third)
    else:
        play.clear(_K.DIRTY_READ, read, third, why=how)


@script(_K.WRITE_SKEW)
def skew(play: Play, a: str, b: str) -> Iterator[None]:
    """a reads x and writes y, b reads y and writes x."""
    stage = play.stage
    how = play.rng.choice(("skew", "skew", "compatible", "signature", "reread", "one way", "late"))
    python = how in ("compatible", "signature") or play.chance(0.3)
    suffix = ".py" if python else ".txt"
    x, y = stage.name("x_") + suffix, stage.name("y_") + suffix
    texts = {p: _module(play) if python else stage.lines() for p in (x, y)}
    for path, text in texts.items():
        stage.write(SESSION, path, text)
    yield
    saw = stage.read(a, x)
    yield
    met = stage.read(b, y) if how != "one way" else saw
    yield
    for _ in range(2 if how == "late" else 0):
        stage.fresh(a)
        yield
    first = stage.write(a, y, _next(play, texts[y], how, python))
    yield
    for _ in range(2 if play.chance(0.2) else 0):
        stage.fresh(a)
        yield
    if how == "reread":
        stage.read(b, y)
        stage.read(a, x)
    second = stage.write(b, x, _next(play, texts[x], how, python))
    fresh = stage.recent(first, saw) and stage.recent(second, met)
    skewed = how in ("skew", "signature") and fresh and not stage.knew(second, first)
    if skewed:
        play.found(_K.WRITE_SKEW, saw, met, first, second)
    else:
        play.clear(_K.WRITE_SKEW, first, second, why=how)


def _next(play: Play, text: str, how: str, python: bool) -> str:
    """A changed text: with a premise gone, unless the change is to be compatible."""
    if not python:
        return changed(text, play.stage, 2)
    if how == "compatible":
        return text + f"\n\ndef {play.stage.name('more_')}(x):\n    return x\n"
    return text.replace("def grow(x)", "def grow(x, y)")


@script(_K.WRITE_SKEW)
def broken_caller(play: Play, a: str, b: str) -> Iterator[None]:
    """a changes a function's parameters while b writes a call of it as it was."""
    stage = play.stage
    name, caller = stage.name("module_"), stage.name("caller_") + ".py"
    path, old = f"{name}.py", _module(play)
    stage.write(SESSION, path, old)
    yield
    how = play.rng.choice(("required", "required", "removed", "default", "told", "spread"))
    new = {
        "removed": old.replace("def grow", "def raised"),
        "default": old.replace("def grow(x)", "def grow(x, step=1)"),
    }.get(how, old.replace("def grow(x)", "def grow(x, step)"))
    call = "grow(*[2])" if how == "spread" else "grow(2)"
    text = f"from {name} import grow\n\nprint({call})\n"
    module_first = play.chance() or how == "told"
    if module_first:
        first = stage.write(a, path, new)
        if how == "told":
            stage.tell(a, b)
        yield
        second = stage.write(b, caller, text)
    else:
        first = stage.write(b, caller, text)
        yield
        second = stage.write(a, path, new)
    if how in ("required", "removed") and not stage.knew(second, first):
        play.found(_K.WRITE_SKEW, first, second)
    else:
        play.clear(_K.WRITE_SKEW, first, second, why=how)
