"""A script: which tests of a suite fail on each of many sets of files.

Reads one JSON object from standard input: the test file's name and source, and the cases, each a
map from path to source. Prints a list of the names of failing tests per case. All in one process,
because a pytest for each of several hundred cases would take minutes.
"""

import importlib
import json
import sys
from collections.abc import Callable, Sequence
from importlib.abc import InspectLoader, MetaPathFinder
from importlib.machinery import ModuleSpec
from importlib.util import spec_from_loader
from pathlib import PurePosixPath
from types import ModuleType


class Files(MetaPathFinder, InspectLoader):
    """Imports modules out of a map from path to source."""

    def __init__(self, sources: dict[str, str]) -> None:
        self.sources = sources

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        return spec_from_loader(name, self) if f"{name}.py" in self.sources else None

    def get_source(self, fullname: str) -> str:
        return self.sources[f"{fullname}.py"]


def failing(tests: dict[str, Callable[[], None]], modules: set[str]) -> list[str]:
    for module in modules:
        sys.modules.pop(module, None)
    names = []
    for name, test in tests.items():
        try:
            test()
        except BaseException:
            names.append(name)
    return names


def main() -> None:
    asked = json.load(sys.stdin)
    finder = Files({asked["name"]: asked["source"]})
    sys.meta_path.insert(0, finder)
    module = importlib.import_module(PurePosixPath(asked["name"]).stem)
    tests = {name: value for name, value in vars(module).items() if name.startswith("test_")}
    modules = {PurePosixPath(path).stem for case in asked["cases"] for path in case}
    results = []
    for case in asked["cases"]:
        finder.sources = case
        results.append(failing(tests, modules))
    json.dump(results, sys.stdout)


if __name__ == "__main__":
    main()
