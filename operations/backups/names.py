"""What files and folders of backups are called."""

DATABASE, KEYS, MANIFEST = "database.sealed", "keys.sealed", "manifest.json"
STAMP = "%Y%m%dT%H%M%SZ"  # of a backup, by the moment that it is of
FINISHED, UNFINISHED = "[0-9]*T[0-9]*Z", ".unfinished"
