"""The error for what a person asked for and cannot have."""

from workspaces.errors import CrosstalkError


class UsageError(CrosstalkError):
    """A choice that cannot be carried out."""
