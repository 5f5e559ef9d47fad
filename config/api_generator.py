"""Makes the description of the REST API, with all that only a description needs: loaded when somebody asks for it."""

from threading import Lock
from typing import Any

from drf_spectacular.generators import SchemaGenerator

from accounts.api import scheme  # noqa: F401  it registers itself
from accounts.api.schema import describe_operations
from config import api_urls  # noqa: F401  and with it all operations

_one = Lock()


class Generator(SchemaGenerator):
    def get_schema(self, *args: Any, **kwargs: Any) -> Any:
        with _one:
            describe_operations()
        return super().get_schema(*args, **kwargs)
