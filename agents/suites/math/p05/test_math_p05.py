"""Tests of math_p05: each imports its function itself, so a missing file fails its own alone."""

import math

import pytest


def test_add_sums_numbers_of_either_sign():
    from add import add

    assert add(2, 3) == 5
    assert add(-4, 1) == -3
    assert add(7, 0) == 7
    assert add(0.5, 0.25) == 0.75


def test_add_keeps_large_ints_exact():
    from add import add

    assert add(10**20, 1) == 100000000000000000001


def test_safe_add_sums_numbers():
    from safe_add import safe_add

    assert safe_add(2, 3) == 5
    assert safe_add(-1.5, 0.5) == -1.0
    assert safe_add(10**400, 1) == 10**400 + 1


def test_safe_add_refuses_what_is_not_a_number():
    from safe_add import safe_add

    for wrong in ("1", None, [1], True, False, 1j):
        with pytest.raises(TypeError):
            safe_add(wrong, 1)
        with pytest.raises(TypeError):
            safe_add(1, wrong)


def test_safe_add_refuses_an_infinite_sum():
    from safe_add import safe_add

    with pytest.raises(OverflowError):
        safe_add(1e308, 1e308)
    with pytest.raises(OverflowError):
        safe_add(-1e308, -1e308)
    assert safe_add(1e308, -1e308) == 0.0


def test_sum_list_sums_all_elements():
    from sum_list import sum_list

    assert sum_list([1, 2, 3, 4]) == 10
    assert sum_list([5]) == 5
    assert sum_list([0.5, -2, 0.25]) == -1.25


def test_sum_list_of_nothing_is_zero():
    from sum_list import sum_list

    assert sum_list([]) == 0


def test_sum_list_refuses_what_safe_add_refuses():
    from sum_list import sum_list

    for wrong in ([1, "2"], ["2"], [1, None, 2], [True], [1, False]):
        with pytest.raises(TypeError):
            sum_list(wrong)
    with pytest.raises(OverflowError):
        sum_list([1e308, 1e308])


def test_sum_list_leaves_its_argument_alone():
    from sum_list import sum_list

    values = [3, 1, 2]
    sum_list(values)
    assert values == [3, 1, 2]


def test_mean_divides_the_sum_by_the_length():
    from mean import mean

    assert mean([2, 3]) == 2.5
    assert mean([1, 2, 3, 4, 10]) == 4
    assert mean([-7]) == -7
    assert mean([-1, 1]) == 0


def test_mean_of_nothing_is_zero():
    from mean import mean

    assert mean([]) == 0.0


def test_mean_refuses_what_sum_list_refuses():
    from mean import mean

    with pytest.raises(TypeError):
        mean([1, "2"])
    with pytest.raises(TypeError):
        mean([True, False])


def test_variance_is_that_of_the_population():
    from variance import variance

    assert variance([2, 4, 4, 4, 5, 5, 7, 9]) == pytest.approx(4.0)
    assert variance([1, 2]) == pytest.approx(0.25)
    assert variance([-3, 0, 3]) == pytest.approx(6.0)


def test_variance_does_not_depend_on_the_origin():
    from variance import variance

    assert variance([101, 102, 103]) == pytest.approx(variance([1, 2, 3]))


def test_variance_of_one_or_no_number_is_zero():
    from variance import variance

    assert variance([]) == 0.0
    assert variance([5]) == 0.0
    assert variance([4, 4, 4]) == 0.0


def test_std_dev_is_the_root_of_the_variance():
    from std_dev import std_dev

    assert std_dev([2, 4, 4, 4, 5, 5, 7, 9]) == pytest.approx(2.0)
    assert std_dev([1, 2]) == pytest.approx(0.5)
    assert std_dev([1, 2, 3]) == pytest.approx(math.sqrt(2 / 3))
    assert std_dev([-6, 0, 6]) == pytest.approx(math.sqrt(24))


def test_std_dev_without_spread_is_zero():
    from std_dev import std_dev

    assert std_dev([]) == 0.0
    assert std_dev([9]) == 0.0
    assert std_dev([4, 4, 4]) == 0.0


