"""An action that is not carried out."""

from workspaces.errors import CrosstalkError


class Refused(CrosstalkError):
    """Why an action is not carried out; `code` is for programs, `title` for the agent."""

    def __init__(self, code: str, reason: str) -> None:
        super().__init__(reason)
        self.code = code
