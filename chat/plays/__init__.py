"""A story as a talk plays it: its book, where a branch stands in it, how that is told. No database but for books."""
