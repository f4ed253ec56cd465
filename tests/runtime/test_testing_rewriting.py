"""What pytest makes of test files, from one run to the next: the same, honest, and only once."""

import os
from pathlib import Path

import pytest
from _pytest.assertion import rewrite

from agents.runtime.testing import TestRunner
from agents.runtime.testing_worker.rewriting import Codes, prepare
from tests.runtime.suites import GOOD, outcome


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A test file; what pytest is taught of it is forgotten again."""
    monkeypatch.setattr(rewrite, "_rewrite_test", rewrite._rewrite_test)
    made = tmp_path / "test_it.py"
    made.write_text("def test_(): assert [1] == [2]\n")
    return made


def handed_over(codes: Codes, path: Path) -> dict[str, bytes]:
    """What a run of the test file adds to `codes`."""
    before = dict(codes.known)
    descriptor = codes.file()
    if descriptor < 0:
        pytest.skip("this machine cannot seal files")
    prepare([str(path)], codes.known, os.dup(descriptor))
    codes.take(descriptor)
    return {key: code for key, code in codes.known.items() if key not in before}


def message(path: Path, config: pytest.Config) -> str:
    """What the failing test says in the code that pytest is given."""
    space: dict[str, object] = {"__name__": "test_it"}
    exec(rewrite._rewrite_test(path, config)[1], space)  # noqa: S102 - what pytest does
    with pytest.raises(AssertionError) as failure:
        space["test_"]()  # type: ignore[operator]
    return str(failure.value)


def test_only_what_is_new_is_handed_over(path: Path) -> None:
    codes = Codes()
    assert len(handed_over(codes, path)) == 1
    assert not handed_over(codes, path)
    path.write_text("def test_(): assert [1] == [3]\n")
    assert len(handed_over(codes, path)) == 1


def test_pytest_takes_the_remembered_code_while_the_file_is_as_it_was(
    path: Path, pytestconfig: pytest.Config
) -> None:
    codes = Codes()
    [(key, _)] = handed_over(codes, path).items()
    other = path.with_name("test_other.py")
    other.write_text("def test_(): assert ['remembered'] == []\n")
    [(_, code)] = handed_over(codes, other).items()
    prepare([str(path)], {key: code}, -1)
    assert "remembered" in message(path, pytestconfig)
    path.write_text("def test_(): assert ['changed'] == []\n")
    assert "changed" in message(path, pytestconfig)


def test_what_was_not_sealed_is_not_taken(path: Path) -> None:
    codes = Codes()
    descriptor = codes.file()
    if descriptor < 0:
        pytest.skip("this machine cannot seal files")
    os.write(descriptor, b'[["key", 4]]\nevil')
    codes.take(descriptor)
    assert not codes.known


def test_a_sealed_file_takes_no_more(path: Path) -> None:
    codes = Codes()
    descriptor = codes.file()
    if descriptor < 0:
        pytest.skip("this machine cannot seal files")
    kept = os.dup(descriptor)
    prepare([str(path)], {}, os.dup(descriptor))
    for attempt in (lambda: os.pwrite(kept, b"x", 0), lambda: os.ftruncate(kept, 0)):
        with pytest.raises(PermissionError):
            attempt()
    os.close(kept)
    codes.take(descriptor)
    assert len(codes.known) == 1


@pytest.mark.parametrize(
    "text", ["def f(:\n", "def test_(): assert (1, 'x')\n", "x = '\\d'\n", "\0", "(" * 5000]
)
def test_what_cannot_be_compiled_or_is_warned_of_is_left_to_pytest(path: Path, text: str) -> None:
    path.write_text(text)
    assert not handed_over(Codes(), path)


async def test_a_file_is_told_of_alike_in_every_run() -> None:
    """First compiled there, then remembered: with the same words, on the same lines."""
    test = "from mean import mean\n\ndef test_mean():\n    assert mean([1, 3]) == [2, 0]\n"
    async with TestRunner(remembered=0) as runner:
        first, second = [
            await runner.run({**GOOD, "test_mean.py": test}, ["test_mean.py"]) for _ in range(2)
        ]
        other = {**GOOD, "mean.py": "def mean(values): return [2, 1]", "test_mean.py": test}
        third = await runner.run(other, ["test_mean.py"])
    assert first.failed == 1
    assert first.output == second.output
    assert 'test_mean.py", line 4' in third.output
    assert "assert [2, 1] == [2, 0]" in third.output


async def test_a_warning_is_told_of_in_every_run() -> None:
    async with TestRunner(remembered=0) as runner:
        first, second = [
            await outcome(runner, "def test_(): assert (1, 'always')") for _ in range(2)
        ]
    assert "1 warning" in first.output
    assert first.output == second.output


async def test_a_run_cannot_plant_code_for_the_next() -> None:
    """It patches all that makes, keeps and reads code, and writes to every file it can reach."""
    hostile = """\
import ast, builtins, fcntl, gc, marshal, os, sys
from _pytest.assertion import rewrite

for module in [m for m in sys.modules.values() if hasattr(m, "prepare")]:
    module.prepare = module._compiled = module._hand_over = lambda *_: None
planted = marshal.dumps(compile("def test_mean(): pass", "x", "exec"))
for held in gc.get_objects():
    if type(held) is dict and len(held) < 50:
        for key, value in list(held.items()):
            if type(key) is str and len(key) == 64:
                held[key] = planted
marshal.loads = lambda _: compile("def test_mean(): pass", "x", "exec")
rewrite._rewrite_test = rewrite.rewrite_asserts = ast.parse = lambda *_, **__: None
for number in range(3, 256):
    try:
        os.pwrite(number, planted, 0)
    except OSError:
        pass

def mean(values):
    return 2
"""
    wrong = {**GOOD, "mean.py": "def mean(values): return 0"}
    async with TestRunner(remembered=0) as runner:
        for first in (hostile, hostile + "\n\n"):
            await runner.run({**GOOD, "mean.py": first}, ["test_mean.py"])
            after = await runner.run(wrong, ["test_mean.py"])
            assert (after.returncode, after.passed, after.failed) == (1, 0, 1)
            assert (await runner.run(GOOD, ["test_mean.py"])).ok
