"""Models by name.

This version runs simulated models only. A name with a provider's prefix is understood well enough
to say so.
"""

from difflib import get_close_matches

from agents.models import recorded, scripted
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
    """Whether the model of that name only behaves like one."""
    return name in load_all()


def keeps_virtual_time(name: str) -> bool:
    """Whether the model of that name knows how long it takes, so that nobody has to wait."""
    return is_simulated(name) or name.startswith((recorded.PREFIX, scripted.PREFIX))


def create(name: str, seed: int, agent: str = "") -> Model:
    """The model of that name for `agent`, its dice seeded by `seed`.

    Raises `UnknownModel`, with the nearest names, when there is none, and `ModelError` for a
    provider's model.
    """
    if name.startswith(recorded.PREFIX):
        return recorded.load(name, agent)
    if name.startswith(scripted.PREFIX):
        return scripted.load(name, agent)
    check(name)
    return SimulatedModel(load_all()[name], seed)


def check(name: str) -> None:
    """Raise what `create` would raise."""
    if name in load_all():
        return
    if name.startswith((recorded.PREFIX, scripted.PREFIX)):
        create(name, seed=0)
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
