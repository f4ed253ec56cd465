"""The models in litellm's own list, read from its file: importing litellm takes seconds."""

from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Final

import msgspec

_FILE: Final = "model_prices_and_context_window_backup.json"


class _Entry(msgspec.Struct):
    litellm_provider: str = ""
    mode: str = ""


def folder() -> Path | None:
    """Where litellm is installed; `None` when it is not."""
    found = find_spec("litellm")  # of a package at the top, this imports nothing
    places = found.submodule_search_locations if found else None
    return Path(places[0]) if places else None


def names() -> tuple[str, ...]:
    """The models that can be chatted with under a name without a provider."""
    return tuple(name for name in _chats() if "/" not in name)


def provider(name: str) -> str:
    """The provider of a model that is listed without one, else empty."""
    return "" if "/" in name else _chats().get(name, "")


@lru_cache
def _chats() -> dict[str, str]:
    here = folder()
    try:
        entries = (
            msgspec.json.decode((here / _FILE).read_bytes(), type=dict[str, _Entry]) if here else {}
        )
    except (OSError, msgspec.DecodeError):
        return {}  # another layout of litellm's: the worker still checks names
    return {name: e.litellm_provider for name, e in entries.items() if e.mode == "chat"}
