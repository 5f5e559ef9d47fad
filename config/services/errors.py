class ServiceError(Exception):
    """One line for a person: what is wrong, and what to do."""
