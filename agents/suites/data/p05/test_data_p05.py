"""Tests of data_p05: each imports its function itself, so a missing file fails its own alone."""

import pytest


def sale(product, units, price, region="north", month="2026-01"):
    """A sales record."""
    return {"product": product, "region": region, "month": month, "units": units, "price": price}


def test_get_records_returns_every_record_in_order():
    from get_records import get_records

    assert [tuple(record.values()) for record in get_records()] == [
        ("lamp", "north", "2026-01", 10, 25.0),
        ("desk", "south", "2026-01", 3, 180.0),
        ("chair", "north", "2026-01", 8, 60.0),
        ("lamp", "south", "2026-02", 14, 25.0),
        ("desk", "north", "2026-02", 2, 200.0),
        ("chair", "south", "2026-02", 0, 60.0),
        ("lamp", "north", "2026-03", 6, 30.0),
        ("", "north", "2026-03", 5, 40.0),
        ("desk", "south", "2026-03", 4, 180.0),
        ("chair", "north", "2026-03", 9, -60.0),
        ("lamp", "south", "2026-03", 20, 25.0),
        ("chair", "south", "2026-03", 7, 65.0),
    ]


def test_get_records_names_its_fields():
    from get_records import get_records

    for record in get_records():
        assert list(record) == ["product", "region", "month", "units", "price"]


def test_get_records_returns_new_dicts_at_each_call():
    from get_records import get_records

    get_records()[0]["units"] = 99
    get_records().clear()
    assert get_records()[0]["units"] == 10


def test_remove_invalid_keeps_what_can_be_counted():
    from remove_invalid import remove_invalid

    one, other = sale("lamp", 1, 0.5), sale("desk", 3, 80.0)
    assert remove_invalid([one, other]) == [one, other]


def test_remove_invalid_drops_records_with_any_fault():
    from remove_invalid import remove_invalid

    good = sale("lamp", 1, 2.0)
    bad = [sale("", 1, 2.0), sale("lamp", 0, 2.0), sale("lamp", 1, 0.0)]
    worse = [sale("lamp", -2, 2.0), sale("lamp", 1, -0.5), sale("", 0, 0.0)]
    assert remove_invalid([*bad, good, *worse]) == [good]
    assert remove_invalid([]) == []


def test_remove_invalid_looks_at_all_records_by_default():
    from remove_invalid import remove_invalid

    assert [record["units"] for record in remove_invalid()] == [10, 3, 8, 14, 2, 6, 4, 20, 7]


def test_remove_invalid_leaves_its_argument_alone():
    from remove_invalid import remove_invalid

    records = [sale("", 1, 2.0), sale("lamp", 1, 2.0)]
    remove_invalid(records)
    assert len(records) == 2


def test_add_revenue_is_units_times_price():
    from add_revenue import add_revenue

    found = add_revenue([sale("lamp", 3, 10.0), sale("desk", 2, 80.5)])
    assert [record["revenue"] for record in found] == [30.0, 161.0]
    assert [record["product"] for record in found] == ["lamp", "desk"]


def test_add_revenue_leaves_out_invalid_records():
    from add_revenue import add_revenue

    assert add_revenue([sale("", 3, 10.0)]) == []


def test_add_revenue_leaves_the_records_alone():
    from add_revenue import add_revenue

    record = sale("lamp", 3, 10.0)
    add_revenue([record])
    assert "revenue" not in record


def test_add_revenue_looks_at_all_records_by_default():
    from add_revenue import add_revenue

    found = [record["revenue"] for record in add_revenue()]
    assert found == [250.0, 540.0, 480.0, 350.0, 400.0, 180.0, 720.0, 500.0, 455.0]


def test_total_revenue_sums_all_records():
    from total_revenue import total_revenue

    assert total_revenue([sale("lamp", 2, 10.0), sale("desk", 1, 80.5)]) == 100.5
    assert total_revenue() == 3875.0


def test_total_revenue_counts_valid_records_only():
    from total_revenue import total_revenue

    assert total_revenue([sale("", 2, 10.0), sale("lamp", 4, 5.0)]) == 20.0


def test_total_revenue_of_nothing_is_zero():
    from total_revenue import total_revenue

    assert total_revenue([]) == 0


def test_average_revenue_is_the_mean():
    from average_revenue import average_revenue

    assert average_revenue([sale("lamp", 1, 10.0), sale("desk", 1, 15.0)]) == 12.5
    assert average_revenue([sale("lamp", 2, 10.5)]) == 21.0


def test_average_revenue_counts_valid_records_only():
    from average_revenue import average_revenue

    assert average_revenue([sale("", 9, 9.0), sale("lamp", 2, 10.0)]) == 20.0


