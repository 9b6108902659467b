"""Letters: the constant text is laid out once a kind of person, and each person's words are set into it."""
