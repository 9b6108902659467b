"""What a file is, whether a scanner knows it, and a safe picture of it; no rows, no requests."""
