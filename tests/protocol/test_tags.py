"""Actions written as tags: what parses, in which order, and what is said about what does not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.protocol import actions as a
from agents.protocol.tags import parse


def test_actions_come_in_the_order_written() -> None:
    reply = (
        'First <claim_task id="task-3"/>, then\n'
        '<write_file path="mean.py">\ndef mean(v):\n    return sum(v) / len(v)\n</write_file>\n'
        "<run_tests/> and <complete_task id='task-3'/><list_files/><wait/>"
    )
    assert parse(reply) == [
        a.ClaimTask("task-3"),
        a.WriteFile("mean.py", "def mean(v):\n    return sum(v) / len(v)\n"),
        a.RunTests(),
        a.CompleteTask("task-3"),
        a.ListFiles(),
        a.Wait(),
    ]


@pytest.mark.parametrize("fence", ["```python\n{}\n```", "\n```\n{}\n```\n", "  ```py\n{}```"])
def test_a_fence_around_a_file_is_not_part_of_it(fence: str) -> None:
    code = 'def f():\n    return "<b>&amp;"'
    reply = f'<write_file path="f.py">{fence.format(code)}</write_file>'
    assert parse(reply) == [a.WriteFile("f.py", code + "\n")]


@pytest.mark.parametrize(
    ("path", "body", "content"),
    [
        ("f.py", "Here it is:\n```python\nx = 1\n```\nThat is all.", "x = 1\n"),
        ("f.py", "````\nx = 1\n````", "x = 1\n"),
        ("f.py", "~~~python\nx = 1\n~~~", "x = 1\n"),
        ("f.py", "#\n```\nb\n```\n```\nc\n```\n#", "#\n```\nb\n```\n```\nc\n```\n#\n"),
        ("f.md", "Run\n```sh\nmake\n```\nnow", "Run\n```sh\nmake\n```\nnow\n"),
    ],
)
def test_remarks_and_fences_of_any_kind_are_not_part_of_code(
    path: str, body: str, content: str
) -> None:
    assert parse(f'<write_file path="{path}">{body}</write_file>') == [a.WriteFile(path, content)]


def test_a_whole_reply_may_stand_in_a_fence() -> None:
    assert parse('```xml\n<claim_task id="t"/>\n<wait/>\n```') == [a.ClaimTask("t"), a.Wait()]


@pytest.mark.parametrize("end", ["</think>", ""])
def test_what_a_model_thinks_is_not_done(end: str) -> None:
    thought = f'<think>I could <claim_task id="t1"/> {end}'
    done = [a.ClaimTask("t2")] if end else []
    assert parse(f'{thought}<claim_task id="t2"/>') == done


def test_a_tag_in_backticks_is_talked_about_not_done() -> None:
    assert parse('I would `<claim_task id="task-1"/>` but wait: <claim_task id="task-2"/>') == [
        a.ClaimTask("task-2")
    ]


def test_edit_takes_its_parts_literally() -> None:
    reply = (
        '<edit_file path="a.py"><search>\nx = 1\n</search><replace>\nx = 2\n</replace></edit_file>'
    )
    assert parse(reply) == [a.EditFile("a.py", "x = 1", "x = 2")]


def test_messages() -> None:
    assert parse('<send_message to="agent-2"> hi </send_message><broadcast>all</broadcast>') == [
        a.SendMessage("hi", "agent-2"),
        a.Broadcast("all"),
    ]


def test_tasks_are_added_given_judged_and_closed() -> None:
    reply = (
        '<add_task id="task-9" title="Sum" dependencies="task-1, task-2" files="a.py b.py">\n'
        "Adds numbers.\n</add_task>"
        '<add_task id="t" title="x"/>'
        '<assign_task id="task-3" agent="agent-2"/>'
        '<verify_task id="task-3"/><verify_task id="task-4">returns None</verify_task>'
        '<close_task id="task-9">not needed</close_task><close_task id="task-8"/>'
        '<run_script path="x.py"/>'
    )
    assert parse(reply) == [
        a.AddTask("task-9", "Sum", "Adds numbers.", ("task-1", "task-2"), ("a.py", "b.py")),
        a.AddTask("t", "x"),
        a.AssignTask("task-3", "agent-2"),
        a.VerifyTask("task-3"),
        a.VerifyTask("task-4", "returns None"),
        a.CloseTask("task-9", "not needed"),
        a.CloseTask("task-8"),
        a.RunScript("x.py"),
    ]


@pytest.mark.parametrize(
    ("reply", "tag", "reason"),
    [
        ("<claim_task id=task-3/>", "claim_task", 'name="value"'),
        ("<claim_task>", "claim_task", 'needs id="…"'),
        ('<claim_task id=""/>', "claim_task", 'needs id="…"'),
        ("<claim_task id=3/>", "claim_task", "does not parse"),
        ('<write_file path="x.py">abc', "write_file", "never closed"),
        ('<write_file path="x.py"/>', "write_file", "content"),
        ('<edit_file path="x.py"><search>a</search></edit_file>', "edit_file", "<replace>"),
        (
            '<edit_file path="x.py"><search></search><replace>b</replace></edit_file>',
            "edit_file",
            "empty",
        ),
        ("<broadcast></broadcast>", "broadcast", "empty"),
        ('<add_task id="task-9"/>', "add_task", 'needs title="…"'),
        ('<add_task title="x">y', "add_task", "never closed"),
        ('<assign_task id="task-3"/>', "assign_task", 'needs agent="…"'),
        ("<run_script/>", "run_script", 'needs path="…"'),
    ],
)
def test_what_does_not_parse_says_why(reply: str, tag: str, reason: str) -> None:
    [found] = parse(reply)
    assert isinstance(found, a.Malformed)
    assert found.tag == tag
    assert reason in found.reason


def test_other_tags_are_text() -> None:
    assert parse("<div><b>a < b</b></div> <think>no</think> <waiting/>") == []


@given(st.text(alphabet=st.sampled_from("<>/\"'`= \nabcdefrwitplm_taskid"), max_size=200))
def test_no_text_raises(text: str) -> None:
    parse(text)


@given(content=st.text(max_size=200), path=st.from_regex(r"[a-z]{1,8}\.py", fullmatch=True))
def test_any_content_without_a_closing_tag_survives(content: str, path: str) -> None:
    if "</write_file>" in content or content.lstrip().startswith("```"):
        return
    [found] = parse(f'<write_file path="{path}">\n{content}\n</write_file>')
    assert isinstance(found, a.WriteFile)
    assert found.content.rstrip() == content.rstrip()


@pytest.mark.parametrize(
    "reply",
    [
        "<write_file path='a'>" * 100_000,
        "<edit_file path='a'><search>x</search>" * 100_000,
        "<write_file path='a'>```py\n" + "```x\n" * 100_000 + "</write_file>",
        "`a` <wait/>" * 50_000,
        "<think>" * 50_000,
        "<wait" + " " * 200_000,
    ],
    ids=lambda reply: reply[:24],
)
def test_no_reply_is_read_without_end(reply: str) -> None:
    """Models that repeat themselves write such; some would take hours if places were looked at
    again and again."""
    parse(reply)
