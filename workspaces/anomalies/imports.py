"""Which files of the workspace a Python file imports, and which parts of them it uses.

Modules are looked for where Python would for scripts and tests: at the workspace's root, in
`src`, and beside the importing file. Nothing outside the workspace is of interest.
"""

from collections.abc import Callable, Iterator

from workspaces.anomalies.sources import Import, Source

EVERYTHING = "*"
"""In a set of used names: all of the file."""


class Uses:
    """What one file takes from another: `names` of its top level (or `EVERYTHING`), and what each
    is called in the importing file."""

    def __init__(self) -> None:
        self.names: set[str] = set()
        self.locals: dict[str, str] = {}
        """The dotted name in the importing file, and the symbol that it stands for."""
        self.line = 0
        self.typing_only = True


def uses(path: str, source: Source, exists: Callable[[str], bool]) -> dict[str, Uses]:
    """What the file at `path` takes from each file for which `exists`; never from itself."""
    found: dict[str, Uses] = {}
    for entry in source.imports:
        for target, symbol in targets(path, entry, exists):
            if target == path:
                continue
            use = found.setdefault(target, Uses())
            use.line = use.line or entry.line
            use.typing_only = use.typing_only and entry.typing_only
            _take(use, entry, symbol, source)
    return found


def _take(use: Uses, entry: Import, symbol: str, source: Source) -> None:
    if symbol == EVERYTHING:
        use.names.add(EVERYTHING)
        use.locals.update({call.target: call.target for call in source.calls})
    elif symbol:
        use.names.add(symbol)
        use.locals[entry.local] = symbol
    else:
        prefix = f"{entry.local}."
        attributes = {name for name in source.used if name.startswith(prefix)}
        use.names |= {name[len(prefix) :].partition(".")[0] for name in attributes}
        use.locals.update({name: name[len(prefix) :] for name in attributes})
        calls = {call.target for call in source.calls if call.target.startswith(prefix)}
        use.locals.update({name: name[len(prefix) :] for name in calls})


def targets(path: str, entry: Import, exists: Callable[[str], bool]) -> Iterator[tuple[str, str]]:
    """Files that an import names, with the symbol it takes from each; empty for the module."""
    for base in _bases(path, entry.level):
        stem = "/".join(part for part in (base, entry.module.replace(".", "/")) if part)
        if entry.name and entry.name != EVERYTHING:
            inner = f"{stem}/{entry.name}" if stem else entry.name
            whole = next((t for t in _files(inner) if exists(t)), "")
            if whole:
                yield whole, ""
                return
        target = next((t for t in _files(stem) if exists(t)), "") if stem else ""
        if target:
            yield target, entry.name
            return


def _files(stem: str) -> tuple[str, str]:
    return f"{stem}.py", f"{stem}/__init__.py"


def _bases(path: str, level: int) -> Iterator[str]:
    folder = path.rpartition("/")[0]
    if level:
        parts = folder.split("/") if folder else []
        if level - 1 <= len(parts):
            yield "/".join(parts[: len(parts) - level + 1])
        return
    yield from dict.fromkeys(("", "src", folder))
