"""What went wrong between agents: one small module per kind, each a fold with its evidence.

A finding is worth showing only if it is true, so every detector here judges by recorded reads,
versions and vector clocks and never by wall time or round numbers, and says `unknown` where a
read cannot have been recorded. Nothing in this package writes, waits or draws.
"""
