"""Tests of data_p09: each imports its function itself, so a missing file fails its own alone."""


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


def test_min_price_record_has_the_lowest_price():
    from min_price_record import min_price_record

    records = [
        sale("lamp", 3, 10.0),
        sale("desk", 8, 1.5),
        sale("bed", 8, 1.5),
        sale("cot", 1, 9.0),
    ]
    assert min_price_record(records) == records[1]


def test_min_price_record_of_nothing_is_none():
    from min_price_record import min_price_record

    assert min_price_record([]) is None


def test_distinct_products_are_sorted_and_named_once():
    from distinct_products import distinct_products

    names = ["pear", "fig", "apple", "fig", "quince", "apple", "lemon", "date"]
    records = [sale(name, 1, 1.0) for name in names]
    assert distinct_products(records) == ["apple", "date", "fig", "lemon", "pear", "quince"]
    assert distinct_products([]) == []


def test_distinct_regions_are_sorted_and_named_once():
    from distinct_regions import distinct_regions

    regions = ["west", "south", "east", "south", "north", "east", "centre"]
    records = [sale("lamp", 1, 1.0, region=region) for region in regions]
    assert distinct_regions(records) == ["centre", "east", "north", "south", "west"]
    assert distinct_regions([]) == []


def test_distinct_months_are_sorted_and_named_once():
    from distinct_months import distinct_months

    months = ["2026-09", "2026-05", "2026-01", "2026-05", "2025-12", "2026-01", "2026-07"]
    records = [sale("lamp", 1, 1.0, month=month) for month in months]
    assert distinct_months(records) == ["2025-12", "2026-01", "2026-05", "2026-07", "2026-09"]
    assert distinct_months([]) == []


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


def test_count_by_product_counts_records():
    from count_by_product import count_by_product

    counts = count_by_product([sale(name, 5, 1.0) for name in ["fig", "apple", "fig", "fig"]])
    assert counts == {"fig": 3, "apple": 1}
    assert list(counts) == ["fig", "apple"]
    assert count_by_product([]) == {}


def test_count_by_region_counts_records():
    from count_by_region import count_by_region

    counts = count_by_region([sale("fig", 5, 1.0, region=r) for r in ["west", "east", "west"]])
    assert counts == {"west": 2, "east": 1}
    assert list(counts) == ["west", "east"]
    assert count_by_region([]) == {}


def test_count_by_month_counts_records():
    from count_by_month import count_by_month

    months = ["2026-02", "2026-01", "2026-02"]
    counts = count_by_month([sale("fig", 5, 1.0, month=month) for month in months])
    assert counts == {"2026-02": 2, "2026-01": 1}
    assert list(counts) == ["2026-02", "2026-01"]
    assert count_by_month([]) == {}


def test_records_with_units_above_are_above_and_not_equal():
    from records_with_units_above import records_with_units_above

    records = [sale("fig", units, 1.0) for units in (7, 5, 3, 6)]
    assert records_with_units_above(records, 5) == [records[0], records[3]]
    assert records_with_units_above(records, 9) == []
    assert records_with_units_above([], 0) == []


def test_records_with_price_below_are_below_and_not_equal():
    from records_with_price_below import records_with_price_below

    records = [sale("fig", 1, price) for price in (3.5, 5.0, 7.0, 4.5)]
    assert records_with_price_below(records, 5.0) == [records[0], records[3]]
    assert records_with_price_below(records, 1.0) == []
    assert records_with_price_below([], 9.0) == []


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
