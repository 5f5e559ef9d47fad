"""Postgres and Redis for development and tests, run from the binaries of their wheels.

Standard library only, and no Django settings: the settings need what this package starts.

    with LocalServices(var_dir).attached() as variables: ...

    python -m config.services up | down | status [--json]
"""

from config.services.errors import ServiceError
from config.services.local import LocalServices

__all__ = ["LocalServices", "ServiceError"]
