"""The case: reports, incident, facts, assessment, obligations and decisions, review."""
