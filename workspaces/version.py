"""The version of Crosstalk that writes a history or a commit."""

from importlib.metadata import PackageNotFoundError, version


def current() -> str:
    """The installed version; `unknown` when run from a folder that was never installed."""
    try:
        return version("crosstalk-tui")
    except PackageNotFoundError:
        return "unknown"
