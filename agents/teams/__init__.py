"""How a team shares its work out. Policies are pure: state in, decisions out."""
