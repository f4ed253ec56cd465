"""Merges that are clean for git and broken for Python: two sides that were right by themselves.

One side took a name out of a module, or changed what a function takes; the other, who had not
seen it, began to use it. Both are told from the syntax alone, by parsing the files that the two
sides changed: nothing is imported or run. What a module decides at run time (`__getattr__`, star
imports) is unknown, and then nothing is said.
"""

import ast
import warnings
from collections.abc import Iterable, Mapping
from pathlib import PurePosixPath

from msgspec import Struct

MOST_FILES = 200
"""Changed Python files of one side that are parsed."""

Tree = Mapping[str, str]
"""Texts of Python files by path."""


class Broken(Struct, frozen=True):
    """In `path`, line `line`, `name` of the module `module` is used but is `why`."""

    path: str
    line: int
    module: str
    name: str
    why: str


class Signature(Struct, frozen=True):
    """What a function takes: names of positional parameters, how many must be given, keyword-only
    names and those of them that must be given, and whether it takes any more of either."""

    positional: tuple[str, ...]
    needed: int
    only: tuple[str, ...]
    needed_only: tuple[str, ...]
    more: bool
    more_named: bool
    unnamed: int

    def takes(self, count: int, names: Iterable[str]) -> bool:
        """Whether a call with `count` positional arguments and these keywords fits."""
        if count > len(self.positional) and not self.more:
            return False
        given = set(self.positional[:count])
        for name in names:
            known = name in self.only or name in self.positional[self.unnamed :]
            if name in given or not (known or self.more_named):
                return False
            given.add(name)
        return set(self.positional[: self.needed]) <= given and set(self.needed_only) <= given


class Module(Struct):
    """What a Python file offers and uses. `names` is `None` where only running it would tell."""

    names: set[str] | None
    functions: dict[str, Signature]
    imported: list[tuple[str, int, str, int]]
    """Module, level, name and line of each `from module import name`."""
    called: list[tuple[str, int, str, int, int, tuple[str, ...]]]
    """Module, level, function, line, count of positional arguments and keywords of each call
    that can be read off (no `*args`)."""


