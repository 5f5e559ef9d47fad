"""A wrong setting stops the start and names itself."""
