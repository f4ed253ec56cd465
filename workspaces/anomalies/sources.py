"""What a Python text defines, imports and calls, read without running it.

Parsing is Python's own (`ast`), once for each text: results are kept in a bounded cache. A text
that does not parse, or is longer than `MOST_CHARACTERS`, has no `Source`, and whoever asks must
say that nothing is known of it.
"""

import ast
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from workspaces.anomalies.signatures import Call, Signature, signature_of

MOST_CHARACTERS = 50_000
"""Longer texts are not parsed: it takes about 1 us a character, and agents wait meanwhile."""
KEPT = 1024
"""Parsed texts that are remembered."""
_DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


@dataclass(frozen=True, slots=True)
class Import:
    """One name that a text brings in: `from module import name as local`, or with `name` empty
    `import module as local`. `level` counts the dots of a relative import."""

    module: str
    name: str
    local: str
    level: int
    line: int
    typing_only: bool


@dataclass(frozen=True, slots=True)
class Source:
    """A text, read. `symbols` has a fingerprint of each top-level definition, which comments,
    layout and docstrings do not change; fingerprints can be compared within one process only."""

    imports: tuple[Import, ...]
    symbols: dict[str, int]
    signatures: dict[str, Signature]
    """Of the top-level functions whose parameters can be known: those without decorators."""
    lines: dict[str, int]
    calls: tuple[Call, ...]
    used: frozenset[str]
    """Dotted names that are read, such as `add.total`; one dot at most."""
    whole: int

    def public(self) -> frozenset[str]:
        """Functions and classes that other files are meant to use."""
        return frozenset(name for name in self.lines if not name.startswith("_"))


@lru_cache(maxsize=KEPT)
def parse(text: str) -> Source | None:
    """The text read as Python, `None` where it cannot be."""
    if len(text) > MOST_CHARACTERS:
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(text)
        return _read(tree)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def is_python(path: str) -> bool:
    """Whether the path is of a Python text."""
    return path.endswith(".py")


def _read(tree: ast.Module) -> Source:
    symbols: dict[str, int] = {}
    signatures: dict[str, Signature] = {}
    lines: dict[str, int] = {}
    reading = _Reading()
    prints: list[int] = []
    for node in tree.body:
        print_ = reading.read(node, False)
        prints.append(print_)
        for name in _names(node):
            symbols[name] = hash((symbols.get(name), print_))
        if isinstance(node, _DEFINITIONS):
            lines[node.name] = node.lineno
            signatures.pop(node.name, None)
            if not isinstance(node, ast.ClassDef) and not node.decorator_list:
                signatures[node.name] = signature_of(node.args)
    return Source(
        imports=tuple(reading.imports),
        symbols=symbols,
        signatures=signatures,
        lines=lines,
        calls=tuple(reading.calls),
        used=frozenset(reading.used),
        whole=hash(tuple(prints)),
    )


def _names(node: ast.stmt) -> Iterator[str]:
    """What a top-level statement defines."""
    if isinstance(node, _DEFINITIONS):
        yield node.name
    elif isinstance(node, ast.Assign):
        for target in node.targets:
            if isinstance(target, ast.Name):
                yield target.id
    elif isinstance(node, ast.AnnAssign | ast.AugAssign) and isinstance(node.target, ast.Name):
        yield node.target.id


class _Reading:
    """One walk over a tree that notes imports, calls and names and makes fingerprints.

    `ast.walk` and `ast.dump` would take three walks and five times as long.
    """

    def __init__(self) -> None:
        self.imports: list[Import] = []
        self.calls: list[Call] = []
        self.used: set[str] = set()

    def read(self, node: ast.AST, typing_only: bool) -> int:
        """The fingerprint of `node`: its class, and those of what it is made of."""
        kind = type(node)
        parts: list[object] = [kind.__name__]
        if kind is ast.Name:
            assert isinstance(node, ast.Name)
            if isinstance(node.ctx, ast.Load):
                self.used.add(node.id)
            return hash(("Name", node.id))
        if kind in _NOTED:
            self._note(node, typing_only)
        guard = isinstance(node, ast.If) and _is_type_checking(node.test)
        for name in node._fields:
            value = getattr(node, name, None)
            if isinstance(value, ast.AST):
                parts.append(self.read(value, typing_only))
            elif isinstance(value, list):
                inner = typing_only or (guard and name == "body")
                if name == "body" and value and _is_docstring(value[0], kind):
                    value = value[1:]
                parts.append(len(value))
                for child in value:
                    parts.append(self.read(child, inner) if isinstance(child, ast.AST) else child)
            else:
                parts.append(value)
        return hash(tuple(parts))

    def _note(self, node: ast.AST, typing_only: bool) -> None:
        if isinstance(node, ast.Call):
            if target := _dotted(node.func):
                names = [keyword.arg for keyword in node.keywords]
                spread = None in names or any(isinstance(a, ast.Starred) for a in node.args)
                given = tuple(name for name in names if name)
                self.calls.append(Call(target, len(node.args), given, spread, node.lineno))
        elif isinstance(node, ast.Attribute):
            if dotted := _dotted(node):
                self.used.add(dotted)
        elif isinstance(node, ast.Import):
            for alias in node.names:
                local = alias.asname or alias.name
                self.imports.append(Import(alias.name, "", local, 0, node.lineno, typing_only))
        elif isinstance(node, ast.ImportFrom):
            module, level = node.module or "", node.level
            for alias in node.names:
                local = alias.asname or alias.name
                self.imports.append(
                    Import(module, alias.name, local, level, node.lineno, typing_only)
                )


_NOTED = (ast.Call, ast.Attribute, ast.Import, ast.ImportFrom)


def _is_docstring(node: object, holder: type[ast.AST]) -> bool:
    return (
        holder in _DEFINITIONS
        and isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
    )


def _is_type_checking(test: ast.expr) -> bool:
    name = test.id if isinstance(test, ast.Name) else getattr(test, "attr", "")
    return name == "TYPE_CHECKING"


def _dotted(node: ast.expr) -> str:
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute) and (before := _dotted(node.value)):
        return f"{before}.{node.attr}"
    return ""
