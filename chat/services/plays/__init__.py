"""Playing a story in a talk: begun, acted in, looked back on."""