def test_z_score_counts_deviations_from_the_mean():
    from z_score import z_score

    values = [2, 4, 4, 4, 5, 5, 7, 9]
    assert z_score(9, values) == pytest.approx(2.0)
    assert z_score(5, values) == pytest.approx(0.0)
    assert z_score(2, values) == pytest.approx(-1.5)


def test_z_score_takes_numbers_outside_the_list():
    from z_score import z_score

    assert z_score(10, [1, 2]) == pytest.approx(17.0)
    assert z_score(-1, [0, 2, 4, 2]) == pytest.approx(-3 / math.sqrt(2))


def test_z_score_without_spread_is_zero():
    from z_score import z_score

    assert z_score(7, [4, 4, 4]) == 0.0
    assert z_score(7, [3]) == 0.0
    assert z_score(7, []) == 0.0


def test_normalize_scores_each_element_in_order():
    from normalize import normalize

    assert normalize([3, 1]) == pytest.approx([1.0, -1.0])
    expected = [2.0, -1.5, -0.5, -0.5, 0.0, -0.5, 0.0, 1.0]
    assert normalize([9, 2, 4, 4, 5, 4, 5, 7]) == pytest.approx(expected)


def test_normalize_of_little_or_no_spread():
    from normalize import normalize

    assert normalize([]) == []
    assert normalize([6]) == [0.0]
    assert normalize([4, 4, 4]) == [0.0, 0.0, 0.0]


def test_normalize_leaves_its_argument_alone():
    from normalize import normalize

    values = [1, 3]
    assert normalize(values) is not values
    assert values == [1, 3]


def test_outlier_mask_marks_both_tails():
    from outlier_mask import outlier_mask

    assert outlier_mask([0] * 9 + [10]) == [False] * 9 + [True]
    assert outlier_mask([-10] + [0] * 9) == [True] + [False] * 9


def test_outlier_mask_needs_more_than_the_threshold():
    from outlier_mask import outlier_mask

    values = [0, 0, 0, 0, 5]  # scores -0.5 four times, then exactly 2
    assert outlier_mask(values) == [False] * 5
    assert outlier_mask(values, 1.9) == [False] * 4 + [True]
    assert outlier_mask(values, threshold=0.5) == [False] * 4 + [True]
    assert outlier_mask(values, threshold=0.4) == [True] * 5


def test_outlier_mask_holds_bools_only():
    from outlier_mask import outlier_mask

    assert outlier_mask([]) == []
    assert all(type(mark) is bool for mark in outlier_mask([0] * 9 + [10]))
    assert outlier_mask([4, 4], threshold=0) == [False, False]


def test_filter_outliers_drops_what_is_marked():
    from filter_outliers import filter_outliers

    assert filter_outliers([4, 2, 4, 100, 4, 5, 5, 7, 9]) == [4, 2, 4, 4, 5, 5, 7, 9]
    assert filter_outliers([0] * 9 + [-10]) == [0] * 9


def test_filter_outliers_obeys_the_threshold():
    from filter_outliers import filter_outliers

    values = [0, 0, 0, 0, 5]  # scores -0.5 four times, then exactly 2
    assert filter_outliers(values) == values
    assert filter_outliers(values, 1.9) == [0, 0, 0, 0]
    assert filter_outliers(values, threshold=0.4) == []
    assert filter_outliers([0] * 9 + [10], threshold=3.5) == [0] * 9 + [10]


def test_filter_outliers_filters_once():
    from filter_outliers import filter_outliers

    assert filter_outliers([0] * 20 + [10, 1000]) == [0] * 20 + [10]


def test_filter_outliers_returns_a_new_list():
    from filter_outliers import filter_outliers

    values = [1, 2, 3]
    kept = filter_outliers(values)
    assert kept == values
    assert kept is not values
    assert filter_outliers([]) == []


def test_subtract_takes_the_second_from_the_first():
    from subtract import subtract

    assert subtract(5, 3) == 2
    assert subtract(3, 5) == -2
    assert subtract(-1, -4) == 3
    assert subtract(0.75, 0.5) == 0.25
    assert subtract(10**20, 1) == 99999999999999999999


