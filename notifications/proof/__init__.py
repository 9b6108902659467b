"""Proof of what became of a notice: one leaf a person, one root in the record."""
