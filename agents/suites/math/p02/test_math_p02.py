"""Tests of math_p02: each imports its function itself, so a missing file fails its own alone."""

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


def test_trimmed_mean_leaves_outliers_out():
    from trimmed_mean import trimmed_mean

    assert trimmed_mean([2, 4, 4, 4, 5, 5, 7, 9, 100]) == pytest.approx(5.0)
    assert trimmed_mean([0, 0, 0, 0, 5]) == pytest.approx(1.0)


def test_trimmed_mean_obeys_the_threshold():
    from trimmed_mean import trimmed_mean

    assert trimmed_mean([2, 4, 4, 4, 5, 5, 7, 9, 100], 3.0) == pytest.approx(140 / 9)
    assert trimmed_mean([0, 0, 0, 0, 5], threshold=1.5) == 0.0
    assert trimmed_mean([2, 4, 4, 4, 5, 5, 7, 9], threshold=1.0) == pytest.approx(29 / 6)


def test_trimmed_mean_of_nothing_is_zero():
    from trimmed_mean import trimmed_mean

    assert trimmed_mean([]) == 0.0
    assert trimmed_mean([1, 3], threshold=0) == 0.0


def test_trimmed_variance_leaves_outliers_out():
    from trimmed_variance import trimmed_variance

    assert trimmed_variance([2, 4, 4, 4, 5, 5, 7, 9, 100]) == pytest.approx(4.0)
    assert trimmed_variance([0, 0, 0, 0, 5]) == pytest.approx(4.0)


def test_trimmed_variance_obeys_the_threshold():
    from trimmed_variance import trimmed_variance

    values = [2, 4, 4, 4, 5, 5, 7, 9]
    assert trimmed_variance(values, 1.0) == pytest.approx(41 / 36)
    assert trimmed_variance([0, 0, 0, 0, 5], threshold=1.5) == 0.0
    assert trimmed_variance([0] * 9 + [10], threshold=3.5) == pytest.approx(9.0)


def test_trimmed_variance_filters_once():
    from trimmed_variance import trimmed_variance

    assert trimmed_variance([0] * 20 + [10, 1000]) == pytest.approx(2000 / 441)


def test_trimmed_variance_of_nothing_is_zero():
    from trimmed_variance import trimmed_variance

    assert trimmed_variance([]) == 0.0
    assert trimmed_variance([8]) == 0.0
    assert trimmed_variance([1, 3], threshold=0) == 0.0


def test_trimmed_std_leaves_outliers_out():
    from trimmed_std import trimmed_std

    assert trimmed_std([2, 4, 4, 4, 5, 5, 7, 9, 100]) == pytest.approx(2.0)
    assert trimmed_std([0, 0, 0, 0, 5]) == pytest.approx(2.0)


def test_trimmed_std_obeys_the_threshold():
    from trimmed_std import trimmed_std

    assert trimmed_std([2, 4, 4, 4, 5, 5, 7, 9], 1.0) == pytest.approx(math.sqrt(41) / 6)
    assert trimmed_std([0] * 9 + [10], threshold=3.5) == pytest.approx(3.0)


def test_trimmed_std_without_spread_is_zero():
    from trimmed_std import trimmed_std

    assert trimmed_std([]) == 0.0
    assert trimmed_std([0] * 9 + [10]) == 0.0


def test_trimmed_z_score_leaves_outliers_out():
    from trimmed_z_score import trimmed_z_score

    values = [2, 4, 4, 4, 5, 5, 7, 9, 100]
    assert trimmed_z_score(9, values) == pytest.approx(2.0)
    assert trimmed_z_score(2, values) == pytest.approx(-1.5)
    assert trimmed_z_score(100, values) == pytest.approx(47.5)
    assert trimmed_z_score(5, [0, 0, 0, 0, 5]) == pytest.approx(2.0)


def test_trimmed_z_score_obeys_the_threshold():
    from trimmed_z_score import trimmed_z_score

    expected = (9 - 29 / 6) / (math.sqrt(41) / 6)
    assert trimmed_z_score(9, [2, 4, 4, 4, 5, 5, 7, 9], 1.0) == pytest.approx(expected)
    assert trimmed_z_score(10, [0] * 9 + [10], threshold=3.5) == pytest.approx(3.0)


def test_trimmed_z_score_without_spread_is_zero():
    from trimmed_z_score import trimmed_z_score

    assert trimmed_z_score(10, [0] * 9 + [10]) == 0.0
    assert trimmed_z_score(3, []) == 0.0


def test_trimmed_normalize_scores_outliers_too():
    from trimmed_normalize import trimmed_normalize

    expected = [47.5, -1.5, -0.5, -0.5, 0.0, -0.5, 0.0, 1.0, 2.0]
    assert trimmed_normalize([100, 2, 4, 4, 5, 4, 5, 7, 9]) == pytest.approx(expected)
    assert trimmed_normalize([0, 0, 0, 0, 5]) == pytest.approx([-0.5] * 4 + [2.0])


def test_trimmed_normalize_obeys_the_threshold():
    from trimmed_normalize import trimmed_normalize

    expected = [-1 / 3] * 9 + [3.0]
    assert trimmed_normalize([0] * 9 + [10], 3.5) == pytest.approx(expected)
    assert trimmed_normalize([0] * 9 + [10]) == [0.0] * 10


def test_trimmed_normalize_leaves_its_argument_alone():
    from trimmed_normalize import trimmed_normalize

    values = [1, 3]
    assert trimmed_normalize(values) == pytest.approx([-1.0, 1.0])
    assert values == [1, 3]
    assert trimmed_normalize([]) == []


def test_normality_score_is_a_share_of_all_values():
    from normality_score import normality_score

    values = [2, 4, 4, 4, 5, 5, 7, 9, 100]  # 9 has the trimmed score 2, 100 has 47.5
    assert normality_score(values) == pytest.approx(8 / 9)
    assert normality_score([-value for value in values]) == pytest.approx(8 / 9)
    assert normality_score([4, 4, 4]) == 1.0
    assert normality_score([0, 0, 0, 0, 5]) == 1.0


def test_normality_score_obeys_the_threshold():
    from normality_score import normality_score

    values = [2, 4, 4, 4, 5, 5, 7, 9]  # with threshold 1: 2 scores -2.7, 7 scores 2.03
    assert normality_score(values) == 1.0
    assert normality_score(values, 1.0) == pytest.approx(5 / 8)
    assert normality_score([-value for value in values], threshold=1.0) == pytest.approx(5 / 8)


def test_normality_score_has_fixed_bounds():
    from normality_score import normality_score

    assert normality_score([0] * 9 + [10], threshold=3.5) == pytest.approx(0.9)
    assert normality_score([0] * 9 + [10]) == 1.0


def test_normality_score_of_nothing_is_zero():
    from normality_score import normality_score

    assert normality_score([]) == 0.0


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


def test_sign_has_three_values():
    from sign import sign

    for x, expected in ((7, 1), (1, 1), (0.1, 1), (0, 0), (0.0, 0), (-0.1, -1), (-1, -1), (-9, -1)):
        assert sign(x) == expected
        assert type(sign(x)) is int


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
