"""The team's process under the highest load: every agent streams without a pause.

    python -m tests.benchmarks.flood FILE AGENTS RATE

Writes a history at FILE until it is ended. Text comes in batches as a session records it.
"""

import heapq
import sys
import time
from pathlib import Path

from agents.runtime.turn import BATCH_SECONDS
from tests.benchmarks.team import Reply, Team

WORDS = (500, 1000)
"""The least and the most tokens of prose in a reply; a turn then takes three to six seconds."""


class Speaker:
    """An agent in the middle of its reply."""

    def __init__(self, reply: Reply, began: float) -> None:
        self.reply = reply
        self.began = began
        self.said = 0

    def owed(self, now: float, rate: float) -> str:
        """What should have been said by now and has not been."""
        until = int((now - self.began) * rate)
        text = "".join(self.reply.tokens[self.said : until])
        self.said = until
        return text

    @property
    def done(self) -> bool:
        """Whether all of it has been said."""
        return self.said >= len(self.reply.tokens)


def flood(path: Path, agents: int, rate: float) -> None:
    """Write the history for ever."""
    zero = time.monotonic()
    low, high = WORDS
    with Team(path, agents, lambda: time.monotonic() - zero) as team:
        speakers = {}
        due = []
        for place, member in enumerate(team.members):
            team.begin(member)
            words = low + (high - low) * place // agents
            speakers[place] = Speaker(team.reply(words), time.monotonic())
            due.append((time.monotonic() + BATCH_SECONDS * place / agents, place))
        heapq.heapify(due)
        while True:
            at, place = heapq.heappop(due)
            time.sleep(max(at - time.monotonic(), 0.0))
            speaker, member = speakers[place], team.members[place]
            if text := speaker.owed(time.monotonic(), rate):
                team.say(member, text)
            if speaker.done:
                team.end(member, speaker.reply)
                team.begin(member)
                words = low + (high - low) * (place * 7 + speaker.said) % 16 // 16
                speakers[place] = Speaker(team.reply(words), time.monotonic())
            heapq.heappush(due, (at + BATCH_SECONDS, place))


if __name__ == "__main__":
    flood(Path(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3]))
