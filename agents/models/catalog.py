"""Models by name.

This version runs simulated models only. A name with a provider's prefix is understood well enough
to say so.
"""

from difflib import get_close_matches

from agents.models.base import Model, ModelError, UnknownModel
from agents.models.simulated.model import SimulatedModel
from agents.models.simulated.profile import load_all

DEFAULT = "sim-gemini-3-flash"
"""The model when none is chosen. Of the three it answers fastest and works in the smallest steps,
mostly one task a turn, so that a team's collisions can be watched as they come about; it also
finished most of its sessions (98% of the decentralized ones in the traces)."""


def names() -> tuple[str, ...]:
    """The names that `create` knows."""
    return tuple(load_all())


def describe(name: str) -> str:
    """A sentence on the model. Raises `UnknownModel`."""
    check(name)
    return load_all()[name].description


def is_simulated(name: str) -> bool:
    """Whether the model of that name keeps virtual time."""
    return name in load_all()


def create(name: str, seed: int) -> Model:
    """The model of that name, its dice seeded by `seed`.

    Raises `UnknownModel`, with the nearest names, when there is none, and `ModelError` for a
    provider's model.
    """
    check(name)
    return SimulatedModel(load_all()[name], seed)


def check(name: str) -> None:
    """Raise what `create` would raise."""
    if name in load_all():
        return
    listed = ", ".join(names())
    if "/" in name:
        raise ModelError(
            f"The model {name[:80]!r} needs a provider",
            "this version of Crosstalk runs simulated models only",
            f"Choose one of: {listed}.",
        )
    close = get_close_matches(name, names(), n=3, cutoff=0.4)
    hint = f"Did you mean {' or '.join(close)}? " if close else ""
    raise UnknownModel(
        f"There is no model {name[:80]!r}",
        f"the models are {listed}",
        f"{hint}Choose one with -m.",
    )
