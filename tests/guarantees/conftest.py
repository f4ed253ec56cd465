from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.guarantees.sessions import repositories


@pytest.fixture(scope="package")
def template() -> Iterator[Path]:
    """A repository that every session begins with a copy of."""
    with repositories() as made:
        yield made
