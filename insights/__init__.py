"""Reading across apps; writes nothing of others."""
