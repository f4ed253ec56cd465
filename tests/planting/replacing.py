"""Plants of writes over writes: concurrent write, overwrite, follow-up, lost update, livelock."""

from collections.abc import Iterator

from tests.planting.play import Play, changed, script
from workspaces.anomalies.finding import Kind, Verdict
from workspaces.history.events import SESSION, AnyEvent

_K = Kind


def _base(play: Play, author: str) -> tuple[str, str, AnyEvent]:
    """A new file of six lines: its path, its text and its first version."""
    path, text = play.stage.name("notes/") + ".txt", play.stage.lines()
    return path, text, play.stage.write(author, path, text)


@script(_K.CONCURRENT_WRITE, _K.OVERWRITE)
def blind_writes(play: Play, a: str, b: str) -> Iterator[None]:
    """Two write one new path, the second without having read it: with other bytes, or the same."""
    path, text, first = _base(play, a)
    yield
    if play.chance(0.3):
        if play.chance():
            play.stage.tell(a, b)
        yield
        second = play.stage.write(b, path, text)
        for kind in (_K.CONCURRENT_WRITE, _K.OVERWRITE, _K.LOST_UPDATE):
            play.clear(kind, first, second, why="bytes identical")
        return
    if play.chance(0.3):
        play.stage.tell(a, b)
    yield
    second = play.stage.write(b, path, play.stage.lines())
    play.replaced(first, second, knew=False)
    play.crossed(first, second)
    play.clear(_K.LOST_UPDATE, first, second, why="had not seen the path at all")


@script(_K.CONCURRENT_WRITE, _K.OVERWRITE, _K.LOST_UPDATE, _K.STALE_READ)
def lost_update(play: Play, a: str, b: str) -> Iterator[None]:
    """Both read one version, both write: the second loses the first's change, or keeps it."""
    stage = play.stage
    path, text, _ = _base(play, SESSION)
    yield
    read = stage.read(b, path)
    if play.chance():
        stage.read(a, path)
    yield
    for _ in range(play.rng.choice((0, 0, 0, 1, 2))):
        stage.fresh(b)
        yield
    theirs = changed(text, stage, 1)
    first = stage.write(a, path, theirs)
    yield
    if play.chance(0.2):
        stage.tell(a, b)
        yield
    how = play.rng.choice(("strong", "strong", "kept", "edit", "edit-strong"))
    mine = changed(text if "strong" in how else theirs, stage, play.rng.choice((2, 4)))
    second = stage.write(b, path, mine, edit="edit" in how)
    play.replaced(first, second, knew=False)
    play.crossed(first, second)
    if how == "edit":
        play.clear(_K.LOST_UPDATE, first, second, why="an edit applied to pred that keeps it")
    else:
        play.found(_K.LOST_UPDATE, first, second, why=how)
    if "strong" in how and stage.recent(second, read):
        play.found(_K.STALE_READ, read, first, second)
    else:
        play.clear(_K.STALE_READ, read, first, second, why="everything survived, or long ago")
    if how == "strong" and play.chance(0.3):
        yield
        stage.read(a, path)
        third = stage.write(a, path, theirs + mine)
        play.replaced(second, third, knew=True)
        play.clear(_K.CONCURRENT_WRITE, second, third, why="it was read")


@script(_K.FOLLOW_UP)
def follow_up(play: Play, a: str, b: str) -> Iterator[None]:
    """A version is read and replaced by somebody who had read it."""
    path, text, first = _base(play, a)
    yield
    play.stage.read(b, path)
    yield
    second = play.stage.write(b, path, changed(text, play.stage, 3))
    play.replaced(first, second, knew=True)
    for kind in (_K.CONCURRENT_WRITE, _K.LOST_UPDATE, _K.STALE_READ):
        play.clear(kind, first, second, why="base(w) = pred(w)")
    yield
    third = play.stage.write(b, path, play.stage.lines())
    play.clear(_K.OVERWRITE, second, third, why="its own version")


@script(_K.OVERWRITE, _K.LOST_UPDATE, _K.CONCURRENT_WRITE)
def two_losses(play: Play, a: str, b: str) -> Iterator[None]:
    """a and b lose each other's work on a file both had read; then a puts its own back."""
    stage = play.stage
    path, text, _ = _base(play, SESSION)
    stage.read(a, path)
    read = stage.read(b, path)
    yield
    first = stage.write(a, path, changed(text, stage, 0))
    yield
    second = stage.write(b, path, changed(text, stage, 5))
    play.replaced(first, second, knew=False)
    play.crossed(first, second)
    play.found(_K.LOST_UPDATE, first, second)
    if stage.recent(second, read):
        play.found(_K.STALE_READ, read, first, second)
    yield
    third = stage.write(a, path, changed(text, stage, 0))
    play.replaced(second, third, knew=False)
    play.crossed(second, third)
    play.found(_K.LOST_UPDATE, second, third)
    play.clear(_K.LOST_UPDATE, first, third, why="pred is another's")


