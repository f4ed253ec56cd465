"""Who acts: models, protocol, teams and the runtime that steps them."""
