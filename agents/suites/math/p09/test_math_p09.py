"""Tests of math_p09: each imports its function itself, so a missing file fails its own alone."""

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


def test_square_multiplies_a_number_by_itself():
    from square import square

    assert square(3) == 9
    assert square(-4) == 16
    assert square(0) == 0
    assert square(0.5) == 0.25
    assert square(10**10 + 1) == 100000000020000000001


def test_cube_is_the_third_power():
    from cube import cube

    assert cube(3) == 27
    assert cube(-2) == -8
    assert cube(0) == 0
    assert cube(0.5) == 0.125
    assert cube(10**7 + 1) == 1000000300000030000001


def test_reciprocal_is_one_divided_by_the_number():
    from reciprocal import reciprocal

    assert reciprocal(4) == 0.25
    assert reciprocal(-2) == -0.5
    assert reciprocal(0.5) == 2
    assert reciprocal(1) == 1


def test_reciprocal_refuses_zero():
    from reciprocal import reciprocal

    for zero in (0, 0.0):
        with pytest.raises(ValueError):
            reciprocal(zero)


def test_is_positive_tells_numbers_greater_than_0():
    from is_positive import is_positive

    for x in (1, 0.001, 10**20):
        assert is_positive(x) is True
    for x in (0, 0.0, -0.0, -1, -0.001):
        assert is_positive(x) is False


def test_is_negative_tells_numbers_less_than_0():
    from is_negative import is_negative

    for x in (-1, -0.001, -(10**20)):
        assert is_negative(x) is True
    for x in (0, 0.0, -0.0, 1, 0.001):
        assert is_negative(x) is False


def test_is_zero_tells_numbers_equal_to_0():
    from is_zero import is_zero

    for x in (0, 0.0, -0.0):
        assert is_zero(x) is True
    for x in (1, -1, 0.001, -0.001):
        assert is_zero(x) is False


def test_negate_turns_the_sign():
    from negate import negate

    assert negate(5) == -5
    assert negate(-5) == 5
    assert negate(0) == 0
    assert negate(0.25) == -0.25


def test_double_is_twice_the_number():
    from double import double

    assert double(3) == 6
    assert double(-5) == -10
    assert double(0) == 0
    assert double(0.25) == 0.5
    assert double(10**20 + 1) == 200000000000000000002


def test_half_is_true_division_by_two():
    from half import half

    assert half(6) == 3
    assert half(3) == 1.5
    assert half(-5) == -2.5
    assert half(0) == 0
    assert half(0.5) == 0.25
