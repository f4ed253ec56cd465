"""What detectors of writes share."""

from tests.anomalies.team import Team
from workspaces.anomalies.writes import Reads, base_of, is_write, sentence, tasks_of, text_at, who
from workspaces.history import events as e

WRITTEN = e.FileWritten(
    agent="ada", turn=1, path="0.py", version=2, base=1, replaced=1, blob="", size=0
)


def test_which_writes_can_harm_somebody() -> None:
    assert is_write(WRITTEN)
    assert is_write(e.OutsideWrite(path="0.py", version=2, replaced=1, blob="", size=0))
    for field, value in (("agent", e.SESSION), ("where", "ada")):
        assert not is_write(e.FileWritten(**{**_fields(WRITTEN), field: value}))
    assert not is_write(e.FileRead(agent="ada", turn=1, path="0.py", version=1))


def _fields(event: e.FileWritten) -> dict[str, object]:
    return {name: getattr(event, name) for name in event.__struct_fields__}


def test_of_an_outside_writer_nobody_knows_the_base() -> None:
    assert base_of(WRITTEN) == 1
    assert base_of(e.OutsideWrite(path="a", version=2, replaced=1, blob="", size=0)) == e.UNREAD


def test_a_write_serves_the_task_it_names_or_those_that_name_its_path() -> None:
    team = Team()
    team.task("first", "a.py")
    team.task("second", "a.py", "b.py")
    named, other, outside = (
        team.write("ada", "a.py", "1\n"),
        team.write("ada", "c.py", "1\n"),
        e.OutsideWrite(path="b.py", version=1, replaced=0, blob="", size=0),
    )
    assert tasks_of(named, team.state) == ("first", "second")
    assert tasks_of(other, team.state) == ()
    assert tasks_of(outside, team.state) == ("second",)
    assert tasks_of(e.FileWritten(**{**_fields(named), "task": "its own"}), team.state) == (
        "its own",
    )
    assert tasks_of(e.FileRead(agent="ada", turn=1, path="a.py", version=1), team.state) == ()


def test_the_text_of_a_version_that_is_there_was_deleted_or_is_not_known() -> None:
    team = Team()
    team.write("ada", "a.py", "1\n")
    assert text_at("a.py", 1, team.state) == "1\n"
    assert text_at("a.py", 0, team.state) == ""
    assert text_at("a.py", e.UNREAD, team.state) == ""
    assert text_at("a.py", 2, team.state) is None
    assert text_at("b.py", 1, team.state) is None


def test_the_reading_that_a_write_was_based_on() -> None:
    reads = Reads()
    assert reads.evidence(WRITTEN) == ()
    reads.observe(e.FileRead(seq=3, agent="ada", turn=1, path="0.py", version=1))
    reads.observe(e.FileRead(seq=4, agent="ada", turn=1, path="0.py", version=7, where="ada"))
    reads.observe(e.FileRead(seq=5, agent="bob", turn=1, path="0.py", version=2))
    [step] = reads.evidence(WRITTEN)
    assert (step.seq, step.reason) == (3, "ada read version 1")
    reads.observe(e.FileRead(seq=6, agent="ada", turn=1, path="0.py", version=2))
    assert reads.evidence(WRITTEN) == ()


def test_how_an_actor_begins_a_sentence() -> None:
    assert sentence(f"{who(e.OUTSIDE)} wrote a") == "Somebody outside the team wrote a"
    assert sentence(f"{who('ada')} wrote a") == "ada wrote a"
