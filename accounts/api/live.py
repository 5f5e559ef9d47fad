"""Views that wait for something: coroutines, which hold no connection of the database meanwhile."""

from collections.abc import Callable
from inspect import isawaitable
from typing import Any, TypeVar

from asgiref.sync import sync_to_async
from django.db import connections
from rest_framework.request import Request

from accounts.api.base import ApiView
from accounts.models import ApiKey
from accounts.open_answers import while_the_key_opens

T = TypeVar("T")


class LiveView(ApiView):
    """As ApiView, with handlers that are coroutines.

    An Idempotency-Key is for the handler to keep its promise: no transaction is open while it waits.
    """

    async def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> Any:  # type: ignore[override]
        self.args, self.kwargs = args, kwargs
        self.request = request = self.initialize_request(request, *args, **kwargs)
        self.headers = self.default_response_headers
        try:
            await aside(self._enter, request, *args, **kwargs)
            method = str(request.method).lower()
            answer = getattr(self, method if method in self.http_method_names else "", self.http_method_not_allowed)
            with while_the_key_opens(self.request.auth.pk if isinstance(self.request.auth, ApiKey) else None):
                response = answer(request, *args, **kwargs)
                if isawaitable(response):
                    response = await response
        except Exception as exc:
            response = self.handle_exception(exc)
        self.response = self.finalize_response(request, response, *args, **kwargs)
        return self.response

    def _enter(self, request: Request, *args: Any, **kwargs: Any) -> None:
        self.initial(request, *args, **kwargs)
        request.data  # noqa: B018  read here, in the thread: it is the whole body


async def aside(work: Callable[..., T], *args: Any, **kwargs: Any) -> T:
    """Run what asks the database in the request's own thread, and give its connection back at once."""

    def run() -> T:
        try:
            return work(*args, **kwargs)
        finally:
            _give_back()

    return await sync_to_async(run)()


async def let_go() -> None:
    """For an answer that goes on for long: what middleware asked the database after the view holds a connection."""
    await sync_to_async(_give_back)()


def _give_back() -> None:
    for connection in connections.all(initialized_only=True):
        if not connection.in_atomic_block:
            connection.close_if_unusable_or_obsolete()
