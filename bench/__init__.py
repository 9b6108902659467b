"""What it costs, measured: `python -m bench`, or ONLY=send python -m bench."""
