"""The commands of the debugger's console: how they are written, and what they do, in a line."""

from typing import Final, NamedTuple


class Verb(NamedTuple):
    """A command: what follows it, and what it does."""

    usage: str
    what: str


VERBS: Final[dict[str, Verb]] = {
    "where": Verb("", "the event one is at, and what everybody does"),
    "step": Verb("[action|turn|round] [AGENT]", "on to the end of the next one (action)"),
    "back": Verb("[action|turn|round] [AGENT]", "back to the end of the one before"),
    "continue": Verb("", "on to the next breakpoint or the end; a live team goes on at its end"),
    "until": Verb("CONDITION", "on until it holds, once"),
    "next-finding": Verb("[KIND]", "on to the next finding"),
    "goto": Verb("EVENT|start|end", "to just after that event"),
    "pause": Verb("", "stop a running team"),
    "break": Verb("CONDITION", "stop where it holds: 'finding:lost-update path:*.py'"),
    "unbreak": Verb("N", "delete a breakpoint"),
    "switch": Verb("N", "a breakpoint off, or on again"),
    "breakpoints": Verb("", "all of them"),
    "inspect": Verb(
        "agents|[agent] NAME [context|mailbox|tasks|files|clock|reply]|event N|message N|"
        "tasks|files|tree",
        "look at it, as it was at this place",
    ),
    "findings": Verb("", "all that have come to light up to this place"),
    "fork": Verb("[OPTION …]", "part from the session here, with changes (help fork)"),
    "compare": Verb("SESSION [SESSION]", "with the one at hand, or two with each other"),
    "help": Verb("[COMMAND]", "this, or one of them"),
    "quit": Verb("", "leave; a team that was started or forked here is stopped"),
}

LIVE: Final[dict[str, Verb]] = {
    "hold": Verb("AGENT", "it takes no steps while the others go on"),
    "go": Verb("AGENT", "it takes steps again"),
    "say": Verb("AGENT|all TEXT", "write to an agent, or to everyone"),
    "edit-message": Verb("N[@AGENT] TEXT", "another text for a message on its way"),
    "drop-message": Verb("N[@AGENT]", "it never arrives"),
    "delay-message": Verb("N[@AGENT] [SECONDS]", "keep it back"),
    "let-go": Verb("N[@AGENT]", "what was kept back is on its way again"),
    "reorder-mail": Verb("AGENT N N …", "in which order mail arrives"),
    "edit-reply": Verb("AGENT TEXT", "another text for a reply that is not acted on yet"),
    "drop-reply": Verb("AGENT", "as if it had not been given"),
    "delay-reply": Verb("AGENT SECONDS", "hold the agent so long"),
    "reorder-replies": Verb("AGENT AGENT …", "whose reply is acted on first"),
    "assign": Verb("TASK AGENT", "give a task to an agent"),
    "release": Verb("TASK", "take it from its holder"),
    "write": Verb("PATH <<END", "a file's whole text, in the lines that follow, up to END"),
    "model": Verb("AGENT MODEL", "another model from its next turn on"),
    "inject": Verb("FAULTS", "strike now (docs/FAULTS.md)"),
    "stop": Verb("", "end the session as interrupted"),
}
"""Commands that a team at work is given, as it takes them on its socket."""


def listing(name: str = "") -> list[str]:
    """All commands, or the one named; empty for an unknown one."""
    if name:
        verb = {**VERBS, **LIVE}.get(name)
        return [f"{name} {verb.usage}".rstrip(), f"  {verb.what}"] if verb else []
    width = max(len(name) for name in (*VERBS, *LIVE))
    lines = [f"{name:<{width}}  {verb.what}" for name, verb in VERBS.items()]
    lines += ["", "given to a live team, at its end:"]
    lines += [f"{name:<{width}}  {verb.what}" for name, verb in LIVE.items()]
    lines += ["", "help COMMAND says how one is written; conditions are in docs/DEBUGGER.md."]
    return lines
