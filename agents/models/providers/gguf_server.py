"""The process that serves a model file on this machine, and the only module that imports
xllamacpp: `python -m agents.models.providers.gguf_server PATH SLOTS`.

Prints one line, `{"url": ..., "context": ...}`, once it serves; ends when its input closes.
"""

import json
import os
import sys
import urllib.request
from typing import Final

CONTEXT: Final = 8192
"""Tokens of context for each call served at once. What a turn needs is about half of it; more
costs memory that a laptop may not have."""
LOOPBACK: Final = "127.0.0.1"


def main() -> None:
    """Serve until the input closes."""
    path, slots = sys.argv[1], int(sys.argv[2])
    out = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # llama.cpp logs to both
    import xllamacpp

    params = xllamacpp.CommonParams()
    params.model.path = path
    params.hostnames = [LOOPBACK]
    params.port = 0
    params.n_parallel = slots
    params.n_ctx = CONTEXT * slots
    params.verbosity = 1
    params.ui = False
    params.endpoint_slots = False
    server = xllamacpp.Server(params)
    with urllib.request.urlopen(f"{server.listening_address}/props", timeout=60) as answer:
        found = json.load(answer)
    context = int(found["default_generation_settings"]["n_ctx"])
    out.write(json.dumps({"url": f"{server.listening_address}/v1", "context": context}) + "\n")
    out.flush()
    sys.stdin.buffer.read()
    os._exit(0)  # the library's threads do not all end when asked


if __name__ == "__main__":
    main()
