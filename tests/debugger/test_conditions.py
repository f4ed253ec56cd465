"""Conditions as a person writes them: what they mean, and what is said about wrong ones."""

import pytest

from agents.debugger.conditions import parse
from agents.runtime.usage import UsageError
from workspaces.history import events as e
from workspaces.history.state import State, fold


def team(*more: e.AnyEvent) -> State:
    started = e.SessionStarted(
        session="s",
        schema=1,
        version="",
        wall_time="",
        settings=e.Settings(
            suite="s",
            team="t",
            control="none",
            cadence="rounds",
            timing="wall",
            seed=1,
            max_rounds=1,
        ),
        members=(e.Member(name="a", model="m"), e.Member(name="b", model="m")),
    )
    task = e.TaskAdded(seq=2, task="t1", title="one", files=("src/one.py",))
    return fold([started, task, *more])


WRITE = e.FileWritten(
    seq=3, agent="a", turn=1, path="src/one.py", version=1, base=0, replaced=0, blob="x", size=1
)


@pytest.mark.parametrize(
    ("text", "event", "holds"),
    [
        ("event:file-written", WRITE, True),
        ("event:file-*", WRITE, True),
        ("event:task-claimed", WRITE, False),
        ("path:src/*.py", WRITE, True),
        ("path:*.md", WRITE, False),
        ("agent:a path:src/*", WRITE, True),
        ("agent:b path:src/*", WRITE, False),
        ("task:t1", WRITE, True),
        ("task:t1", e.TaskClaimed(seq=3, agent="a", task="t1", epoch=1), True),
        ("task:t2", WRITE, False),
        ("text:'Do NOT'", e.MessageSent(agent="a", to=("b",), text="please do not"), True),
        ("text:overwrite", e.Text(agent="a", turn=1, text="I overwrite"), True),
        ("text:overwrite", WRITE, False),
        ("event:file-written time>10", WRITE, False),
    ],
)  # fmt: skip
def test_a_condition_holds_where_it_says(text: str, event: e.AnyEvent, holds: bool) -> None:
    assert bool(parse(text).met(event, team(), ())) == holds


@pytest.mark.parametrize(("code", "holds"), [(0, False), (1, True), (5, True)])
def test_a_failure_is_a_test_run_that_did_not_pass(code: int, holds: bool) -> None:
    ended = e.TestsEnded(
        agent="a", run=1, tree="", passed=0, failed=0, errors=0, returncode=code, seconds=0.0
    )
    assert bool(parse("failure").met(ended, team(), ())) == holds


def test_measures_look_at_the_state() -> None:
    said = e.ReplyEnded(seq=3, t=50, agent="a", turn=1, tokens_in=90, tokens_out=20, seconds=1)
    sent = e.MessageSent(seq=4, t=60, agent="a", to=("b",), text="hello")
    later = e.RoundStarted(seq=5, t=100, round=3)
    state = team(said, sent, later)
    for text, holds in {
        "tokens>100": True, "tokens>110": False, "cost>0": False, "time>99": True, "round>2": True,
        "round>3": False, "unread>30": True, "unread>40": False, "idle>99": True, "idle>100": False,
        "tokens>100 unread>40": False,
    }.items():  # fmt: skip
        assert bool(parse(text).met(later, state, ())) == holds, text


@pytest.mark.parametrize(
    ("text", "cause"),
    [
        ("", "nowhere to stop"),
        ("once hits:2", "nowhere to stop"),
        ("finding:lost-upd", "no finding"),
        ("event:written", "no event"),
        ("tokens>many", "a number"),
        ("tokens>nan", "a number"),
        ("tokens:5", "nothing known"),
        ("hits:0 failure", "nothing known"),
        ("when it breaks", "nothing known"),
        ("text:'unclosed", "no closing quotation"),
        ("finding:idle event:text", "at once"),
    ],
)
def test_a_wrong_condition_says_why(text: str, cause: str) -> None:
    with pytest.raises(UsageError) as refused:
        parse(text)
    assert cause in refused.value.cause
    assert refused.value.fix
