"""What is held of people: the map of it, what they take with them, how they go."""
