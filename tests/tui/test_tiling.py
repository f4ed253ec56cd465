"""Where panes go."""

from hypothesis import given
from hypothesis import strategies as st

from tui.views.tiling import CARD_HEIGHT, PANE_HEIGHT, PANE_WIDTH, tile


@given(st.integers(1, 70), st.integers(1, 300), st.integers(1, 100))
def test_boxes_never_overlap_and_stay_in_the_width(count: int, width: int, height: int) -> None:
    tiling = tile(count, width, height)
    assert len(tiling.boxes) == count
    for box in tiling.boxes:
        assert box.x >= 0
        assert box.x + box.width <= width
    for place, one in enumerate(tiling.boxes):
        for other in tiling.boxes[place + 1 :]:
            apart = (
                one.x + one.width <= other.x
                or other.x + other.width <= one.x
                or one.y + one.height <= other.y
                or other.y + other.height <= one.y
            )
            assert apart


@given(st.integers(1, 70), st.integers(PANE_WIDTH, 300), st.integers(PANE_HEIGHT, 100))
def test_panes_can_be_read(count: int, width: int, height: int) -> None:
    tiling = tile(count, width, height)
    if not tiling.cards:
        assert all(b.width >= PANE_WIDTH and b.height >= PANE_HEIGHT for b in tiling.boxes)
        assert max(b.y + b.height for b in tiling.boxes) <= height
    else:
        assert all(b.height >= CARD_HEIGHT for b in tiling.boxes)


def test_panes_stand_side_by_side_while_there_is_room() -> None:
    assert [box.x for box in tile(4, 160, 40).boxes] == [0, 40, 80, 120]
    assert [(b.x, b.y) for b in tile(4, 80, 16).boxes] == [(0, 0), (40, 0), (0, 8), (40, 8)]


def test_sixteen_agents_fit_into_a_small_terminal_as_cards() -> None:
    tiling = tile(16, 80, 16)
    assert tiling.cards
    assert max(box.y + box.height for box in tiling.boxes) == 16


def test_what_does_not_fit_goes_below_the_edge() -> None:
    tiling = tile(60, 80, 16)
    assert tiling.cards
    assert max(box.y + box.height for box in tiling.boxes) > 16


def test_no_panes_or_no_room_is_no_tiling() -> None:
    assert tile(0, 80, 24).boxes == ()
    assert tile(3, 0, 24).boxes == ()
