"""Looking through a recording for findings: by kind, agents, paths and words of their summaries."""

from collections.abc import Iterator
from fnmatch import fnmatchcase

from workspaces.anomalies.finding import Kind
from workspaces.anomalies.registry import Findings
from workspaces.errors import CrosstalkError
from workspaces.history import events as e
from workspaces.history.searching import Hit, Query, Search
from workspaces.history.state import State


class FindingSearch:
    """The fold that finds findings; give it every event in order."""

    def __init__(self, query: Query) -> None:
        self._query = query
        self._state = State()
        self._findings = Findings()

    def observe(self, event: e.AnyEvent) -> Iterator[Hit]:
        """The hits that are known once `event` is."""
        query = self._query
        self._state.apply(event)
        for finding in self._findings.observe(event, self._state):
            if (
                any(fnmatchcase(finding.kind, pattern) for pattern in query.findings)
                and query.names(finding.agents, finding.paths)
                and query.finds(finding.summary) is not None
            ):
                who, text = " × ".join(finding.agents), " ".join(finding.summary.split())
                yield Hit(finding.seq, finding.t, who, finding.kind, text)

    def finish(self) -> Iterator[Hit]:
        """Nothing: a finding is known when it is made."""
        return iter(())


def searcher(query: Query) -> Search | FindingSearch:
    """What looks for the query. Raises `CrosstalkError` for a kind of finding that does not
    exist."""
    for pattern in query.findings:
        if not any(fnmatchcase(kind, pattern) for kind in Kind):
            raise CrosstalkError(
                f"There is no kind of finding called {pattern}", "", f"Kinds: {', '.join(Kind)}."
            )
    return FindingSearch(query) if query.findings else Search(query)
