"""Sweeps: many sessions over a grid of conditions, on this machine or on several.

The unit of work is one session (`unit`), engines run units (`engines`), and the driver alone
commits results (`runner`, `results`), so that nothing an engine does can lose or double one.
"""
