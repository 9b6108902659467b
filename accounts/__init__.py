"""People who work here: user, roles, sign-in."""
