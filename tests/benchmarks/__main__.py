"""`make bench`: measure, and print one table.

    python -m tests.benchmarks [NAME ...] [--quick]

`--quick` takes a few samples of everything, to see that it works; its figures mean little. So do
all figures from a machine that does something else, which the load average tells of. Writes
nothing that stays. The exit code is 0 whatever comes out.
"""

import argparse
import os
import sys
import time
from importlib import import_module
from typing import Final

from tests.benchmarks.table import Row, rendered

NAMES: Final = {
    "opening": "the first frame",
    "fluid": "sixteen panes into which text pours",
    "commits": "accepted writes made commits",
    "outside": "an outside write until it is a finding on the screen",
    "pausing": "a pause of sixteen agents in mid-stream",
    "testing": "five agents who run the tests after every turn",
    "memory": "memory of a long screen and of a large session",
    "providers": "sixteen providers' models streaming through litellm",
    "history": "events into a history and out of it",
    "replaying": "opening a long recording, and jumping in it",
    "rewinding": "going back in a history of a hundred thousand events",
    "detectors": "all detectors folded over a long history",
    "auditing": "the audit of a hundred thousand commits",
}
"""What is measured, by the module that does; each has `run(quick) -> rows`."""


def main() -> None:
    """Measure what is named, or everything."""
    what = "; ".join(f"{name}: {words}" for name, words in NAMES.items())
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", epilog=what)
    parser.add_argument("names", nargs="*", metavar="NAME", help="which (default: all)")
    parser.add_argument("--quick", action="store_true", help="few samples: whether it works")
    options = parser.parse_args()
    if unknown := set(options.names) - NAMES.keys():
        parser.error(f"no such benchmark: {', '.join(sorted(unknown))} ({', '.join(NAMES)})")
    rows: list[Row] = []
    loads = [_load()]
    try:
        for name in options.names or NAMES:
            began = time.monotonic()
            sys.stderr.write(f"{name}: {NAMES[name]} ...")
            sys.stderr.flush()
            rows += import_module(f"tests.benchmarks.{name}").run(options.quick)
            sys.stderr.write(f" {time.monotonic() - began:.0f} s\n")
            loads.append(_load())
    finally:  # what has been measured is shown whatever happens
        print(rendered(rows))
        print(f"load average {', then '.join(loads)}; {os.cpu_count()} processors")
        if options.quick:
            print("--quick: few samples, the figures mean little")


def _load() -> str:
    return f"{os.getloadavg()[0]:.1f}"


if __name__ == "__main__":
    main()
