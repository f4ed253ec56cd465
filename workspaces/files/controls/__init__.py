"""Policies on concurrent writes, one module each behind one protocol (`control.Control`)."""
