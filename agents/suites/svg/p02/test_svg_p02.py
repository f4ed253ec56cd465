"""Tests of svg_p02: each imports its function itself, so a missing file fails its own alone."""

import xml.etree.ElementTree as ElementTree

import pytest


def test_fmt_num_keeps_no_idle_zeros():
    from fmt_num import fmt_num

    assert [fmt_num(x) for x in (3, 3.0, 2.5, -1.25, 0.1)] == ["3", "3", "2.5", "-1.25", "0.1"]


def test_fmt_num_keeps_zeros_that_count():
    from fmt_num import fmt_num

    assert [fmt_num(x) for x in (100, 20.0, 0, 0.05)] == ["100", "20", "0", "0.05"]


def test_fmt_num_rounds_to_two_decimals_and_knows_no_minus_zero():
    from fmt_num import fmt_num

    assert [fmt_num(x) for x in (1 / 3, 2 / 3, -0.001, -0.0)] == ["0.33", "0.67", "0", "0"]


def test_fmt_coord_joins_both_by_a_comma():
    from fmt_coord import fmt_coord

    assert fmt_coord(1, 2.5) == "1,2.5"
    assert fmt_coord(-3.0, 0) == "-3,0"


def test_fmt_coord_rounds_as_fmt_num_does():
    from fmt_coord import fmt_coord

    assert fmt_coord(1 / 3, -0.001) == "0.33,0"


def test_fmt_points_puts_a_space_between_points():
    from fmt_points import fmt_points

    assert fmt_points([(0, 0), (10, 2.5), (-1.0, 4)]) == "0,0 10,2.5 -1,4"
    assert fmt_points([(1, 2)]) == "1,2"
    assert fmt_points([]) == ""


def test_fmt_points_rounds_as_fmt_num_does():
    from fmt_points import fmt_points

    assert fmt_points([(1 / 3, 2.0)]) == "0.33,2"


def test_make_polyline_goes_through_the_points():
    from make_polyline import make_polyline

    expected = '<polyline points="0,0 10,5.5 3,1" fill="none" stroke="black"/>'
    assert make_polyline([(0, 0), (10, 5.5), (3.0, 1)]) == expected


def test_make_polyline_without_points_is_empty():
    from make_polyline import make_polyline

    assert make_polyline([]) == '<polyline points="" fill="none" stroke="black"/>'


def test_make_polygon_goes_through_the_points():
    from make_polygon import make_polygon

    expected = '<polygon points="0,0 10,5.5 3,1" fill="none" stroke="black"/>'
    assert make_polygon([(0, 0), (10, 5.5), (3.0, 1)]) == expected
    assert make_polygon([(0, 0), (1, 0), (1, 1), (0, 1)]).count(",") == 4


def test_make_polygon_refuses_fewer_than_three_points():
    from make_polygon import make_polygon

    for points in ([], [(0, 0)], [(0, 0), (1, 1)]):
        with pytest.raises(ValueError):
            make_polygon(points)


def test_make_triangle_has_its_right_angle_at_the_point():
    from make_triangle import make_triangle

    expected = '<polygon points="1,2 11,2 1,7.5" fill="none" stroke="black"/>'
    assert make_triangle(1, 2, 10, 5.5) == expected


def test_make_triangle_may_lead_left_and_up():
    from make_triangle import make_triangle

    expected = '<polygon points="10,20 7,20 10,16" fill="none" stroke="black"/>'
    assert make_triangle(10, 20, -3, -4.0) == expected


def test_make_rect_is_two_triangles():
    from make_rect import make_rect

    assert make_rect(1, 2, 10, 5.5) == (
        '<polygon points="1,2 11,2 1,7.5" fill="none" stroke="black"/>'
        '<polygon points="11,7.5 1,7.5 11,2" fill="none" stroke="black"/>'
    )


def test_make_circle_follows_the_square_around_it():
    from make_circle import make_circle

    assert make_circle(5, 7.5, 3) == (
        '<polygon points="2,4.5 8,4.5 2,10.5" fill="none" stroke="black"/>'
        '<polygon points="8,10.5 2,10.5 8,4.5" fill="none" stroke="black"/>'
        '<circle cx="5" cy="7.5" r="3" fill="none" stroke="black"/>'
    )


def test_make_text_begins_at_a_dot():
    from make_text import make_text

    assert make_text(5, 7.5, "one") == (
        '<polygon points="4,6.5 6,6.5 4,8.5" fill="none" stroke="black"/>'
        '<polygon points="6,8.5 4,8.5 6,6.5" fill="none" stroke="black"/>'
        '<circle cx="5" cy="7.5" r="1" fill="none" stroke="black"/>'
        '<text x="5" y="7.5">one</text>'
    )


def test_make_text_escapes_what_would_be_markup():
    from make_text import make_text

    assert make_text(0, 0, "a < b & c").endswith(">a &lt; b &amp; c</text>")
    assert make_text(0, 0, "&lt;").endswith(">&amp;lt;</text>")


def test_make_group_holds_every_text_in_order():
    from make_group import make_group

    found = make_group([(1, 2, "one"), (3, 4, "two"), (5, 6, "<")])
    assert found.startswith("<g><polygon ")
    assert found.endswith('<text x="5" y="6">&lt;</text></g>')
    assert found.index('<text x="1" y="2">one</text>') < found.index('<text x="3" y="4">two</text>')


def test_make_group_of_nothing_is_empty():
    from make_group import make_group

    assert make_group([]) == "<g></g>"


