"""What the optional extras bring, imported when it is used."""

from importlib import import_module
from typing import Any

from workspaces.errors import CrosstalkError


class MissingExtra(CrosstalkError):
    """Something needs an optional part of the install."""


def load(module: str, extra: str, purpose: str) -> Any:
    """The module of that name. Raises `MissingExtra`, with the command that installs it."""
    try:
        return import_module(module)
    except ImportError as error:
        raise MissingExtra(
            f"{purpose} needs the optional extra {extra!r}",
            f"the package {module.partition('.')[0]!r} is not installed",
            f"Install it: pipx install 'crosstalk-tui[{extra}]' (or: pip install "
            f"'crosstalk-tui[{extra}]' in the environment that Crosstalk runs in).",
        ) from error
