"""Reading Python texts: what they import, define and call, and sketches of the same."""

import pytest

from workspaces.anomalies.imports import uses
from workspaces.anomalies.signatures import Call
from workspaces.anomalies.sketches import sketch
from workspaces.anomalies.sources import MOST_CHARACTERS, parse

TEXTS = [
    "import a, b as c\nfrom .x import (y,\n  z)\nfrom p.q import r as s, t\nif 1: import u\n",
    "x = 1; import k\nfrom m import \\\n   n, o\nfrom w import *\ndef f():\n    import deep.er\n",
    "from . import a # import b\n'''import no'''\nfrom e import (a,  # f(x)\n b)",
    "async def one(\n    a,\n): pass\nclass Two: pass\n@deco\ndef three(): ...\n",
    "",
]


@pytest.mark.parametrize("text", TEXTS)
def test_a_sketch_never_names_too_little(text: str) -> None:
    source = parse(text)
    assert source is not None
    seen = {(i.module, i.name, i.level) for i in sketch(text).imports}
    assert {(i.module, i.name, i.level) for i in source.imports} <= seen
    assert set(source.lines) <= set(sketch(text).headers)
    assert source.public() <= sketch(text).names()


@pytest.mark.parametrize("text", ["def (", "\0", "x" * (MOST_CHARACTERS + 1), "(" * 5000, "'\\d'("])
def test_what_is_no_python_has_no_source(text: str) -> None:
    assert parse(text) is None


def test_invalid_escapes_warn_nobody() -> None:
    assert parse("x = '\\d'") is not None


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        ("a.py", "import b", {"b.py": set()}),
        ("a.py", "import b\nb.f(b.g.h)", {"b.py": {"f", "g"}}),
        ("a.py", "import b as x\nx.f()", {"b.py": {"f"}}),
        ("a.py", "from b import f as g", {"b.py": {"f"}}),
        ("a.py", "from pkg import mod\nmod.f()", {"pkg/mod.py": {"f"}}),
        ("a.py", "from pkg import thing", {"pkg/__init__.py": {"thing"}}),
        ("a.py", "import pkg.mod\npkg.mod.f()", {"pkg/mod.py": {"f"}}),
        ("pkg/x.py", "from . import mod", {"pkg/mod.py": set()}),
        ("pkg/x.py", "from .mod import f", {"pkg/mod.py": {"f"}}),
        ("pkg/x.py", "from ..b import f", {"b.py": {"f"}}),
        ("x.py", "from ..b import f", {}),
        ("pkg/x.py", "import mod", {"pkg/mod.py": set()}),
        ("b.py", "import b", {}),
        ("a.py", "import json", {}),
        ("a.py", "from . import b", {"b.py": set()}),
        ("pkg/x.py", "import b", {"b.py": set()}),
        ("pkg/x.py", "import lib", {"src/lib.py": set()}),
        ("pkg/x.py", "from . import lib", {"pkg/__init__.py": {"lib"}}),
    ],
)
def test_which_files_an_import_names(path: str, text: str, expected: dict[str, set[str]]) -> None:
    files = {"b.py", "pkg/mod.py", "pkg/__init__.py", "pkg/x.py", "src/lib.py"}
    source = parse(text)
    assert source is not None
    found = uses(path, source, files.__contains__)
    assert {target: use.names for target, use in found.items()} == expected
    assert set(sketch(text).targets(path, files.__contains__)) == set(expected)


def test_what_a_file_takes_from_another_in_its_own_words() -> None:
    source = parse("import b as bb\nbb.f(bb.g)\nother(1)\nfrom b import h as k\n")
    assert source is not None
    use = uses("a.py", source, {"b.py"}.__contains__)["b.py"]
    assert use.locals == {"bb.f": "f", "bb.g": "g", "k": "h"}
    assert use.line == 1


@pytest.mark.parametrize("order", [1, -1])
def test_what_is_imported_for_type_checkers_and_besides_is_used(order: int) -> None:
    guarded, plain = "if TYPE_CHECKING:\n    import b\n", "from b import f\n"
    for texts, typing_only in (([guarded, plain][::order], False), ([guarded, guarded], True)):
        source = parse("".join(texts))
        assert source is not None
        assert uses("a.py", source, {"b.py"}.__contains__)["b.py"].typing_only is typing_only