def test_make_labeled_group_names_its_group():
    from make_labeled_group import make_labeled_group

    found = make_labeled_group("first", [(1, 2, "one")])
    assert found.startswith('<g aria-label="first"><g><polygon ')
    assert found.endswith('<text x="1" y="2">one</text></g></g>')


def test_make_labeled_group_escapes_its_label():
    from make_labeled_group import make_labeled_group

    assert make_labeled_group('a "b"', []) == '<g aria-label="a &quot;b&quot;"><g></g></g>'


def test_make_grid_places_texts_by_row_and_column():
    from make_grid import make_grid

    found = make_grid([["a", "b", "c"], ["d"], ["e", "f"]], 10)
    for place in ("0,0,a", "10,0,b", "20,0,c", "0,10,d", "0,20,e", "10,20,f"):
        x, y, text = place.split(",")
        assert f'<text x="{x}" y="{y}">{text}</text>' in found


def test_make_grid_calls_its_rows_by_number():
    from make_grid import make_grid

    assert make_grid([[], []], 5) == (
        '<g aria-label="row 1"><g></g></g><g aria-label="row 2"><g></g></g>'
    )
    assert make_grid([], 5) == ""


def test_make_bar_chart_has_as_many_marks_as_the_values_say():
    from make_bar_chart import make_bar_chart

    found = make_bar_chart([3, 0, 1], 10)
    rows = found.split("<g aria-label=")[1:]
    assert [row.count(">#</text>") for row in rows] == [3, 0, 1]
    assert '<text x="20" y="0">#</text>' in found
    assert '<text x="0" y="20">#</text>' in found


def test_make_bar_chart_of_nothing_is_empty():
    from make_bar_chart import make_bar_chart

    assert make_bar_chart([], 10) == ""


def test_make_title_goes_before_the_chart():
    from make_title import make_title

    found = make_title("Units", [2, 1], 10)
    assert found.startswith('<title>Units</title><g aria-label="row 1">')
    assert '<text x="10" y="0">#</text>' in found
    assert make_title("", [], 10) == "<title></title>"


def test_make_title_escapes_what_would_be_markup():
    from make_title import make_title

    assert make_title("a < b & c", [], 5) == "<title>a &lt; b &amp; c</title>"


def test_make_legend_names_the_bars_after_the_chart():
    from make_legend import make_legend

    found = make_legend(["lamp", "desk", "bed"], "Units", [2, 1, 0], 10)
    assert found.startswith('<title>Units</title><g aria-label="row 1">')
    assert '<text x="10" y="0">#</text>' in found
    assert found.endswith(
        '<text x="-40" y="0">lamp</text>'
        '<text x="-40" y="10">desk</text>'
        '<text x="-40" y="20">bed</text>'
    )


def test_make_legend_without_names_is_the_chart():
    from make_legend import make_legend

    assert make_legend([], "Units", [], 10) == "<title>Units</title>"


def test_make_svg_is_the_chart_in_a_drawing():
    from make_svg import make_svg

    found = make_svg(200, 100, ["lamp", "desk"], "Units", [2, 1], 10)
    head = '<svg xmlns="http://www.w3.org/2000/svg" width="200" height="100"><title>Units</title>'
    assert found.startswith(head)
    assert '<text x="10" y="0">#</text>' in found
    assert found.endswith('<text x="-40" y="10">desk</text></svg>')
    assert make_svg(1, 1, [], "t", [], 1).endswith("<title>t</title></svg>")


def test_make_svg_is_well_formed():
    from make_svg import make_svg

    root = ElementTree.fromstring(make_svg(20, 10, ["a"], "1 < 2", [3], 10))
    assert (root.attrib["width"], root.attrib["height"]) == ("20", "10")
    assert root[0].text == "1 < 2"


def test_make_svg_refuses_a_drawing_without_a_size():
    from make_svg import make_svg

    for width, height in ((0, 10), (10, 0), (-1, 10), (10, -1)):
        with pytest.raises(ValueError):
            make_svg(width, height, [], "t", [], 1)


def test_make_line_leads_from_point_to_point():
    from make_line import make_line

    assert make_line(0, 1, 10, 5.5) == '<line x1="0" y1="1" x2="10" y2="5.5" stroke="black"/>'


def test_make_ellipse_lies_around_its_centre():
    from make_ellipse import make_ellipse

    expected = '<ellipse cx="5" cy="6.5" rx="3" ry="2" fill="none" stroke="black"/>'
    assert make_ellipse(5, 6.5, 3, 2) == expected
    assert 'rx="0" ry="0"' in make_ellipse(1, 1, 0, 0)


def test_make_ellipse_refuses_a_negative_radius():
    from make_ellipse import make_ellipse

    for rx, ry in ((-0.5, 1), (1, -0.5)):
        with pytest.raises(ValueError):
            make_ellipse(0, 0, rx, ry)


def test_make_path_goes_through_the_points():
    from make_path import make_path

    assert make_path([(0, 0), (10, 5.5), (3, 1)]) == '<path d="M0 0L10 5.5L3 1"/>'
    assert make_path([(1, 2)]) == '<path d="M1 2"/>'


def test_make_path_is_closed_when_asked():
    from make_path import make_path

    assert make_path([(0, 0), (1, 1)], True) == '<path d="M0 0L1 1Z"/>'
    assert make_path([(0, 0), (1, 1)], closed=False) == '<path d="M0 0L1 1"/>'


def test_make_comment_holds_the_text():
    from make_comment import make_comment

    assert make_comment("a - b") == "<!-- a - b -->"


def test_make_comment_refuses_two_hyphens():
    from make_comment import make_comment

    for text in ("--", "a -- b", "-->"):
        with pytest.raises(ValueError):
            make_comment(text)
