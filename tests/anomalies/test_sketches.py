"""Sketches: what a text seems to define and import, exactly, and never less than it does."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workspaces.anomalies.sketches import sketch
from workspaces.anomalies.sources import Import, parse


def imports(text: str) -> list[tuple[str, str, int]]:
    return [(entry.module, entry.name, entry.level) for entry in sketch(text).imports]


def test_a_header_reaches_to_its_body_and_one_of_two_has_both() -> None:
    text = (
        "def one(a,\n        b):  # why\n    return a\n\n"
        "class _Two(Base):\n    x: int\n\n"
        "async def one(c): return c\n"
    )
    assert sketch(text).headers == {
        "one": "def one(a,\n        b):  # whyasync def one(c): return c\n",
        "_Two": "class _Two(Base):",
    }
    assert sketch(text).names() == {"one"}


def test_a_header_without_an_end_stops_where_the_next_begins() -> None:
    assert sketch("def one(\n\nx\n\ndef two(\nclass Three:\n").headers == {
        "one": "def one(\n\nx\n\n",
        "two": "def two(\n",
        "Three": "class Three:",
    }


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("import a", [("a", "", 0)]),
        ("\nimport a\nx = 1\nimport b.c as d, e\n", [("a", "", 0), ("b.c", "", 0), ("e", "", 0)]),
        ("x = 1; import a\nif x: from b import c", [("a", "", 0), ("b", "c", 0)]),
        ("def f():\n\tfrom  ..a import b as c , d\n", [("a", "b", 2), ("a", "d", 2)]),
        ("from . import a\n", [("", "a", 1)]),
        ("from .import a\n", [("", "a", 1)]),
        (
            "from a import (b, # ) import x\n  c,)\nimport d\n",
            [*(("a", n, 0) for n in "bc"), ("d", "", 0)],
        ),
        ("from a import (b,\n c", [("a", "b", 0)]),
        ("from.import a\nfrom..b import c\n", [("", "a", 1), ("b", "c", 2)]),
        ("x = '#'; import a\n", [("a", "", 0)]),
        ("# b \\\nimport a\n", [("a", "", 0)]),
        ("from a import (b,\n#)\nc)", [("a", "b", 0), ("a", "c", 0)]),
        ("from a import(b)", [("a", "b", 0)]),
        ("from a import b, \\\n  c\nimport d\n", [*(("a", n, 0) for n in "bc"), ("d", "", 0)]),
        ("from a import b, \\\n  c", [("a", "b", 0), ("a", "c", 0)]),
        ("from a import \\\n  b, \\\n c\n", [("a", "b", 0), ("a", "c", 0)]),
        ("import a, \\\n", [("a", "", 0)]),
        ("import a # import b\n", [("a", "", 0)]),
        ("# import a\nimportant = 1\n", []),
        ("from a import *\n", [("a", "*", 0)]),
    ],
)
def test_imports_are_read_from_lines(text: str, expected: list[tuple[str, str, int]]) -> None:
    assert sketch(text).imports == tuple(
        Import(module, name, "", level, 0, False) for module, name, level in expected
    )


@pytest.mark.parametrize(
    "text",
    [
        "from a import (b,\n" + "# x\n" * 50_000,
        "from" + " " * 100_000 + "ximport",
        "from " + "." * 100_000 + "ximport",
        "from . " + "a." * 50_000 + "-import",
        "from a import (#" + ")" * 200_000,
        "import (" * 50_000,
        "import a; " * 50_000,
        ";" * 100_000 + "import",
        "import a, \\\n" * 20_000,
        "def f(" * 50_000,
        "def f" + ": " * 50_000 + "x",
    ],
    ids=lambda text: text[:16],
)
def test_no_text_is_read_without_end(text: str) -> None:
    """Whoever writes it: these would take hours where reading tries things again."""
    sketch(text)


def test_a_file_named_twice_is_one_target_and_the_file_itself_none() -> None:
    text = "from b import c\nimport b\nimport a\n"
    assert sketch(text).targets("a.py", {"a.py", "b.py"}.__contains__) == ("b.py",)


NAMES = st.sampled_from(["a", "b", "c_d", "_e"])
MODULES = st.lists(NAMES, min_size=1, max_size=2).map(".".join)
COMMENTS = st.sampled_from(["", "  # import x", "  # f(y) \\", " # (", "#:"])
BREAKS = st.sampled_from([" ", "  ", "\\\n", " \\\n  "])


@st.composite
def imported(draw: st.DrawFn) -> str:
    """An import statement, laid out in one of Python's many ways; without its line's end."""
    space, comma = draw(BREAKS), draw(st.sampled_from([",", ", ", ", \\\n "]))
    alias = st.tuples(NAMES, st.sampled_from(["", " as z"])).map("".join)
    if draw(st.booleans()):
        each = st.tuples(MODULES, st.sampled_from(["", " as z"])).map("".join)
        return f"import {comma.join(draw(st.lists(each, min_size=1, max_size=3)))}"
    dots = draw(st.sampled_from(["", ".", ".."]))
    module = draw(MODULES) if not dots else draw(MODULES | st.just(""))
    names = draw(st.lists(alias, min_size=1, max_size=3))
    match draw(st.sampled_from(["plain", "inside", "all"])):
        case "all":
            listed = "*"
        case "inside":
            lines = [f"\n  {name},{draw(COMMENTS)}" for name in names]
            listed = f"({''.join(lines)}\n)"
        case _:
            listed = comma.join(names)
    return f"from {dots}{module} import{space}{listed}"


LINES = st.one_of(
    st.tuples(imported(), COMMENTS).map("".join),
    imported().map(lambda text: f"x = (1, '('); {text}" if "*" not in text else text),
    imported().map(
        lambda text: f"def f(a: int,\n      b=')'):\n    {text}" if "*" not in text else text
    ),
    imported().map(lambda text: f"if x: {text}" if "*" not in text else text),
    st.sampled_from(
        ["", "y = 'import z'", "class K(object): pass", "async  def g(): ...", "# import q"]
    ),
)


@given(st.lists(LINES, max_size=6), st.sampled_from(["", "\n"]))
def test_a_sketch_never_names_less_than_python(lines: list[str], end: str) -> None:
    text = "\n".join(lines) + end
    source = parse(text)
    assert source is not None, text
    assert {(i.module, i.name, i.level) for i in source.imports} <= set(imports(text))
    assert set(source.lines) <= set(sketch(text).headers)
    assert source.public() <= sketch(text).names()
