"""Stopping a team where its coordination fails, and looking at it."""
