"""Plants in worktrees and beneath leases: merge conflict, zombie write, interference."""

from collections.abc import Iterator

from tests.planting.play import Play, changed, script
from workspaces.anomalies.finding import Kind
from workspaces.history import events as e

_K = Kind


def _update(play: Play, agent: str, path: str) -> None:
    """Bring one path of the agent's worktree up to date with the shared tree."""
    stage = play.stage
    head = stage.heads["", path]
    causes = (head.seq,) if stage.events[head.seq - 1].agent not in (agent, e.SESSION) else ()
    stage.act(agent)
    stage.add(e.WorktreeUpdated(agent=agent, versions=((path, head.version),), causes=causes))


@script(_K.MERGE_CONFLICT)
def colliding_trees(play: Play, a: str, b: str) -> Iterator[None]:
    """Two change one file in trees of their own, or one in the shared tree: lines apart or not."""
    stage = play.stage
    path, text = stage.name("notes/") + ".txt", stage.lines(9)
    stage.write(e.SESSION, path, text)
    for agent in (a, b):
        _update(play, agent, path)
    yield
    at, other = play.rng.choice(((2, 2), (2, 3), (1, 4), (8, 0)))
    same = play.chance(0.15)
    mine = changed(text, stage, at)
    theirs = mine if same else changed(text, stage, other)
    shared = play.chance(0.3)
    first = stage.write(a, path, mine, where="" if shared else a)
    yield
    second = stage.write(b, path, theirs, where=b)
    collides = abs(at - other) <= 1 and not same
    if not collides:
        play.clear(_K.MERGE_CONFLICT, first, second, why="the lines are apart, or the same")
        return
    play.found(_K.MERGE_CONFLICT, first, second)
    yield
    reason = "conflict" if play.chance(0.7) else "tests"
    refused = stage.add(e.MergeRefused(agent=b, task="", reason=reason, paths=(path,)))
    if reason == "conflict":
        play.found(_K.MERGE_CONFLICT, refused)
    else:
        play.clear(_K.MERGE_CONFLICT, refused, why="the merge was clean, its tests failed")


@script(_K.MERGE_CONFLICT, actors=2)
def clean_merge(play: Play, a: str, b: str) -> Iterator[None]:
    """a's change is merged before b brings its tree up to date and changes the same lines."""
    stage = play.stage
    path, text = stage.name("notes/") + ".txt", stage.lines(9)
    stage.write(e.SESSION, path, text)
    _update(play, a, path)
    yield
    first = stage.write(a, path, changed(text, stage, 3), where=a)
    yield
    stage.act(a)
    stage.add(e.Merged(agent=a, task="", paths=(path,)))
    stage.known["", a, path] = 1
    merged = stage.write(a, path, changed(text, stage, 3))
    yield
    _update(play, b, path)
    second = stage.write(b, path, changed(text, stage, 3), where=b)
    for old in (first, merged):
        play.clear(_K.MERGE_CONFLICT, old, second, why="it was merged before")


@script(_K.ZOMBIE_WRITE, _K.OVERWRITE, _K.CONCURRENT_WRITE)
def fenced(play: Play, a: str, b: str) -> Iterator[None]:
    """a's lease runs out, b is granted the next one, and a writes all the same."""
    stage = play.stage
    path, text = stage.name("notes/") + ".txt", stage.lines()
    stage.write(e.SESSION, path, text)
    how = play.rng.choice(("zombie", "zombie", "unleased", "newest", "over", "first"))
    if how in ("zombie", "newest", "first"):
        stage.act(a)
        lease = stage.add(e.LeaseGranted(agent=a, path=path, token=1, expires=stage.now + 1e6))
        yield
        if how == "first":
            write = stage.write(a, path, changed(text, stage, 1), token=1)
            play.clear(_K.ZOMBIE_WRITE, lease, write, why="its token is the newest")
            return
        stage.add(e.LeaseEnded(agent=a, path=path, token=1, reason="expired"))
        yield
    stage.act(b)
    lasts = 1e6 if how != "over" else 0.0
    newest = stage.add(e.LeaseGranted(agent=b, path=path, token=2, expires=stage.now + lasts))
    yield
    writer = b if how == "newest" else a
    token = {"zombie": 1, "newest": 2}.get(how, 0)
    write = stage.write(writer, path, changed(text, stage, 1), token=token)
    if how in ("zombie", "unleased"):
        play.found(_K.ZOMBIE_WRITE, newest, write)
    else:
        play.clear(_K.ZOMBIE_WRITE, newest, write, why=how)


@script(_K.INTERFERENCE, actors=1)
def moved_head(play: Play, a: str) -> Iterator[None]:
    """Somebody runs git in the workspace: beneath agents at work, or when all is quiet."""
    stage = play.stage
    operation = play.rng.choice(
        ("checkout", "reset", "stash", "clean", "rebase", "commit", "merge")
    )
    yield
    if play.chance(0.3):
        for agent in stage.roster:
            stage.end(agent)
    mover = play.rng.choice((a, e.OUTSIDE))
    event = stage.add(
        e.RepositoryMoved(agent=mover, operation=operation, before="1" * 40, after="2" * 40)
    )
    if stage.busy() - {mover} and operation not in ("commit", "merge"):
        play.found(_K.INTERFERENCE, event)
    else:
        play.clear(_K.INTERFERENCE, event, why=f"nobody at work, or a {operation}")
