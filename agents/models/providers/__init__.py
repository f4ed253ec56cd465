"""Providers' models: litellm in processes of its own, and what the session sees of them.

litellm takes seconds to import and about a millisecond of CPU for every chunk that streams. A
session process that did this itself could not keep time for its team, so it never imports it:
`model` asks `workers`, which talk over sockets (`wire`) to processes that run `worker`, the one
module that knows litellm.
"""
