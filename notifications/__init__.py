"""Telling people and proving it: notices, deliveries, filings, the public page of a notice."""
