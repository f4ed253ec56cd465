"""The shared world of a team and its record: history, files, tasks, anomalies."""
