"""Faults injected into a session, on a schedule or by command: seeded, recorded, and undone."""