def test_average_revenue_of_nothing_is_zero():
    from average_revenue import average_revenue

    assert average_revenue([]) == 0.0
    assert average_revenue([sale("", 9, 9.0)]) == 0.0


def test_average_revenue_looks_at_all_records_by_default():
    from average_revenue import average_revenue

    assert average_revenue() == pytest.approx(3875 / 9)


def test_above_average_records_are_those_above_the_mean():
    from above_average_records import above_average_records

    records = [sale("lamp", 1, 10.0), sale("desk", 1, 40.0), sale("chair", 1, 25.0)]
    assert [record["product"] for record in above_average_records(records)] == ["desk"]


def test_above_average_records_keep_their_order_and_revenue():
    from above_average_records import above_average_records

    records = [sale("desk", 1, 30.0), sale("lamp", 1, 2.0), sale("", 9, 99.0), sale("bed", 2, 20.0)]
    found = above_average_records(records)
    assert [record["revenue"] for record in found] == [30.0, 40.0]
    assert above_average_records([]) == []


def test_above_average_records_look_at_all_records_by_default():
    from above_average_records import above_average_records

    found = [record["revenue"] for record in above_average_records()]
    assert found == [540.0, 480.0, 720.0, 500.0, 455.0]


def test_group_by_product_gathers_the_records_of_each():
    from group_by_product import group_by_product

    records = [
        sale("lamp", 1, 1.0),
        sale("desk", 1, 50.0),
        sale("bed", 1, 60.0),
        sale("desk", 1, 70.0),
    ]
    groups = group_by_product([*records, sale("lamp", 1, 2.0), sale("", 9, 99.0)])
    assert list(groups) == ["desk", "bed"]
    assert [record["price"] for record in groups["desk"]] == [50.0, 70.0]
    assert [record["price"] for record in groups["bed"]] == [60.0]


def test_group_by_product_of_nothing_is_empty():
    from group_by_product import group_by_product

    assert group_by_product([]) == {}


def test_group_by_product_looks_at_all_records_by_default():
    from group_by_product import group_by_product

    assert {name: len(group) for name, group in group_by_product().items()} == {
        "desk": 2,
        "chair": 2,
        "lamp": 1,
    }


def test_group_revenue_totals_sum_each_group():
    from group_revenue_totals import group_revenue_totals

    records = [
        sale("lamp", 1, 1.0),
        sale("desk", 1, 50.0),
        sale("bed", 1, 60.0),
        sale("desk", 2, 35.0),
    ]
    totals = group_revenue_totals([*records, sale("lamp", 1, 2.0), sale("", 9, 99.0)])
    assert totals == {"desk": 120.0, "bed": 60.0}
    assert list(totals) == ["desk", "bed"]


def test_group_revenue_totals_of_nothing_are_empty():
    from group_revenue_totals import group_revenue_totals

    assert group_revenue_totals([]) == {}


def test_group_revenue_totals_look_at_all_records_by_default():
    from group_revenue_totals import group_revenue_totals

    assert group_revenue_totals() == {"desk": 1260.0, "chair": 935.0, "lamp": 500.0}


def test_rank_by_revenue_puts_the_greatest_first():
    from rank_by_revenue import rank_by_revenue

    records = [
        sale("lamp", 1, 1.0),
        sale("desk", 1, 50.0),
        sale("bed", 1, 60.0),
        sale("lamp", 1, 2.0),
    ]
    assert rank_by_revenue([*records, sale("", 9, 99.0)]) == [("bed", 60.0), ("desk", 50.0)]


def test_rank_by_revenue_orders_equals_by_name():
    from rank_by_revenue import rank_by_revenue

    records = [
        sale("lamp", 1, 1.0),
        sale("desk", 1, 50.0),
        sale("bed", 1, 50.0),
        sale("cot", 1, 50.0),
    ]
    assert [name for name, _ in rank_by_revenue(records)] == ["bed", "cot", "desk"]


def test_rank_by_revenue_looks_at_all_records_by_default():
    from rank_by_revenue import rank_by_revenue

    assert rank_by_revenue() == [("desk", 1260.0), ("chair", 935.0), ("lamp", 500.0)]
    assert rank_by_revenue([]) == []


def test_revenue_summary_tells_the_best_and_the_sum():
    from revenue_summary import revenue_summary

    records = [
        sale("lamp", 1, 1.0),
        sale("desk", 1, 50.0),
        sale("bed", 1, 60.0),
        sale("cot", 1, 55.0),
    ]
    assert revenue_summary([*records, sale("lamp", 1, 2.0), sale("", 9, 99.0)]) == {
        "products": 3,
        "best": "bed",
        "best_revenue": 60.0,
        "revenue": 165.0,
    }


