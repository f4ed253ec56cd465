"""Mistakes as programmers make them: a source with one small thing wrong.

Each mistake replaces one span of the text, so that everything else stays as it was written. The
kinds are chosen so that the built-in suites' tests notice every one of them; a test of ours runs
them all. What is written inside `raise` is left alone, because another message is no mistake.
"""

import ast
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

_COMPARISONS: dict[type[ast.cmpop], tuple[str, str]] = {
    ast.Gt: (">", ">="),
    ast.Lt: ("<", "<="),
    ast.GtE: (">=", ">"),
    ast.LtE: ("<=", "<"),
    ast.Eq: ("==", "!="),
}
_OPERATORS: dict[type[ast.operator], tuple[str, str]] = {
    ast.Add: ("+", "-"),
    ast.Sub: ("-", "+"),
    ast.Mult: ("*", "+"),
    ast.Div: ("/", "//"),
    ast.Mod: ("%", "//"),
    ast.Pow: ("**", "*"),
}
_EXTREMES = {"max": "min", "min": "max"}
_SEPARATORS = {",": " ", " ": ","}
_CLOSINGS = (("/>", ">"), ("</", "<"))


class Mistake(NamedTuple):
    """A source that is wrong in one place, and what kind of mistake it is."""

    kind: str
    source: str


@lru_cache(maxsize=256)
def mistakes(source: str) -> tuple[Mistake, ...]:
    """Every mistake that can be made in `source`, in the order of its text."""
    lines = source.split("\n")
    found = sorted(set(_edits(ast.parse(source), lines)), key=lambda edit: edit.span)
    return tuple(Mistake(edit.kind, _apply(lines, edit)) for edit in found)


class _Edit(NamedTuple):
    kind: str
    span: tuple[int, int, int, int]
    """First line (from 0), its column, last line, its column (exclusive)."""
    text: str


def _apply(lines: list[str], edit: _Edit) -> str:
    top, left, bottom, right = edit.span
    middle = lines[top][:left] + edit.text + lines[bottom][right:]
    kept = [middle] if middle.strip() or edit.text else []
    return "\n".join([*lines[:top], *kept, *lines[bottom + 1 :]])


def _edits(tree: ast.Module, lines: list[str]) -> Iterator[_Edit]:
    loops = [node for node in _walk(tree) if isinstance(node, ast.For)]
    alone = {id(loop.body[0]) for loop in loops if len(loop.body) == 1}
    yield from _texts(tree, lines)
    for node in _walk(tree):
        if isinstance(node, ast.Compare):
            yield from _between(node.left, node.comparators[0], node.ops[0], _COMPARISONS, lines)
        elif isinstance(node, ast.BinOp):
            yield from _sample(node, lines)
            yield from _between(node.left, node.right, node.op, _OPERATORS, lines)
        elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub | ast.Not):
            yield _Edit("sign", _span(node), _text(node.operand, lines))
        elif isinstance(node, ast.For) and len(node.body) == 1:
            yield _Edit("missing case", _whole_lines(node.body[0], lines), _pass(node.body[0]))
        elif isinstance(node, ast.If) and not node.orelse and id(node) not in alone:
            yield _Edit("missing case", _whole_lines(node, lines), "")
        elif isinstance(node, ast.comprehension) and isinstance(node.iter, ast.Name):
            yield _Edit("off by one", _span(node.iter), f"{node.iter.id}[1:]")
        elif isinstance(node, ast.Assign) and _is_zero(node.value):
            yield _Edit("off by one", _span(node.value), "1")
        elif isinstance(node, ast.Call):
            yield from _call(node, lines)


def _walk(node: ast.AST) -> Iterator[ast.AST]:
    """The nodes below `node`, but for what is raised."""
    for child in ast.iter_child_nodes(node):
        if not isinstance(child, ast.Raise):
            yield child
            yield from _walk(child)


