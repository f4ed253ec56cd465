"""A session that writes as fast as it can, to be killed: `python -m tests.files.crashing FOLDER`.

Prints the number of each write once the gateway has accepted it, while a thread commits.
"""

import random
import sys
import threading
from pathlib import Path

from tests.files.conftest import start


def main() -> None:
    """Write until killed."""
    workspace = start(Path(sys.argv[1]))

    def commit() -> None:
        while True:
            workspace.repository.checkpoint()

    threading.Thread(target=commit, daemon=True).start()
    chance = random.Random(int(sys.argv[2]))
    for number in range(100_000):
        agent = chance.choice(["ada", "bob"])
        path = f"d{chance.randrange(3)}/f{chance.randrange(6)}.py"
        if chance.random() < 0.3:
            workspace.gateway.read(agent, 1, path)
        workspace.clock[0] = number / 10
        event = workspace.gateway.write(agent, 1, path, f"{number}\n" * chance.randrange(1, 50))
        sys.stdout.write(f"{event.seq}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