def test_multiply_forms_the_product():
    from multiply import multiply

    assert multiply(3, 4) == 12
    assert multiply(-3, 5) == -15
    assert multiply(7, 0) == 0
    assert multiply(0.5, 3) == 1.5
    assert multiply(10**10, 10**10 + 1) == 100000000010000000000


def test_divide_is_true_division():
    from divide import divide

    assert divide(7, 2) == 3.5
    assert divide(-6, 3) == -2
    assert divide(1, -4) == -0.25
    assert divide(3, 1) == 3
    assert divide(0, 5) == 0


def test_divide_refuses_zero():
    from divide import divide

    for zero in (0, 0.0):
        with pytest.raises(ValueError):
            divide(1, zero)


def test_abs_val_drops_the_sign():
    from abs_val import abs_val

    assert abs_val(5) == 5
    assert abs_val(-5) == 5
    assert abs_val(0) == 0
    assert abs_val(-0.25) == 0.25
    assert abs_val(-1) == 1
    assert type(abs_val(-3)) is int


def test_is_even_tells_multiples_of_two():
    from is_even import is_even

    for even in (0, 2, 10, -4, 4.0, 10**20):
        assert is_even(even) is True
    for odd in (1, 3, 7, 9, -1, -5, 2.5, 3.0, 10**20 + 1):
        assert is_even(odd) is False


def test_clamp_keeps_within_bounds():
    from clamp import clamp

    assert clamp(5, 0, 10) == 5
    assert clamp(-3, 0, 10) == 0
    assert clamp(12, 0, 10) == 10
    assert clamp(-7, -5, -2) == -5
    assert clamp(0.5, 0.25, 0.75) == 0.5
    assert clamp(0, 0, 10) == 0
    assert clamp(10, 0, 10) == 10


def test_clamp_of_one_possible_value():
    from clamp import clamp

    assert clamp(9, 4, 4) == 4
    assert clamp(-9, 4, 4) == 4


def test_clamp_refuses_crossed_bounds():
    from clamp import clamp

    for x in (0, 4, 9):
        with pytest.raises(ValueError):
            clamp(x, 5, 3)


def test_sign_has_three_values():
    from sign import sign

    for x, expected in ((7, 1), (1, 1), (0.1, 1), (0, 0), (0.0, 0), (-0.1, -1), (-1, -1), (-9, -1)):
        assert sign(x) == expected
        assert type(sign(x)) is int


def test_max_val_finds_the_greatest():
    from max_val import max_val

    assert max_val([3, 9, 2]) == 9
    assert max_val([9, 1, 2]) == 9
    assert max_val([1, 2, 9]) == 9
    assert max_val([-5, -2, -8]) == -2
    assert max_val([4]) == 4
    assert max_val([0, -1]) == 0
    assert max_val([0.5, 0.75]) == 0.75


def test_max_val_of_nothing_is_none():
    from max_val import max_val

    assert max_val([]) is None


def test_max_val_leaves_its_argument_alone():
    from max_val import max_val

    values = [3, 9, 2]
    max_val(values)
    assert values == [3, 9, 2]


def test_min_val_finds_the_least():
    from min_val import min_val

    assert min_val([3, 1, 2]) == 1
    assert min_val([1, 3, 2]) == 1
    assert min_val([3, 2, 1]) == 1
    assert min_val([-5, -2, -8]) == -8
    assert min_val([4]) == 4
    assert min_val([0, 1]) == 0
    assert min_val([0.5, 0.75]) == 0.5


def test_min_val_of_nothing_is_none():
    from min_val import min_val

    assert min_val([]) is None


def test_min_val_leaves_its_argument_alone():
    from min_val import min_val

    values = [3, 1, 2]
    min_val(values)
    assert values == [3, 1, 2]


def test_modulo_takes_the_sign_of_the_divisor():
    from modulo import modulo

    assert modulo(7, 3) == 1
    assert modulo(-7, 3) == 2
    assert modulo(7, -3) == -2
    assert modulo(-7, -3) == -1
    assert modulo(6, 3) == 0
    assert modulo(2, 5) == 2
    assert modulo(7.5, 2) == 1.5
    assert modulo(5, 1) == 0


def test_modulo_refuses_zero():
    from modulo import modulo

    for zero in (0, 0.0):
        with pytest.raises(ValueError):
            modulo(1, zero)
