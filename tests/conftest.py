"""How hard the property tests look: thirty examples each, and a hundred with the long tests."""

import pytest
from hypothesis import HealthCheck, settings

# Neither deadlines nor slow draws: on a busy machine they would say something of the machine.
settings.register_profile(
    "quick", deadline=None, max_examples=30, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile("whole", settings.get_profile("quick"), max_examples=100)


def pytest_configure(config: pytest.Config) -> None:
    """Choose by what is asked for."""
    long = config.getoption("markexpr") not in ("", "not long")
    settings.load_profile("whole" if long else "quick")
