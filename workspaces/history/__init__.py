"""The append-only history of a session: the one source of truth that everything else folds."""
