"""From somebody's file to a roster: what kind of file, what each column is, one row at a time, into the table."""
