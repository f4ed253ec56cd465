"""The built-in task suites: what a team is asked to write, how it is tested, and one solution."""
