"""A backup is a folder: the database without its keys, the keys, and a manifest of both. See docs/backups.md."""
