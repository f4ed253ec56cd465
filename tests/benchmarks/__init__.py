"""How fast Crosstalk is, beside the plain way to do the same and the limit of what can be done.

Not tests: what they print depends on the machine and on what else it does, so nothing here fails.
`python -m tests.benchmarks` measures everything and prints one table; it writes nothing.
"""
