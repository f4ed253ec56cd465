"""Simulated models: agents that need no network and err as real ones do.

One profile each stands after a model of the published traces. A simulated model reads the text of
its context like any model and knows nothing else.
"""
