"""Small mistakes, as a programmer might make them, in the text of a module.

Each mutant differs from the module in one place: a comparison flipped, a condition dropped, always
true or never, a number off by one, a negation lost, one attribute read instead of its neighbour.
Texts of messages, annotations and docstrings are left alone.
"""

import ast
from collections.abc import Iterator
from typing import NamedTuple

_COMPARISONS: dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Lt: (ast.LtE, ast.GtE),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.LtE),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
}
_OPERATORS: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Add,
    ast.Div: ast.Mult,
    ast.BitOr: ast.BitAnd,
    ast.BitAnd: ast.BitOr,
}
_NEIGHBOURS = {
    "version": "replaced",
    "replaced": "version",
    "base": "replaced",
    "author": "task",
    "blob": "path",
    "start": "end",
    "end": "start",
}


class Mutant(NamedTuple):
    """One mistake: where (the module's line and what it says), what was done, and the text."""

    line: int
    source: str
    what: str
    text: str


class _Place(NamedTuple):
    node: ast.AST
    replacement: ast.AST
    what: str


def mutants(text: str) -> Iterator[Mutant]:
    """Every mutant of a module, in the order of its lines."""
    tree, lines = ast.parse(text), text.splitlines()
    skipped = set(_untouched(tree))
    places = [place for node in ast.walk(tree) if node not in skipped for place in _variants(node)]
    for place in sorted(places, key=lambda one: (one.node.lineno, one.what)):  # type: ignore[attr-defined]
        line: int = place.node.lineno  # type: ignore[attr-defined]
        yield Mutant(line, lines[line - 1].strip(), place.what, _with(tree, place))


def _untouched(tree: ast.Module) -> Iterator[ast.AST]:
    """Annotations and everything that only makes up a sentence."""
    for node in ast.walk(tree):
        roots: list[ast.AST | None] = []
        if isinstance(node, ast.FunctionDef):
            roots = [node.returns, *(arg.annotation for arg in node.args.args)]
        elif isinstance(node, ast.AnnAssign):
            roots = [node.annotation]
        elif isinstance(node, ast.JoinedStr):
            roots = [node]
        for root in roots:
            if root is not None:
                yield from ast.walk(root)


def _variants(node: ast.AST) -> Iterator[_Place]:
    if isinstance(node, ast.Compare):
        for op in _COMPARISONS.get(type(node.ops[0]), ()):
            compared = ast.Compare(node.left, [op(), *node.ops[1:]], node.comparators)
            yield _Place(node, compared, f"{type(node.ops[0]).__name__} -> {op.__name__}")
    elif isinstance(node, ast.BoolOp):
        for index in range(len(node.values)):
            rest = [value for place, value in enumerate(node.values) if place != index]
            left: ast.expr = rest[0] if len(rest) == 1 else ast.BoolOp(node.op, rest)
            yield _Place(node, left, f"condition {index + 1} dropped")
    elif isinstance(node, ast.If | ast.IfExp):
        for value in (True, False):
            what = "always" if value else "never"
            fields = {**dict(ast.iter_fields(node)), "test": ast.Constant(value)}
            yield _Place(node, type(node)(**fields), f"if {what}")
    elif isinstance(node, ast.comprehension) and node.ifs:
        fields = {**dict(ast.iter_fields(node)), "ifs": node.ifs[1:]}
        copy = ast.comprehension(**fields)
        node.lineno = node.ifs[0].lineno  # type: ignore[attr-defined]  # has none of its own
        yield _Place(node, copy, "filter dropped")
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        yield _Place(node, node.operand, "negation lost")
    elif isinstance(node, ast.BinOp) and type(node.op) in _OPERATORS:
        operator = _OPERATORS[type(node.op)]
        computed = ast.BinOp(node.left, operator(), node.right)
        yield _Place(node, computed, f"{type(node.op).__name__} -> {operator.__name__}")
    elif isinstance(node, ast.Constant):
        yield from _constants(node)
    elif isinstance(node, ast.Attribute) and node.attr in _NEIGHBOURS:
        other = _NEIGHBOURS[node.attr]
        yield _Place(node, ast.Attribute(node.value, other, node.ctx), f".{node.attr} -> .{other}")


def _constants(node: ast.Constant) -> Iterator[_Place]:
    if isinstance(node.value, bool):
        yield _Place(node, ast.Constant(not node.value), f"{node.value} flipped")
    elif isinstance(node.value, int | float):
        for step in (1, -1):
            yield _Place(node, ast.Constant(node.value + step), f"{node.value} {step:+d}")


class _Replace(ast.NodeTransformer):
    def __init__(self, place: _Place) -> None:
        self._place = place

    def visit(self, node: ast.AST) -> ast.AST:
        if node is self._place.node:
            return self._place.replacement
        changed: ast.AST = self.generic_visit(node)
        return changed


def _with(tree: ast.Module, place: _Place) -> str:
    """The module's text with one place replaced; the tree itself is left as it was."""
    # A transformer changes fields in place, so they are put back by the opposite replacement.
    changed = _Replace(place).visit(tree)
    text = ast.unparse(ast.fix_missing_locations(changed))
    _Replace(_Place(place.replacement, place.node, "")).visit(tree)
    return text
