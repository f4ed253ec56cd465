"""How agents and the session talk: actions out of replies, contexts out of the history."""
