"""Actions written as tags in a reply's text.

`<claim_task id="task-3"/>`, `<write_file path="mean.py">…</write_file>`. A model's reply is data:
whatever does not parse becomes a `Malformed` with the exact reason, and nothing here raises.
A tag inside backticks, or in what a reasoning model thinks (`<think>`), is being talked about and
is not an action; the content of a tag ends at its first closing tag. Actions may stand inside a
code fence: small models put everything into one.
"""

import re
from bisect import bisect_right
from collections.abc import Callable
from typing import TypeAlias

from agents.protocol import actions as a

Attributes: TypeAlias = dict[str, str]

_OPENING = re.compile(
    r"<(?P<name>[a-z]+(?:_[a-z]+)*)(?P<attributes>(?:\s+[a-z_]+\s*=\s*(?:\"[^\"]*\"|'[^']*'))*)"
    r"\s*(?P<closed>/?)>"
)
_BROKEN = re.compile(r"<(?P<name>[a-z]+_[a-z_]+|broadcast|wait)\b[^<>\n]*>?")
_UNQUOTED = re.compile(r"=\s*[^\s\"'>]")
_ATTRIBUTE = re.compile(r"([a-z_]+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")
_FENCE = re.compile(
    r"\A\s*(?P<ticks>`{3,}|~{3,})[^\n`]*\n(?P<code>.*?)\n?[ \t]*(?P=ticks)\s*\Z", re.DOTALL
)
_BLOCK = re.compile(r"^```[^\n`]*\n(?P<code>.*?\n?)^```[ \t]*$", re.DOTALL | re.MULTILINE)
_BLOCK_END = re.compile(r"^```[ \t]*$", re.MULTILINE)
_PROSE = (".md", ".markdown", ".rst", ".txt")
"""Files in which a code fence may be part of the content."""
_QUOTED = re.compile(r"(?<!`)`(?!`)[^`\n]*`")
_THOUGHT = re.compile(r"<(?P<tag>think|thinking|reasoning)>.*?(?:</(?P=tag)>|\Z)", re.DOTALL)


def parse(reply: str) -> list[a.AnyAction]:
    """The actions of a reply, in the order written."""
    found: list[a.AnyAction] = []
    quoted = [
        [match.span() for match in passages.finditer(reply)] for passages in (_QUOTED, _THOUGHT)
    ]
    unclosed: set[str] = set()
    """Names that no tag closes from here on: it would take long to look for each anew."""
    position = 0
    while opening := _next(reply, position, quoted):
        name = opening["name"]
        if "attributes" not in opening.re.groupindex:
            reason = f"the opening tag {opening[0][:60]!r} does not parse"
            if _UNQUOTED.search(opening[0]):
                reason += '; attributes are written name="value"'
            found.append(a.Malformed(name, reason))
            position = opening.end()
            continue
        attributes = {k: v or w for k, v, w in _ATTRIBUTE.findall(opening["attributes"])}
        if opening["closed"]:
            body, position = None, opening.end()
        else:
            closing = -1 if name in unclosed else reply.find(f"</{name}>", opening.end())
            if closing < 0:
                unclosed.add(name)
                body, position = None, opening.end()
                if name in WITH_BODY:
                    found.append(a.Malformed(name, f"<{name}> is never closed by </{name}>"))
                    continue
            else:
                body = reply[opening.end() : closing]
                position = closing + len(name) + 3
        found.append(_build(name, attributes, body))
    return found


def _next(reply: str, start: int, quoted: list[list[tuple[int, int]]]) -> re.Match[str] | None:
    """The next opening tag of a known action from `start` on, parsed or broken."""
    while match := _BROKEN.search(reply, start):
        start = match.end()
        if match["name"] in _BUILDERS and not any(_lies_in(s, match.start()) for s in quoted):
            return _OPENING.match(reply, match.start()) or match
    return None


def _lies_in(spans: list[tuple[int, int]], at: int) -> bool:
    """Whether one of the spans, which are in order and do not overlap, has that place."""
    before = bisect_right(spans, at, key=lambda span: span[0])
    return before > 0 and at < spans[before - 1][1]


