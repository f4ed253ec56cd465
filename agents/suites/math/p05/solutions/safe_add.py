"""The sum of two numbers, refused when it would not be one."""

import math

from add import add


def safe_add(a, b):
    """Return `add(a, b)`; TypeError unless both are numbers, OverflowError when infinite."""
    for value in (a, b):
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            raise TypeError(f"not a number: {value!r}")
    total = add(a, b)
    if isinstance(total, float) and math.isinf(total):
        raise OverflowError("the sum is too large for a float")
    return total
