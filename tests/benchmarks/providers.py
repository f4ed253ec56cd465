"""Sixteen providers' models streaming at once, through litellm, from a server on loopback.

The server is a process of its own and sends each stream 60 tokens a second; a stream that ends is
followed by the next. Ours is a whole session: its process records, while workers run litellm.
Plain is litellm in the process that also runs the timer, which is what one would write first.
Whether every token that was sent is in the history is looked at for every reply that ended.

    python -m tests.benchmarks.providers --inside LOAD    # one way, its figures to a file
"""

import argparse
import asyncio
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import psutil  # type: ignore[import-untyped]

from tests.benchmarks.probe import Figures, Probe, save
from tests.benchmarks.table import Row, Target
from tests.benchmarks.terminal import ROOT, environment
from tests.loopback.server import counted

AGENTS: Final = 16
RATE: Final = 60.0
TOKENS: Final = 300
"""In a reply: five seconds of it."""
WARM: Final = 6.0
SECONDS: Final = 20.0


def run(quick: bool) -> list[Row]:
    """The rows."""
    load = {"agents": AGENTS, "seconds": 6.0 if quick else SECONDS, "rate": RATE}
    ours, plain = (_measured({**load, "way": way}) for way in ("ours", "plain"))
    fast = {**load, "rate": 0.0}
    ours_fast, plain_fast = (_measured({**fast, "way": way}) for way in ("ours", "plain"))
    what = f"{AGENTS} models at {RATE:g} tokens/s each"
    workers = f"{ours['workers']:.0f} workers and the process that forks them"
    memory = f"session process {ours['rss_mb']:.0f} (resident), {workers} {ours['others_mb']:.0f}"
    lost = f"{ours['whole']:,.0f} replies of {TOKENS} tokens looked at, to the last character"
    return [
        Row(
            f"{what}: 10 ms timer of the session late by, 99th percentile, ms",
            ours["p99_ms"], plain["p99_ms"], None, Target(20), 1,
        ),
        Row("the same: tokens/s recorded", ours["rate"], plain["rate"], AGENTS * RATE,
            Target(1, least=True, ratio=True)),
        Row("the same: tokens lost", ours["lost"], None, None, Target(0), 0, lost),
        Row(f"{AGENTS} models as fast as they come, tokens/s", ours_fast["rate"],
            plain_fast["rate"], None, Target(1, least=True, ratio=True)),
        Row(f"session of {AGENTS} providers' models, all its processes, MB",
            ours["rss_mb"] + ours["others_mb"], None, None, Target(500), 0,
            f"{memory} (shared pages shared out)"),
    ]  # fmt: skip


def _measured(load: dict[str, Any]) -> Figures:
    with tempfile.TemporaryDirectory(prefix="crosstalk-bench-") as folder, _served(load) as url:
        out = Path(folder, "figures.json")
        load = {**load, "url": url, "out": str(out), "folder": folder}
        command = [sys.executable, "-m", "tests.benchmarks.providers", "--inside"]
        env = {**environment(), "XDG_RUNTIME_DIR": folder}
        subprocess.run([*command, json.dumps(load)], cwd=ROOT, env=env, check=True)
        found: Figures = json.loads(out.read_text())
        return found