@script(_K.LOST_UPDATE, actors=2)
def nothing_lost(play: Play, a: str, b: str) -> Iterator[None]:
    """Near-misses of a lost update: nothing had changed meanwhile, or by the writer itself."""
    stage = play.stage
    path, text, _ = _base(play, SESSION)
    stage.read(b, path)
    yield
    if play.chance():
        first = stage.write(b, path, changed(text, stage, 1))
        yield
        second = stage.write(b, path, changed(text, stage, 2))
        for kind in (_K.LOST_UPDATE, _K.OVERWRITE, _K.STALE_READ):
            play.clear(kind, first, second, why="its own version")
        return
    stage.read(a, path)
    first = stage.write(a, path, text)
    yield
    second = stage.write(b, path, changed(text, stage, 2))
    play.clear(_K.LOST_UPDATE, first, second, why="the bytes were those it had seen")
    play.replaced(first, second, knew=False)
    play.crossed(first, second)


@script(_K.OVERWRITE, _K.CONCURRENT_WRITE, _K.LOST_UPDATE, actors=1)
def outside_writes(play: Play, a: str) -> Iterator[None]:
    """Somebody changes a file without the gateway: before an agent writes, or after."""
    stage = play.stage
    path, text, first = _base(play, a)
    yield
    if play.chance(0.3):
        second = stage.outside(path, text)
        for kind in (_K.OVERWRITE, _K.CONCURRENT_WRITE, _K.LOST_UPDATE):
            play.clear(kind, first, second, why="bytes identical")
        return
    kept = play.chance(0.8)
    theirs = play.stage.lines() if play.chance() or not kept else changed(text, stage, 2)
    gone = play.chance(0.2)
    second = stage.outside(path, None if gone else theirs, kept)
    play.replaced(first, second, knew=False)
    play.crossed(first, second)
    if kept or gone:
        play.found(_K.LOST_UPDATE, first, second, verdict=Verdict.UNKNOWN)
    yield
    if gone or not kept:
        return
    if play.chance():
        stage.read(a, path)
        third = stage.write(a, path, changed(theirs, stage, 1))
        play.replaced(second, third, knew=True)
        play.clear(_K.LOST_UPDATE, second, third, why="it was read")
    else:
        third = stage.write(a, path, changed(text, stage, 0))
        play.replaced(second, third, knew=False)
        play.found(_K.LOST_UPDATE, second, third)
    play.crossed(second, third)


@script(_K.LIVELOCK, alone=True)
def ping_pong(play: Play, a: str, b: str) -> Iterator[None]:
    """Two put their own text back in turn; or other texts each time, or with work done between."""
    stage = play.stage
    how = play.rng.choice(("livelock", "livelock", "progress", "completed", "too short"))
    texts = {a: stage.lines(), b: stage.lines()}
    path = stage.name("notes/") + ".txt"
    moves = 3 if how == "too short" else play.rng.randint(4, 7)
    done: list[AnyEvent] = []
    blind = play.chance(0.3)
    for move in range(moves):
        agent, other = ((a, b), (b, a))[move % 2]
        if not blind:
            stage.read(agent, path)
        text = stage.lines() if how == "progress" else texts[agent]
        done.append(stage.write(agent, path, text))
        if move:
            play.replaced(done[-2], done[-1], knew=not blind)
            play.crossed(done[-2], done[-1])
        if blind and move > 1:
            play.found(_K.LOST_UPDATE, done[-2], done[-1])
        if how == "completed" and move % 2:
            stage.assign(other, task := stage.task())
            stage.complete(other, task)
        if not blind and move >= 2 and how != "progress":
            _taken_back(play, done)
        yield
    if how == "livelock":
        play.found(_K.LIVELOCK, *done[:4])
    else:
        play.clear(_K.LIVELOCK, *done, why=how)


def _taken_back(play: Play, done: list[AnyEvent]) -> None:
    """The reader of the version before last has since written it over: no dirty read."""
    play.clear(Kind.DIRTY_READ, done[-2], done[-1], why="the reader has written since")


@script(_K.OVERWRITE, actors=1)
def own_work(play: Play, a: str) -> Iterator[None]:
    """Harmless work: a file of one's own, tests, and a document that is written once."""
    stage = play.stage
    path, text, first = _base(play, a)
    shared = stage.name("docs/") + ".txt"
    stage.write(SESSION, shared, stage.lines())
    for _ in range(play.rng.randint(1, 4)):
        yield
        stage.read(a, shared if play.chance() else path)
        text = changed(text, stage, play.rng.randrange(6))
        second = stage.write(a, path, text)
        play.clear(Kind.OVERWRITE, first, second, why="its own version")
        if play.chance(0.3):
            stage.tests(a, returncode=play.rng.choice((0, 1, 5)))
