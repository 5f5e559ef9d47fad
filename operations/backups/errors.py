class BackupError(Exception):
    """One line for the operator."""
