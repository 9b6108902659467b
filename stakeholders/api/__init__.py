"""The same acts as the pages, by the same commands and the same door."""