@contextmanager
def _served(load: dict[str, Any]) -> Iterator[str]:
    """The address of a server process."""
    command = [sys.executable, "-m", "tests.loopback.server", "--count", str(TOKENS)]
    with subprocess.Popen(
        [*command, "--rate", str(load["rate"])],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as server:
        assert server.stdout
        assert server.stdin
        yield server.stdout.readline().strip()
        server.stdin.close()


class Watch:
    """The timer, begun once the streams are under way."""

    def __init__(self) -> None:
        self.probe = Probe()
        self.began = 0.0
        self.result: Figures = {}

    async def run(self, seconds: float) -> None:
        """Measure for so long."""
        timer = asyncio.create_task(self.probe.timer())
        await asyncio.sleep(WARM)
        self.probe.begin()
        self.began = time.monotonic()
        await asyncio.sleep(seconds)
        self.result = self.probe.result()
        timer.cancel()


def ours(load: dict[str, Any]) -> Figures:
    """A session."""
    from agents.runtime import clock as clocks
    from agents.runtime.clock import Clock
    from agents.runtime.hosting import host
    from agents.runtime.session import Session
    from agents.runtime.spec import Spec
    from workspaces.history import events as e
    from workspaces.history.reader import load as load_history

    watch = Watch()
    folder = Path(load["folder"], "session")
    folder.mkdir()
    spec = Spec(
        suite="math/p0.9",
        agents=load["agents"],
        models=("openai/made-up",),
        cadence="free",
        api_base=load["url"],
        max_rounds=10_000,
        max_seconds=WARM + load["seconds"] + 1.0,
        unconfined=True,
    )
    others: dict[str, float] = {}
    window = [0.0, 0.0]

    async def main(clock: Clock) -> None:
        tasks: list[asyncio.Task[None]] = []

        async def measure() -> None:
            await watch.run(load["seconds"])
            window[:] = [clock.now() - load["seconds"], clock.now()]
            found = psutil.Process().children(recursive=True)
            found = [p for p in found if "providers.worker" in " ".join(p.cmdline())]
            others["mb"] = sum(p.memory_full_info().pss for p in found) / 1e6
            others["workers"] = len(found) - 1

        def ready(session: Session) -> None:
            tasks.append(asyncio.create_task(measure()))

        await host(spec, 1, folder, clock, ready)
        await asyncio.gather(*tasks)

    clocks.run("wall", main)
    events, _ = load_history(folder)
    said: dict[tuple[str, int], str] = {}
    tokens, whole, lost = 0.0, 0, 0
    for event in events:
        if isinstance(event, e.Text):
            key = (event.agent, event.turn)
            said[key] = said.get(key, "") + event.text
            if window[0] <= event.t <= window[1]:
                tokens += len(event.text) / 4
        elif isinstance(event, e.ReplyEnded) and event.finish == "stop":
            whole += 1
            if said.get((event.agent, event.turn)) != counted(TOKENS):
                lost += TOKENS - len(said.get((event.agent, event.turn), "")) // 4 or 1
    failed = [event.error for event in events if isinstance(event, e.CallFailed)]
    if failed:
        sys.stderr.write(f"calls failed: {failed}\n")
    return {
        **watch.result,
        "rate": tokens / load["seconds"],
        "whole": whole,
        "lost": lost,
        "others_mb": others["mb"],
        "workers": others["workers"],
    }


def plain(load: dict[str, Any]) -> Figures:
    """litellm and nothing else, in one process."""
    import os

    os.environ["LITELLM_LOCAL_MODEL_COST_MAP"] = "True"
    import litellm

    litellm.disable_streaming_logging = True
    watch = Watch()
    tokens = 0.0

    async def stream() -> None:
        nonlocal tokens
        while True:
            response = await litellm.acompletion(
                model="openai/made-up",
                api_base=load["url"],
                api_key="none",
                messages=[{"role": "user", "content": "Count."}],
                stream=True,
                stream_options={"include_usage": True},
            )
            async for chunk in response:
                if watch.began and not watch.result and chunk.choices:
                    tokens += len(chunk.choices[0].delta.content or "") / 4

    async def main() -> None:
        streams = [asyncio.create_task(stream()) for _ in range(load["agents"])]
        await watch.run(load["seconds"])
        for task in streams:
            task.cancel()
        await asyncio.gather(*streams, return_exceptions=True)

    asyncio.run(main())
    return {**watch.result, "rate": tokens / load["seconds"]}


def main() -> None:
    """Measure one way, here."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--inside", required=True)
    load = json.loads(parser.parse_args().inside)
    save(load["out"], (ours if load["way"] == "ours" else plain)(load))


if __name__ == "__main__":
    main()