def _between(
    left: ast.expr,
    right: ast.expr,
    operator: ast.AST,
    table: dict[type[ast.cmpop], tuple[str, str]] | dict[type[ast.operator], tuple[str, str]],
    lines: list[str],
) -> Iterator[_Edit]:
    """The operator between two operands on one line, replaced by the one it is mistaken for."""
    words: dict[type, tuple[str, str]] = dict(table.items())
    if type(operator) not in words or left.end_lineno != right.lineno:
        return
    old, new = words[type(operator)]
    assert left.end_lineno is not None
    assert left.end_col_offset is not None
    line = left.end_lineno - 1
    column = lines[line].find(old, left.end_col_offset, right.col_offset)
    if column >= 0:
        yield _Edit("operator", (line, column, line, column + len(old)), new)


def _texts(tree: ast.Module, lines: list[str]) -> Iterator[_Edit]:
    """Text on one line with a wrong separator, or with a tag that is not closed. Of a formatted
    text only the whole is looked at: where its parts stand is known from Python 3.12 on."""
    formatted = [node for node in _walk(tree) if isinstance(node, ast.JoinedStr)]
    parts = {id(part) for text in formatted for part in ast.walk(text) if part is not text}
    for node in _walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in parts:
            if node.value in _SEPARATORS:
                yield _Edit("separator", _span(node), repr(_SEPARATORS[node.value]))
        elif not isinstance(node, ast.JoinedStr) or id(node) in parts:
            continue
        for closing, mistaken in _CLOSINGS:
            line, column, bottom, end = _span(node)
            found = lines[line].rfind(closing, column, end) if bottom == line else -1
            if found >= 0:
                yield _Edit("unclosed tag", (line, found, line, found + len(closing)), mistaken)


def _sample(node: ast.BinOp, lines: list[str]) -> Iterator[_Edit]:
    """Divided by n - 1 where it should be n."""
    divisor = node.right
    if isinstance(node.op, ast.Div) and isinstance(divisor, ast.Call):
        name = divisor.func
        if isinstance(name, ast.Name) and name.id == "len":
            yield _Edit("sample", _span(divisor), f"({_text(divisor, lines)} - 1)")


def _call(node: ast.Call, lines: list[str]) -> Iterator[_Edit]:
    function = node.func
    if isinstance(function, ast.Attribute) and len(node.args) == 1:
        inner = node.args[0]
        if function.attr == "sqrt" and isinstance(inner, ast.Call):
            yield _Edit("missing step", _span(node), _text(inner, lines))
    if isinstance(function, ast.Name) and function.id in _EXTREMES:
        yield _Edit("extreme", _span(function), _EXTREMES[function.id])
    if len(node.args) > 1 and isinstance(node.args[-1], ast.Name):
        before, last = node.args[-2], node.args[-1]
        if last.id == "threshold" and before.end_lineno == last.lineno:
            span = _span(last)
            assert before.end_col_offset is not None
            yield _Edit("forgotten argument", (span[0], before.end_col_offset, *span[2:]), "")


def _is_zero(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and type(node.value) is int and node.value == 0


def _span(node: ast.expr | ast.stmt) -> tuple[int, int, int, int]:
    assert node.end_lineno is not None
    assert node.end_col_offset is not None
    return node.lineno - 1, node.col_offset, node.end_lineno - 1, node.end_col_offset


def _pass(node: ast.stmt) -> str:
    return " " * node.col_offset + "pass"


def _whole_lines(node: ast.stmt, lines: list[str]) -> tuple[int, int, int, int]:
    top, _, bottom, _ = _span(node)
    return top, 0, bottom, len(lines[bottom])


def _text(node: ast.expr, lines: list[str]) -> str:
    top, left, bottom, right = _span(node)
    if top == bottom:
        return lines[top][left:right]
    return "\n".join([lines[top][left:], *lines[top + 1 : bottom], lines[bottom][:right]])
