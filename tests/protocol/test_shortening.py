"""What is left out of a context that is too long, in which order, and what never is."""

from hypothesis import given
from hypothesis import strategies as st

from agents.protocol.context import Draft, render
from agents.protocol.reply import Reply
from agents.protocol.shortening import SHORTEST_RESULT, shorten

WHOLE = Draft(
    system="the goal",
    heading="# Round 3",
    replies=tuple(
        (f"Turn {n}.", Reply((f'I take it. <claim_task id="task-{n}"/>' + "word " * 100,)))
        for n in (1, 2, 3)
    ),
    board=("- task-1 [done by agent-1] A | a.py", "- task-2 [held by agent-2] B | b.py"),
    yours=("### task-2 B\nEvery word of the task",),
    ready=("### task-4 D\n" + "long " * 50,),
    files=("- a.py (version 1 by agent-1)", "- b.py (version 1 by agent-2)"),
    results=("read_file a.py (version 1):\n" + "x = 1\n" * 500, "run_tests: 3 passed"),
    news=tuple(f"- agent-1 wrote {n}.py (version 1)" for n in range(10)),
    mail=((11, "- from agent-3: first"), (12, "- from agent-3: second")),
)


def length(draft: Draft) -> int:
    return sum(len(message.text) for message in render(draft))


def to(limit: int) -> Draft:
    return shorten(WHOLE, lambda draft: length(draft) <= limit).draft


def test_what_fits_stays_as_it_is() -> None:
    assert shorten(WHOLE, lambda draft: True) == (WHOLE, (), "", True)


def test_old_replies_become_what_was_done_in_them() -> None:
    shorter = to(length(WHOLE) - 700)
    assert shorter.replies == WHOLE.replies[2:]
    assert shorter.past == ("- Turn 1: claim_task task-1", "- Turn 2: claim_task task-2")
    assert shorter.news == WHOLE.news


def test_old_news_become_a_count() -> None:
    shorter = to(length(to(length(WHOLE) - 700)) - 100)
    assert shorter.news == ("- (and 5 earlier)", *WHOLE.news[5:])
    once_more = to(length(shorter) - 40)
    assert once_more.news == ("- (and 8 earlier)", *WHOLE.news[8:])


def test_mail_that_finds_no_room_is_named_oldest_first() -> None:
    tight = to(0)
    one = shorten(WHOLE, lambda draft: length(draft) <= length(tight) + 200)
    assert one.draft.mail[-1:] in ((), WHOLE.mail[1:])
    none = shorten(WHOLE, lambda draft: False)
    assert none.mail == (11, 12)
    assert not none.fits


@given(st.integers(min_value=0, max_value=8000))
def test_the_task_and_the_goal_stay_whatever_the_limit(limit: int) -> None:
    result = shorten(WHOLE, lambda draft: length(draft) <= limit)
    assert result.draft.system == WHOLE.system
    assert result.draft.yours == WHOLE.yours
    assert result.fits == (length(result.draft) <= limit)
    assert length(result.draft) <= length(WHOLE)
    shown = {number for number, _ in result.draft.mail}
    assert shown | set(result.mail) == {11, 12}
    assert not shown & set(result.mail)


def test_a_cut_result_says_so() -> None:
    read = next(text for text in to(2200).results if text.startswith("read_file"))
    assert "left out for want of room" in read
    assert len(read) >= SHORTEST_RESULT - 100
