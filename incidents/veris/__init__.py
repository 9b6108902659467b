"""VERIS, the schema of the public incident database VCDB, read into past incidents."""
