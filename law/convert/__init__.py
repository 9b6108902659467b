"""From a table of researched facts to files of the pack; a person reads every file afterwards."""
