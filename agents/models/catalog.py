"""Models by name: simulated ones, and those of every provider that litellm knows.

Names are checked as far as that takes no litellm, whose import takes seconds: a worker checks the
rest before a session begins.
"""

from difflib import get_close_matches

from agents.models import recorded, scripted
from agents.models.base import Model, ModelError, UnknownModel
from agents.models.providers import gguf, keys, listed
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


def is_providers(name: str) -> bool:
    """Whether a model of that name, if there is one, is called through litellm."""
    if name.startswith((recorded.PREFIX, scripted.PREFIX)):
        return False
    return "/" in name or name.startswith(gguf.PREFIX) or bool(listed.provider(name))


def create(name: str, seed: int, agent: str = "") -> Model:
    """The model of that name for `agent`, its dice seeded by `seed`; a provider's has to be opened
    instead (`opening`).

    Raises `UnknownModel`, with the nearest names, when there is none, and `ModelError` when it
    cannot be read.
    """
    if name.startswith(recorded.PREFIX):
        return recorded.load(name, agent)
    if name.startswith(scripted.PREFIX):
        return scripted.load(name, agent)
    check(name)
    return SimulatedModel(load_all()[name], seed)


def check(name: str, api_base: str = "") -> None:
    """Raise `UnknownModel`, with the nearest names, when there is no such model, and `ModelError`
    when it is known that it cannot be called: no key, no litellm, no such file."""
    if name in load_all():
        return
    if name.startswith((recorded.PREFIX, scripted.PREFIX)):
        create(name, seed=0)
        return
    if name.startswith(gguf.PREFIX):
        gguf.check(name)
    elif not is_providers(name):
        raise _unknown(name)
    elif not api_base:
        provider, _, _ = name.partition("/")
        keys.check(name, listed.provider(name) or provider)
    if not listed.folder():
        raise ModelError(
            f"The model {name[:80]!r} needs litellm", "it is not installed", "pip install litellm"
        )


def _unknown(name: str) -> UnknownModel:
    close = get_close_matches(name, (*names(), *listed.names()), n=3, cutoff=0.6)
    close = close or get_close_matches(name, names(), n=3, cutoff=0.4)
    hint = f"Did you mean {' or '.join(close)}? " if close else ""
    return UnknownModel(
        f"There is no model {name[:80]!r}",
        f"the simulated models are {', '.join(names())}; a provider's is named PROVIDER/MODEL",
        f"{hint}Choose one with -m; `crosstalk models` says more.",
    )
