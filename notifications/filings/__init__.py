"""What a filing asks, says and is checked for, before it becomes a PDF."""
