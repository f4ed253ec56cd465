"""`crosstalk models`: what a team can be made of, and how models are named."""

import argparse
import sys

NAMING = """\

* the default. All of these are simulated: no network, no key.

Providers' models go by their litellm names (https://docs.litellm.ai/docs/providers):
  -m openai/gpt-5.2                 needs OPENAI_API_KEY; other providers alike
  -m ollama/NAME                    a model that Ollama serves on this machine
  -m openai/NAME --api-base URL     any server that speaks the chat-completions protocol
  -m gguf:PATH                      a model file on this machine (extra `local`)
  -m recorded:SESSION               the replies of a recording; -m scripted:FILE, of a script
Give -m once for all agents, or once for each. docs/MODELS.md says more.
"""


def run(options: argparse.Namespace) -> int:
    """List the simulated models, the default first, then how others are named and which keys are
    set (never their values)."""
    from agents.models import catalog
    from agents.models.providers import keys

    for name in sorted(catalog.names(), key=lambda name: name != catalog.DEFAULT):
        mark = "*" if name == catalog.DEFAULT else " "
        sys.stdout.write(f"{mark} {name:<24} {catalog.describe(name)}\n")
    present = ", ".join(keys.present()) or "none of those that are known"
    sys.stdout.write(f"{NAMING}\nKeys that are set: {present}.\n")
    return 0