def test_revenue_summary_of_nothing():
    from revenue_summary import revenue_summary

    empty = {"products": 0, "best": None, "best_revenue": 0, "revenue": 0}
    assert revenue_summary([]) == empty


def test_revenue_summary_looks_at_all_records_by_default():
    from revenue_summary import revenue_summary

    assert revenue_summary() == {
        "products": 3,
        "best": "desk",
        "best_revenue": 1260.0,
        "revenue": 2695.0,
    }


def test_compute_line_revenue_is_units_times_price():
    from compute_line_revenue import compute_line_revenue

    assert compute_line_revenue(sale("lamp", 3, 10.0)) == 30.0
    assert compute_line_revenue(sale("lamp", 4, 0.25)) == 1.0
    assert compute_line_revenue(sale("lamp", 0, 10.0)) == 0.0


def test_total_units_sums_all_records():
    from total_units import total_units

    assert total_units([sale("lamp", 3, 10.0), sale("desk", 4, 1.0), sale("bed", 5, 1.0)]) == 12
    assert total_units([]) == 0


def test_average_price_is_the_mean():
    from average_price import average_price

    assert average_price([sale("lamp", 9, 10.0), sale("desk", 1, 15.0)]) == 12.5
    assert average_price([sale("lamp", 2, 7.5)]) == 7.5


def test_average_price_of_nothing_is_zero():
    from average_price import average_price

    assert average_price([]) == 0.0


def test_max_units_record_has_the_most_units():
    from max_units_record import max_units_record

    records = [
        sale("lamp", 3, 10.0),
        sale("desk", 8, 1.0),
        sale("bed", 8, 2.0),
        sale("cot", 1, 9.0),
    ]
    assert max_units_record(records) == records[1]


def test_max_units_record_of_nothing_is_none():
    from max_units_record import max_units_record

    assert max_units_record([]) is None


def test_filter_by_product_keeps_those_of_the_product():
    from filter_by_product import filter_by_product

    records = [
        sale("lamp", 1, 1.0),
        sale("desk", 2, 1.0),
        sale("lamp", 3, 1.0),
        sale("lamps", 4, 1.0),
    ]
    assert filter_by_product(records, "lamp") == [records[0], records[2]]
    assert filter_by_product(records, "bed") == []
    assert filter_by_product([], "lamp") == []


def test_filter_by_region_keeps_those_of_the_region():
    from filter_by_region import filter_by_region

    records = [sale("lamp", n, 1.0, region=r) for n, r in enumerate(["east", "west", "east"])]
    assert filter_by_region(records, "east") == [records[0], records[2]]
    assert filter_by_region(records, "eas") == []
    assert filter_by_region([], "east") == []


def test_filter_by_month_keeps_those_of_the_month():
    from filter_by_month import filter_by_month

    months = ["2026-01", "2026-02", "2026-01"]
    records = [sale("lamp", n, 1.0, month=month) for n, month in enumerate(months)]
    assert filter_by_month(records, "2026-01") == [records[0], records[2]]
    assert filter_by_month(records, "2026") == []
    assert filter_by_month([], "2026-01") == []


def test_distinct_products_are_sorted_and_named_once():
    from distinct_products import distinct_products

    names = ["pear", "fig", "apple", "fig", "quince", "apple", "lemon", "date"]
    records = [sale(name, 1, 1.0) for name in names]
    assert distinct_products(records) == ["apple", "date", "fig", "lemon", "pear", "quince"]
    assert distinct_products([]) == []


def test_sort_by_units_puts_the_most_first_and_keeps_the_order_of_equals():
    from sort_by_units import sort_by_units

    records = [sale("a", 2, 1.0), sale("b", 9, 1.0), sale("c", 2, 2.0), sale("d", 5, 1.0)]
    assert [record["product"] for record in sort_by_units(records)] == ["b", "d", "a", "c"]
    assert [record["product"] for record in records] == ["a", "b", "c", "d"]
    assert sort_by_units([]) == []


def test_sort_by_price_puts_the_highest_first_and_keeps_the_order_of_equals():
    from sort_by_price import sort_by_price

    records = [sale("a", 1, 2.0), sale("b", 1, 9.5), sale("c", 3, 2.0), sale("d", 1, 5.0)]
    assert [record["product"] for record in sort_by_price(records)] == ["b", "d", "a", "c"]
    assert [record["product"] for record in records] == ["a", "b", "c", "d"]
    assert sort_by_price([]) == []
