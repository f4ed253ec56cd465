"""The process that talks to providers, and the only module that imports litellm.

`python -m agents.models.providers.worker FD` imports litellm once and then forks one worker for
every socket it is sent over the socket `FD`: the import takes seconds and more than a hundred
megabytes, a fork takes neither. When the session hangs up, or dies, everything here ends.
"""

import asyncio
import gc
import importlib.metadata
import os
import signal
import socket
import sys
from contextlib import suppress
from typing import Any, Final

from agents.models.providers import wire
from agents.models.providers.answering import Answering
from workspaces.importing import importing

COMPROMISED: Final = ("1.82.7", "1.82.8")
"""Releases of litellm that were taken over and steal credentials; never imported."""
_SETTINGS: Final = {
    "LITELLM_LOCAL_MODEL_COST_MAP": "True",  # else the import goes to the network for prices
    "LITELLM_MODE": "PRODUCTION",  # else it reads a .env of the folder it is started in
    "LITELLM_LOG": "CRITICAL",
    "DO_NOT_TRACK": "1",
    "HF_HUB_OFFLINE": "1",  # tokenizers are not fetched
}


def _litellm() -> Any:
    """litellm, quiet and without a network use of its own. Imported once, before any fork."""
    os.environ.update(_SETTINGS)
    import litellm

    litellm.telemetry = False
    litellm.suppress_debug_info = True
    litellm.disable_streaming_logging = True  # a quarter of what a chunk costs
    litellm.disable_hf_tokenizer_download = True  # Llama's would be looked for on a hub
    litellm.turn_off_message_logging = True
    litellm.drop_params = True  # models that take no temperature are called without
    # A model that repeats itself is no error.
    litellm.REPEATED_STREAMING_CHUNK_LIMIT = 1 << 40  # type: ignore[attr-defined]
    litellm.cache = None
    return litellm


async def _warm_up(litellm: Any) -> None:
    """Make a call that is refused at once, since litellm imports hundreds of modules when it is
    first used: seconds, for every worker, while an agent waits."""
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        with suppress(Exception):  # that it fails is the idea
            await litellm.acompletion(
                model="openai/nobody",
                api_base=f"http://127.0.0.1:{nobody.getsockname()[1]}",
                api_key="none",
                messages=[{"role": "user", "content": ""}],
                tools=[{"type": "function", "function": {"name": "none", "parameters": {}}}],
                stream=True,
                num_retries=0,
                max_retries=0,
            )
    litellm.token_counter(model="gpt-4o", text="warm")
    litellm.in_memory_llm_clients_cache.flush_cache()  # its connections belong to this loop


async def _serve(litellm: Any, session: socket.socket) -> None:
    reader, writer = await asyncio.open_unix_connection(sock=session)
    await Answering(litellm, writer).run(reader)


def main() -> None:
    """Fork a worker for each socket that comes, until the session hangs up."""
    control = socket.socket(fileno=int(sys.argv[1]))
    version = importlib.metadata.version("litellm")
    if version in COMPROMISED:
        trouble = f"litellm {version} is a compromised release"
        control.sendall(wire.frame((wire.Ready(os.getpid(), version, trouble),)))
        return
    with importing():
        litellm = _litellm()
        asyncio.run(_warm_up(litellm))
    gc.collect()
    gc.freeze()  # what is collected in one worker is no longer shared with the others
    control.sendall(wire.frame((wire.Ready(os.getpid(), version),)))
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for the workers
    while True:
        try:
            _, (session, *_), _, _ = socket.recv_fds(control, 1, 1)
        except (ValueError, OSError):
            return
        if os.fork() == 0:
            control.close()
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            try:
                asyncio.run(_serve(litellm, socket.socket(fileno=session)))
            finally:
                os._exit(0)
        os.close(session)


if __name__ == "__main__":
    main()
