import subprocess
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from workspaces.files.threeway import has_markers, merge

TEXTS = st.lists(st.sampled_from("abcdef"), max_size=7).map(
    lambda lines: "".join(f"{x}\n" for x in lines)
)


def test_changes_of_different_lines_merge() -> None:
    base = "one\ntwo\nthree\nfour\nfive\n"
    merged = merge(base, base.replace("one", "ONE"), base.replace("five", "FIVE\nsix"))
    assert (merged.text, merged.conflicts) == ("ONE\ntwo\nthree\nfour\nFIVE\nsix\n", 0)


def test_a_conflict_shows_both_sides_with_their_names() -> None:
    merged = merge("a\nb\nc\n", "a\nX\nc\n", "a\nY\nc\n", ("ada", "bob"))
    assert merged.conflicts == 1
    assert merged.text == "a\n<<<<<<< ada\nX\n=======\nY\n>>>>>>> bob\nc\n"
    assert has_markers(merged.text)
    assert not has_markers("a < b\n<<<<<<<\n")


def test_two_new_files_conflict_and_equal_ones_do_not() -> None:
    assert merge("", "a\n", "b\n").conflicts == 1
    assert merge("", "a\n", "a\n") == merge("a\n", "a\n", "a\n")


@given(TEXTS, TEXTS, TEXTS)
def test_the_order_of_sides_decides_nothing_but_the_names(base: str, one: str, two: str) -> None:
    left, right = merge(base, one, two), merge(base, two, one)
    assert left.conflicts == right.conflicts
    if not left.conflicts:
        assert left.text == right.text
    assert merge(base, base, two).text == two
    assert merge(base, one, base).text == one


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(TEXTS, TEXTS, TEXTS)
def test_what_merges_cleanly_here_and_in_git_is_the_same(
    tmp_path: Path, base: str, one: str, two: str
) -> None:
    """The two may differ in which of several equal lines they take for unchanged, so only texts
    without repeated lines are compared."""
    if any(len(set(text.split())) < len(text.split()) for text in (base, one, two)):
        return
    for name, text in (("base", base), ("one", one), ("two", two)):
        (tmp_path / name).write_text(text)
    done = subprocess.run(
        ["git", "merge-file", "-p", "one", "base", "two"],
        cwd=tmp_path, capture_output=True, text=True, check=False,
    )  # fmt: skip
    ours = merge(base, one, two)
    if done.returncode == 0 and not ours.conflicts:
        assert ours.text == done.stdout
    else:
        assert ours.conflicts or done.returncode