def parse(text: str) -> Module | None:
    """What the file `text` offers and uses; `None` when it is no Python."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of invalid escapes in somebody's strings
            tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    module = Module(set(), {}, [], [])
    try:
        _offers(tree.body, module)
        _uses(tree, module)
    except RecursionError:
        return None
    return module


def broken(merged: Tree, sides: tuple[Tree, Tree], users: Iterable[str]) -> list[Broken]:
    """What `users` (paths changed by the second side) use in `merged` that is no longer there or
    takes other arguments because of the first side, though each of `sides` alone was fine.

    Every mapping holds the Python files that either side changed, as they are there.
    """
    parsed = [{path: parse(text) for path, text in tree.items()} for tree in (merged, *sides)]
    now, first, second = parsed
    places = {path for tree in parsed for path in tree}
    found = []
    for path in sorted(users):
        user = now.get(path)
        if user is None:
            continue
        theirs = first.get(path)
        already = (
            set()
            if theirs is None
            else {(module, level, name) for module, level, name, _ in theirs.imported}
        )
        for module, level, name, line in user.imported:
            target = _locate(places, path, module, level)
            if target and (module, level, name) not in already:
                why = _missing(target, name, now, second, places)
                if why:
                    found.append(Broken(path, line, target, name, why))
        found += _misfits(path, user, theirs, now, second, places)
    return found


Parsed = Mapping[str, Module | None]


def _missing(target: str, name: str, now: Parsed, before: Parsed, places: set[str]) -> str:
    """Why `name` cannot be imported from `target` now though it could before; "" if it can."""
    was = before.get(target)
    if was is None or was.names is None or (name not in was.names and name != "*"):
        return ""
    if target not in now:
        target = _other_form(target)  # a module that became a package, or the other way round
    new = now.get(target)
    if target not in now:
        return "in a file that is gone"
    if new is None or new.names is None or name == "*" or name in new.names:
        return ""
    folder = PurePosixPath(target).parent
    if {str(folder / f"{name}.py"), str(folder / name / "__init__.py")} & now.keys() & places:
        return ""
    return "no longer there"


def _other_form(target: str) -> str:
    path = PurePosixPath(target)
    if path.name == "__init__.py":
        return f"{path.parent}.py"
    return str(path.with_suffix("") / "__init__.py")


def _misfits(
    path: str, user: Module, theirs: Module | None, now: Parsed, before: Parsed, places: set[str]
) -> list[Broken]:
    found = []
    known = set() if theirs is None else {call[:3] + call[4:] for call in theirs.called}
    for call in user.called:
        module, level, name, line, count, names = call
        target = _locate(places, path, module, level)
        was, new = before.get(target or ""), now.get(target or "")
        if was is None or new is None or call[:3] + call[4:] in known or target is None:
            continue
        old_way, new_way = was.functions.get(name), new.functions.get(name)
        if old_way and new_way and old_way.takes(count, names) and not new_way.takes(count, names):
            found.append(Broken(path, line, target, name, "taking other arguments"))
    return found


def _locate(places: set[str], user: str, module: str, level: int) -> str | None:
    """The changed file that `module`, as written in `user`, names."""
    parts = [part for part in module.split(".") if part]
    folder = PurePosixPath(user).parent
    if level:
        for _ in range(level - 1):
            folder = folder.parent
        roots = [folder]
    else:
        roots = [*(folder, *folder.parents), PurePosixPath("src"), PurePosixPath("lib")]
    for root in roots:
        base = root.joinpath(*parts)
        for candidate in (f"{base}.py", str(base / "__init__.py")):
            if candidate in places:
                return candidate
    return None


def _offers(body: Iterable[ast.stmt], module: Module) -> None:
    """Collect what the statements bind at the top level of a module."""
    for node in body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            _bind(module, node.name)
            if node.name == "__getattr__":
                module.names = None
            if isinstance(node, ast.ClassDef) or node.decorator_list:
                module.functions.pop(node.name, None)  # a decorator may change the signature
            else:
                module.functions[node.name] = _signature(node.args)
        elif isinstance(node, ast.Import | ast.ImportFrom):
            for alias in node.names:
                if alias.name == "*":
                    module.names = None
                else:
                    _bind(module, alias.asname or alias.name.partition(".")[0])
        else:
            for child in ast.walk(node):
                if isinstance(child, ast.Name) and isinstance(child.ctx, ast.Store):
                    _bind(module, child.id)
                elif isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                    _bind(module, child.name)
                    module.functions.pop(child.name, None)
                elif isinstance(child, ast.Import | ast.ImportFrom):
                    _offers([child], module)


def _bind(module: Module, name: str) -> None:
    if module.names is not None:
        module.names.add(name)


def _signature(args: ast.arguments) -> Signature:
    positional = tuple(arg.arg for arg in (*args.posonlyargs, *args.args))
    defaults = zip(args.kwonlyargs, args.kw_defaults, strict=True)
    return Signature(
        positional=positional,
        needed=len(positional) - len(args.defaults),
        only=tuple(arg.arg for arg in args.kwonlyargs),
        needed_only=tuple(arg.arg for arg, default in defaults if default is None),
        more=args.vararg is not None,
        more_named=args.kwarg is not None,
        unnamed=len(args.posonlyargs),
    )


def _uses(tree: ast.Module, module: Module) -> None:
    """Collect the imports of names, and the calls of what they bring."""
    brought: dict[str, tuple[str, int, str]] = {}
    modules: dict[str, str] = {}
    guarded = {
        id(child)
        for node in ast.walk(tree)
        if isinstance(node, ast.Try)  # whoever catches a failing import expects it
        for statement in node.body
        for child in ast.walk(statement)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            for alias in node.names:
                use = (node.module or "", node.level, alias.name)
                brought[alias.asname or alias.name] = use
                if id(node) not in guarded:
                    module.imported.append((*use, node.lineno))
        elif isinstance(node, ast.Import):
            for alias in node.names:
                if alias.asname or "." not in alias.name:
                    modules[alias.asname or alias.name] = alias.name
    rebound = {
        node.name
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
    } | {n.id for n in ast.walk(tree) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
    rebound |= {node.arg for node in ast.walk(tree) if isinstance(node, ast.arg)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            target = _target(node.func, brought, modules, rebound)
            plain = not any(isinstance(arg, ast.Starred) for arg in node.args)
            names = tuple(keyword.arg for keyword in node.keywords if keyword.arg)
            if target and plain and len(names) == len(node.keywords):
                module.called.append((*target, node.lineno, len(node.args), names))


def _target(
    func: ast.expr,
    brought: Mapping[str, tuple[str, int, str]],
    modules: Mapping[str, str],
    rebound: set[str],
) -> tuple[str, int, str] | None:
    """The module, level and name that a call means, if it can be read off."""
    if isinstance(func, ast.Name) and func.id not in rebound:
        return brought.get(func.id)
    if isinstance(func, ast.Attribute) and isinstance(func.value, ast.Name):
        name = func.value.id
        if name not in rebound and name in modules:
            return modules[name], 0, func.attr
    return None
