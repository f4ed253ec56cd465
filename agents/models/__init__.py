"""Models that can be members of a team, behind one small protocol."""
