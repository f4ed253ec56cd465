"""Actions as tool calls: the same as tags, and what is said about calls that fit nothing."""

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.models.base import ToolCall
from agents.protocol import actions as a
from agents.protocol import tags
from agents.protocol.reply import Reply, ReplyBuilder
from agents.protocol.tools import action, tools


def call(name: str, **arguments: Any) -> ToolCall:
    return ToolCall("c1", name, msgspec.json.encode(arguments).decode())


@pytest.mark.parametrize(
    ("made", "tag"),
    [
        (call("claim_task", id="task-3"), '<claim_task id="task-3"/>'),
        (call("read_file", path="a.py"), '<read_file path="a.py"/>'),
        (call("list_files"), "<list_files/>"),
        (
            call("write_file", path="a.py", content="x = 1"),
            '<write_file path="a.py">x = 1</write_file>',
        ),
        (
            call("edit_file", path="a.py", search="1", replace="2"),
            '<edit_file path="a.py"><search>1</search><replace>2</replace></edit_file>',
        ),
        (call("send_message", to="b", text="hi"), '<send_message to="b">hi</send_message>'),
        (call("broadcast", text="hi"), "<broadcast>hi</broadcast>"),
        (call("wait"), "<wait/>"),
    ],
)
def test_a_call_means_what_the_tag_of_its_name_means(made: ToolCall, tag: str) -> None:
    assert [action(made)] == tags.parse(tag)


def test_every_action_is_offered_with_a_schema_that_needs_what_the_action_needs() -> None:
    offered = {tool.name: tool for tool in tools()}
    assert set(offered) == set(a.BY_NAME)
    for name, kind in a.BY_NAME.items():
        needed = [field.name for field in msgspec.structs.fields(kind) if field.required]
        assert sorted(offered[name].parameters["required"]) == sorted(needed)
        assert offered[name].description
        assert all("description" in p for p in offered[name].parameters["properties"].values())


@pytest.mark.parametrize(
    ("made", "reason"),
    [
        (ToolCall("c", "claim_task", '{"id": "task-3"'), "not JSON"),
        (ToolCall("c", "claim_task", '["task-3"]'), "no JSON object"),
        (call("claim_task"), "missing required field `id`"),
        (call("claim_task", id=""), "'id' is empty"),
        (call("write_file", path="a.py"), "missing required field `content`"),
        (call("write_file", path="a.py", content=["x"]), "Expected `str`"),
        (call("fly", to="moon"), "no such tool"),
        (call("add_task", id="t", title="T", files={"a": 1}), "files"),
    ],
)
def test_a_call_that_fits_nothing_says_why(made: ToolCall, reason: str) -> None:
    found = action(made)
    assert isinstance(found, a.Malformed)
    assert found.tag == made.name
    assert reason in found.reason


def test_what_models_write_for_names_and_lists_is_understood() -> None:
    assert action(call("claim_task", id=3)) == a.ClaimTask("3")
    assert action(call("add_task", id="t9", title="T", dependencies="a, b")) == a.AddTask(
        "t9", "T", dependencies=("a", "b")
    )
    assert action(ToolCall("c", "run_tests", "")) == a.RunTests()
    assert action(call("wait", reason=None, because="tired")) == a.Wait()


@given(st.text(max_size=60))
def test_no_arguments_raise(arguments: str) -> None:
    for name in a.BY_NAME:
        action(ToolCall("c", name, arguments))


def test_a_reply_is_put_together_in_order() -> None:
    builder = ReplyBuilder()
    builder.text("First ")
    builder.text('<claim_task id="t1"/>')
    builder.call(0, "c0", "write_file", '{"path": "a.py", ')
    builder.call(0, "c0", "write_file", '"content": "x"}')
    builder.call(1, "c1", "run_tests", "")
    builder.text(" done")
    reply = builder.reply()
    assert reply == Reply(
        (
            'First <claim_task id="t1"/>',
            ToolCall("c0", "write_file", '{"path": "a.py", "content": "x"}'),
            ToolCall("c1", "run_tests", ""),
            " done",
        )
    )
    assert reply.actions() == [a.ClaimTask("t1"), a.WriteFile("a.py", "x\n"), a.RunTests()]
    assert reply.text == 'First <claim_task id="t1"/> done'
    builder.clear()
    assert builder.reply() == Reply()
