"""What an agent can have acted on."""

from workspaces.anomalies.turns import MOST_READS, RecentReads
from workspaces.history import events as e


def read(path: str, version: int = 1, agent: str = "ada", where: str = "") -> e.FileRead:
    return e.FileRead(agent=agent, turn=1, path=path, version=version, where=where)


def begun(agent: str = "ada") -> e.TurnStarted:
    return e.TurnStarted(agent=agent, turn=1, round=1, prompts=())


def after(*events: e.AnyEvent) -> RecentReads:
    reads = RecentReads()
    for event in events:
        reads.observe(event)
    return reads


def versions(reads: RecentReads, agent: str = "ada") -> dict[str, int]:
    return {path: event.version for path, event in reads.of(agent).items()}


def test_reads_of_this_turn_and_the_one_before_count() -> None:
    reads = after(read("a"), begun(), read("b"))
    assert versions(reads) == {"a": 1, "b": 1}
    reads.observe(begun())
    assert versions(reads) == {"b": 1}
    reads.observe(begun("bob"))
    assert versions(reads) == {"b": 1}
    assert versions(reads, "bob") == {}
    reads.observe(begun())
    assert versions(reads) == {}


def test_the_newest_read_of_a_path_counts() -> None:
    assert versions(after(read("a", 1), begun(), read("a", 2))) == {"a": 2}
    assert versions(after(read("a", 1), read("a", 2))) == {"a": 2}


def test_ones_own_write_ends_what_one_read() -> None:
    written = e.FileWritten(
        agent="ada", turn=1, path="a", version=2, base=1, replaced=1, blob="", size=0
    )
    assert versions(after(read("a"), read("b"), written)) == {"b": 1}
    assert versions(after(read("a"), begun(), read("a"), written)) == {}
    assert versions(after(read("a", agent="bob"), written), "bob") == {"a": 1}


def test_a_worktree_of_ones_own_tells_nothing_of_the_shared_tree() -> None:
    assert versions(after(read("a"), read("a", 2, where="ada"), read("b", where="ada"))) == {"a": 1}


def test_the_oldest_of_many_reads_are_forgotten() -> None:
    many = [read(f"f{number}") for number in range(MOST_READS)]
    assert len(versions(after(*many))) == MOST_READS
    assert len(versions(after(*many, read("f0", 2)))) == MOST_READS
    kept = versions(after(*many, read("f0", 2), read("new")))
    assert len(kept) == MOST_READS
    assert "f1" not in kept
    assert (kept["f0"], kept["new"]) == (2, 1)
