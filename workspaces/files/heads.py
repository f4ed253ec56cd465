"""Where a session's branches stood once an event had happened."""

from collections.abc import Collection

from workspaces.files.repository import Repository


def heads_at(repository: Repository, event: int, sessions: Collection[str]) -> dict[str, str]:
    """The commit of each branch, by ref, at event `event` of the history of `sessions` (a fork's
    has its parents' among them): the last one before the branch's first commit of a later event.

    What a person committed in between is included. Writes up to `event` may be missing where
    their commits were not made yet; the history has them. Raises `RepositoryError`. Some 60 us a
    commit.
    """
    heads = {}
    for branch in repository.branches():
        for commit in repository.log(branch=branch, first_parents=True):
            trailers = commit.trailers
            if trailers and trailers.session in sessions and trailers.event > event:
                break
            heads[branch] = commit.id
    return heads
