"""What went wrong between people or agents, told from a git repository's history alone.

`audit` is the door: any repository, ours or not, with its branches, worktrees and uncommitted
edits. Nothing is written to the repository, and nothing that it configures (filters, hooks, merge
drivers, file-system monitors) is run. What git does not record, nobody's reads above all, is
unknown, and the report says so once.
"""
