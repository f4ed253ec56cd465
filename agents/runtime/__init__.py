"""Running a team: the session and its steps, clocks, gates, and tests in confinement."""
