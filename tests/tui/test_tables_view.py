"""Tables give way to a narrow terminal, and lose nothing by it."""

from hypothesis import given
from hypothesis import strategies as st

from tui.views.tables import table

HEAD = ["model", "team", "", "concurrent writes", "rewrites", "what was found"]
ROWS = [
    [model, team, structure, "12.5 ±0.4", "3.0", "not identified: it may be anything at all"]
    for model in ("a-model-with-a-long-name", "another")
    for team in ("decentralized", "preassigned")
    for structure in ("p0.9", "p0.5")
]


def lines(width: int, groups: int = 1, labels: int = 2) -> list[str]:
    return list(table(HEAD, ROWS, width, groups, labels))


def test_where_there_is_room_a_row_is_a_line() -> None:
    first, *rest = lines(200)
    assert first.split() == " ".join(HEAD).split()
    assert len(rest) == len(ROWS) + 1
    assert rest[-1] == ""
    assert len({line.index("12.5") for line in rest[:-1]}) == 1


def test_the_first_columns_become_headings() -> None:
    told = lines(90)
    assert [line for line in told if "model" in line] == ["  a-model-with-a-long-name"]
    assert told.count("  another") == 1
    assert sum("writes" in line for line in told) == 2
    assert "  another, decentralized" in lines(90, groups=2, labels=1)


def test_text_at_the_end_is_wrapped_below_itself() -> None:
    told = lines(60)
    where = next(line.index("not identified") for line in told if "not identified" in line)
    continued = [line for line in told if line.strip() == "at all"]
    assert len(continued) == len(ROWS)
    assert all(line.index("at all") == where for line in continued)


def test_what_finds_no_room_goes_below_with_the_labels_again() -> None:
    rows = [[name, *("1,234.5 ±0.1" for _ in range(6))] for name in ("ada", "bob")]
    told = list(table(["agent", *map(str, range(6))], rows, 45, groups=0))
    assert max(map(len, told)) <= 45
    assert sum("ada" in line for line in told) == 3
    assert sum(line.count("1,234.5") for line in told) == 12


@given(
    st.lists(
        st.tuples(*(st.sampled_from(["a", "of two", "12.5", "-3", ""]) for _ in range(5))),
        min_size=1,
        max_size=6,
    ),
    st.integers(40, 120),
    st.integers(0, 2),
)
def test_nothing_is_lost_at_any_width(rows: list[tuple[str, ...]], width: int, groups: int) -> None:
    told = list(table(["x", "y y", "", "z", "name"], rows, width, groups))
    assert max(map(len, told)) <= width
    for row in rows:
        for cell in row[groups:]:
            assert any(cell in line for line in told)


def test_no_rows_are_a_head() -> None:
    assert list(table(["a", "b"], [], 3)) == ["  a  b", ""]
