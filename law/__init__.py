"""What law and contract ask after a breach: rules as data, read by a pure engine."""
