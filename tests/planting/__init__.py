"""Histories with planted anomalies, an oracle, and scores: how the detectors earn trust.

Development code, no part of the product. `make detectors` scores the detectors and rewrites
`docs/DETECTORS.md`; `make mutants` tests their tests.
"""
