"""A script: how well a suite's tests tell its reference solutions from broken ones.

Run in a folder that holds the solutions and the test file, with the test file's stem and the
functions to make mutants of, by commas, as its arguments. It calls the test functions in this one
process, because a pytest for each of several hundred mutants would take minutes, and prints one
JSON object: the tests that fail as it stands, those that fail with each file removed, and each
mutant with the tests of its own function that kill it. A mutant is a solution with one small
mistake, as a programmer might make it.
"""

import ast
import copy
import importlib
import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

COMPARISONS: dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Gt: (ast.GtE, ast.Lt),
    ast.Lt: (ast.LtE, ast.Gt),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
}
OPERATORS: dict[type[ast.operator], tuple[type[ast.operator], ...]] = {
    ast.Add: (ast.Sub, ast.Mult),
    ast.Sub: (ast.Add,),
    ast.Mult: (ast.Add, ast.Pow),
    ast.Div: (ast.Mult, ast.FloorDiv),
    ast.Mod: (ast.FloorDiv, ast.Div),
    ast.Pow: (ast.Mult,),
}


def variants(node: ast.AST) -> Iterator[ast.AST]:
    """What may stand in the place of `node` in a mutant."""
    if isinstance(node, ast.Compare):
        for op in COMPARISONS.get(type(node.ops[0]), ()):
            yield ast.Compare(node.left, [op()], node.comparators)
    elif isinstance(node, ast.BinOp):
        for operator in OPERATORS[type(node.op)]:
            yield ast.BinOp(node.left, operator(), node.right)
    elif isinstance(node, ast.BoolOp):
        yield ast.BoolOp(ast.Or() if isinstance(node.op, ast.And) else ast.And(), node.values)
    elif isinstance(node, ast.UnaryOp):
        yield node.operand
    elif isinstance(node, ast.Constant):
        if isinstance(node.value, bool):
            yield ast.Constant(not node.value)
        elif isinstance(node.value, int | float):
            yield ast.Constant(node.value + 1)
            yield ast.Constant(node.value - 1)
    elif isinstance(node, ast.If):
        yield ast.If(ast.UnaryOp(ast.Not(), node.test), node.body, node.orelse)
        yield ast.Pass()
    elif isinstance(node, ast.Raise):
        yield ast.Pass()
    elif isinstance(node, ast.Return):
        yield ast.Return(ast.Constant(None))
    elif isinstance(node, ast.Call) and node.args:
        yield node.args[0]
        if node.keywords:
            yield ast.Call(node.func, node.args, node.keywords[:-1])
        elif len(node.args) > 1:
            yield ast.Call(node.func, node.args[:-1], [])


def places(node: ast.AST) -> Iterator[tuple[ast.AST, str, int | None]]:
    """Every place of a child below `node` as (parent, field, index), but for what is raised:
    another message is no mistake."""
    for field, value in ast.iter_fields(node):
        if isinstance(node, ast.Raise):
            return
        children = enumerate(value) if isinstance(value, list) else [(None, value)]
        for index, child in children:
            if isinstance(child, ast.AST):
                yield node, field, index
                yield from places(child)


def child_at(parent: ast.AST, field: str, index: int | None) -> ast.AST:
    value = getattr(parent, field)
    child: ast.AST = value if index is None else value[index]
    return child


def mutants(source: str) -> Iterator[tuple[str, str]]:
    """Each mutant of a module as (what was changed, source)."""
    count = len(list(places(ast.parse(source))))
    for number in range(count):
        original = child_at(*list(places(ast.parse(source)))[number])
        for which, replacement in enumerate(variants(original)):
            tree = ast.parse(source)
            parent, field, index = list(places(tree))[number]
            new = list(variants(copy.deepcopy(child_at(parent, field, index))))[which]
            if index is None:
                setattr(parent, field, new)
            else:
                getattr(parent, field)[index] = new
            before, after = (
                ast.unparse(original),
                ast.unparse(ast.fix_missing_locations(replacement)),
            )
            yield f"{before} => {after}", ast.unparse(ast.fix_missing_locations(tree))


class Bench:
    """A folder of solutions, its tests as functions, and runs of them on fresh imports."""

    def __init__(self, folder: Path, stem: str) -> None:
        self.folder = folder
        self.sources = {p.stem: p.read_text() for p in folder.glob("*.py") if p.stem != stem}
        module = importlib.import_module(stem)
        self.tests: dict[str, Callable[[], None]] = {
            name: value for name, value in vars(module).items() if name.startswith("test_")
        }

    def function_of(self, test: str) -> str:
        """The function a test is named for: the longest that its name begins with."""
        return max((s for s in self.sources if test.startswith(f"test_{s}_")), key=len)

    def failing(self, function: str = "") -> list[str]:
        """Names of the tests (of one function, or all) that fail with the files as they are."""
        failed = []
        for name, test in self.tests.items():
            if function and self.function_of(name) != function:
                continue
            for module in self.sources:
                sys.modules.pop(module, None)
            importlib.invalidate_caches()
            try:
                test()
            except KeyboardInterrupt:
                raise
            except BaseException:  # pytest.fail's exception derives from it alone
                failed.append(name)
        return failed

    def report(self, mutated: set[str]) -> dict[str, object]:
        standing = self.failing()
        removed, broken = {}, []
        for function, source in sorted(self.sources.items()):
            path = self.folder / f"{function}.py"
            path.unlink()
            removed[function] = self.failing()
            for change, mutant in mutants(source) if function in mutated else ():
                path.write_text(mutant)
                killers = self.failing(function)
                broken.append({"function": function, "change": change, "killers": killers})
            path.write_text(source)
        owners = {name: self.function_of(name) for name in self.tests}
        return {"standing": standing, "removed": removed, "mutants": broken, "owners": owners}


if __name__ == "__main__":
    sys.dont_write_bytecode = True
    sys.path.insert(0, str(Path.cwd()))
    print(json.dumps(Bench(Path.cwd(), sys.argv[1]).report({*sys.argv[2].split(",")})))  # noqa: T201 - its only output