def content(body: str, path: str) -> str:
    """The content of the file `path` out of a tag's body: without the code fence (and, around
    one in a file of code, the remarks) and the first newline that models put around it, ending
    in one newline."""
    if fenced := _FENCE.match(body):
        body = fenced["code"]
    elif not path.endswith(_PROSE):
        ends = [match.end() for match in _BLOCK_END.finditer(body)]
        # Beyond the last end nothing closes, and each beginning would look for it in vain.
        blocks = list(_BLOCK.finditer(body, 0, ends[-1])) if ends else []
        if len(blocks) == 1:
            body = blocks[0]["code"]
    body = body.removeprefix("\r").removeprefix("\n").rstrip()
    return body + "\n" if body else ""


def _build(name: str, attributes: Attributes, body: str | None) -> a.AnyAction:
    try:
        return _BUILDERS[name](attributes, body)
    except KeyError as missing:
        key = missing.args[0]
        return a.Malformed(name, f'<{name}> needs {key}="…"')
    except ValueError as error:
        return a.Malformed(name, str(error))


def _given(attributes: Attributes, key: str) -> str:
    value = attributes[key].strip()
    if not value:
        raise KeyError(key)
    return value


def _write(attributes: Attributes, body: str | None) -> a.AnyAction:
    path = _given(attributes, "path")
    if body is None:
        raise ValueError("<write_file> needs the content between the tags")
    return a.WriteFile(path, content(body, path))


def _edit(attributes: Attributes, body: str | None) -> a.AnyAction:
    path = _given(attributes, "path")
    parts = []
    for part in ("search", "replace"):
        match = re.search(rf"<{part}>(.*?)</{part}>", body or "", re.DOTALL)
        if not match:
            raise ValueError(f"<edit_file> needs <{part}>…</{part}> between its tags")
        parts.append(match[1].removeprefix("\n").removesuffix("\n"))
    if not parts[0]:
        raise ValueError("<search> is empty: name the text to replace")
    return a.EditFile(path, parts[0], parts[1])


def _said(attributes: Attributes, body: str | None) -> str:
    text = (body if body is not None else attributes.get("text", "")).strip()
    if not text:
        raise ValueError("the message is empty")
    return text


def _listed(attributes: Attributes, key: str) -> tuple[str, ...]:
    """Names given in one attribute, between commas or spaces; none if it is not there."""
    return tuple(part for part in re.split(r"[,\s]+", attributes.get(key, "")) if part)


def _add(attributes: Attributes, body: str | None) -> a.AnyAction:
    return a.AddTask(
        _given(attributes, "id"),
        _given(attributes, "title"),
        (body if body is not None else attributes.get("description", "")).strip(),
        _listed(attributes, "dependencies"),
        _listed(attributes, "files"),
    )


def _reason(attributes: Attributes, body: str | None) -> str:
    return (body if body is not None else attributes.get("reason", "")).strip()


_BUILDERS: dict[str, Callable[[Attributes, str | None], a.AnyAction]] = {
    "read_file": lambda at, _: a.ReadFile(_given(at, "path")),
    "list_files": lambda _, __: a.ListFiles(),
    "write_file": _write,
    "edit_file": _edit,
    "run_tests": lambda _, __: a.RunTests(),
    "run_script": lambda at, _: a.RunScript(_given(at, "path")),
    "claim_task": lambda at, _: a.ClaimTask(_given(at, "id")),
    "release_task": lambda at, _: a.ReleaseTask(_given(at, "id")),
    "complete_task": lambda at, _: a.CompleteTask(_given(at, "id")),
    "add_task": _add,
    "assign_task": lambda at, _: a.AssignTask(_given(at, "id"), _given(at, "agent")),
    "verify_task": lambda at, body: a.VerifyTask(_given(at, "id"), _reason(at, body)),
    "close_task": lambda at, body: a.CloseTask(_given(at, "id"), _reason(at, body)),
    "send_message": lambda at, body: a.SendMessage(_said(at, body), _given(at, "to")),
    "broadcast": lambda at, body: a.Broadcast(_said(at, body)),
    "wait": lambda _, __: a.Wait(),
}
WITH_BODY = frozenset(
    {
        "write_file",
        "edit_file",
        "add_task",
        "verify_task",
        "close_task",
        "send_message",
        "broadcast",
    }
)
"""Tags that mean something else, or nothing, when what stands behind them is not theirs."""
