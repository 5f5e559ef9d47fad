"""One filter a file, behind one interface; none of them knows Django, a database or a clock."""