@pytest.mark.parametrize(
    ("parameters", "call", "fits"),
    [
        ("a, b", "f(1, 2)", True),
        ("a, b", "f(1)", False),
        ("a, b", "f(1, 2, 3)", False),
        ("a, b=0", "f(1)", True),
        ("a, b", "f(b=1, a=2)", True),
        ("a, b", "f(1, a=2)", False),
        ("a, b", "f(1, c=2)", False),
        ("a, *, k", "f(1)", False),
        ("a, *, k", "f(1, k=2)", True),
        ("a, *, k=1", "f(1)", True),
        ("a, /", "f(a=1)", False),
        ("a, b, /, c", "f(1, 2, c=3)", True),
        ("a, /, **more", "f(1, a=2)", True),
        ("*args, **more", "f(1, 2, x=3)", True),
        ("a", "f(*xs)", None),
        ("a", "f(**xs)", None),
        ("", "f()", True),
    ],
)
def test_whether_a_call_fits(parameters: str, call: str, fits: bool | None) -> None:
    defined, called = parse(f"def f({parameters}): pass"), parse(call)
    assert defined is not None
    assert called is not None
    signature = defined.signatures["f"]
    assert signature.fits(called.calls[0]) is fits
    again = parse(f"def f{str(signature).replace('...', '0')}: pass")
    assert again is not None
    assert again.signatures["f"] == signature


def test_the_call_agrees_with_python() -> None:
    """Every small call against every small signature, as Python itself decides."""
    parameters = ["", "a", "a, b", "a, b=1", "a, /, b", "*args", "a, *, k", "a, *, k=1", "**kw"]
    calls = [(n, k) for n in range(4) for k in [(), ("a",), ("k",), ("b",), ("b", "k")]]
    for each in parameters:
        space: dict[str, object] = {}
        exec(f"def f({each}): pass", space)  # noqa: S102 - the texts stand above
        source = parse(f"def f({each}): pass")
        assert source is not None
        for positional, keywords in calls:
            try:
                space["f"](*range(positional), **dict.fromkeys(keywords, 0))  # type: ignore[operator]
                accepted = True
            except TypeError:
                accepted = False
            call = Call("f", positional, keywords, False, 1)
            assert source.signatures["f"].fits(call) is accepted, (each, positional, keywords)


def test_fingerprints_tell_meaning_and_not_layout() -> None:
    one = parse("def f(a):\n    return a + 1\n\nX = 1\n")
    same = parse("# x\ndef f( a ):\n    'doc'\n    return (a+1)\nX=1")
    other = parse("def f(a):\n    return a + 2\n\nX = 1\n")
    assert one is not None
    assert same is not None
    assert other is not None
    assert one.symbols == same.symbols
    assert one.whole == same.whole
    assert one.symbols["f"] != other.symbols["f"]
    assert one.symbols["X"] == other.symbols["X"]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("X = Y = 1", {"X", "Y"}),
        ("x, y = 1, 2\na.b = 3\na[0] = 4", set()),
        ("N: int = 1\na.b: int = 2", {"N"}),
        ("N += 1\na.b += 2", {"N"}),
        ("if x:\n    Y = 1", set()),
    ],
)
def test_which_names_a_statement_defines(text: str, names: set[str]) -> None:
    source = parse(text)
    assert source is not None
    assert set(source.symbols) == names


def test_a_second_definition_or_change_of_a_name_is_another_symbol() -> None:
    once, twice = parse("N = 1"), parse("N = 1\nN += 1")
    assert once is not None
    assert twice is not None
    assert once.symbols["N"] != twice.symbols["N"]


def test_which_names_are_read_and_which_calls_are_made() -> None:
    source = parse("x = f(y, k=1, **z)\na.b.c(1)\nd[0].g()\nh()()\nl = (lambda m: m.n).o\n")
    assert source is not None
    assert source.used == {"f", "y", "z", "a", "a.b", "a.b.c", "d", "h", "m", "m.n"}
    assert source.calls == (
        Call("f", 1, ("k",), True, 1),
        Call("a.b.c", 1, (), False, 2),
        Call("h", 0, (), False, 4),
    )


def test_only_what_is_for_others_is_public() -> None:
    source = parse("def _own(): pass\ndef other(): pass\nclass Third: pass\nN = 1\n")
    assert source is not None
    assert source.public() == {"other", "Third"}


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("'what it does'", "'what else'", True),
        ("...", "1", False),
        ("g()", "h()", False),
        ("g", "h", False),
    ],
)
def test_of_what_stands_alone_in_a_body_only_docstrings_mean_nothing(
    one: str, other: str, same: bool
) -> None:
    sources = [parse(f"def f():\n    {text}\n    return 1\n") for text in (one, other)]
    assert sources[0] is not None
    assert sources[1] is not None
    assert (sources[0].symbols == sources[1].symbols) is same


def test_an_import_under_another_condition_is_no_one_for_type_checkers_alone() -> None:
    source = parse("if x:\n    import b\nwhile TYPE_CHECKING:\n    import c\n")
    assert source is not None
    assert not any(entry.typing_only for entry in source.imports)


def test_type_checking_imports_are_marked() -> None:
    source = parse(
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import b\nelse:\n    import c\n"
    )
    assert source is not None
    assert {i.module: i.typing_only for i in source.imports} == {
        "typing": False,
        "b": True,
        "c": False,
    }
