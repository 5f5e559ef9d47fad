class BackupError(Exception):
    """One line for the operator."""


class AnotherRuns(BackupError):
    """A backup of this database is being taken already."""
