"""Fitting the simulated profiles to the published traces: a script a person can run again.

Nothing else imports this package. polars is imported here only.
"""
