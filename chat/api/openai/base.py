"""What every address under /v1 does as OpenAI's does: a key, and errors in its shape."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _
from rest_framework import exceptions
from rest_framework.authentication import BaseAuthentication
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.authentication import KeyAuthentication
from accounts.api.problems import Broken, logger, named_error
from accounts.errors import AllowanceUsedUp, NotFound, ProductError
from accounts.limits.headers import tell_refused
from accounts.middleware import seconds_to_wait
from chat.api.base import LiveTalkView

# By status; what is not listed is the caller's, or ours.
TYPES = {401: "authentication_error", 403: "permission_error", 409: "conflict_error", 429: "rate_limit_error"}
CODES = {"sign_in_needed": "invalid_api_key", "key_refused": "invalid_api_key", "rate_limited": "rate_limit_exceeded"}


class ModelNotFound(NotFound):
    code = "model_not_found"

    def __init__(self, model: str) -> None:
        super().__init__(_("The model “%s” does not exist, or your key may not use it.") % model[:100], field="model")


class OpenAIView(LiveTalkView):
    """For programs alone: no session, so no other site's script acts for a visitor."""

    schema = None  # described by OpenAI
    authentication_classes: Sequence[type[BaseAuthentication]] = (KeyAuthentication,)

    def get_exception_handler(self) -> Any:
        return handle


class Nothing(OpenAIView):
    """Every other address. Nobody needs a key to hear it."""

    authentication_classes = ()

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        raise NotFound

    async def get(self, request: Request) -> None:
        """Never reached."""


def handle(error: Exception, context: dict[str, Any]) -> Response:
    """As DRF's exception handler."""
    named = named_error(error)
    if named is None:
        logger.error("an API request failed: %s", type(context["view"]).__name__, exc_info=error)
        named = Broken()
    response = Response(shaped(named), status=named.status)
    if wait := seconds_to_wait(named):
        response["Retry-After"] = str(wait)
    tell_refused(response, named)
    if isinstance(named, AllowanceUsedUp):
        # The official client would ask again at once; it will be tomorrow.
        response["X-Should-Retry"] = "false"
    if named.status == 401:
        response["WWW-Authenticate"] = 'Bearer realm="api"'
    if isinstance(error, exceptions.MethodNotAllowed):
        response["Allow"] = ", ".join(context["view"].allowed_methods)
    return response


def shaped(error: ProductError) -> dict[str, Any]:
    usual = "server_error" if error.status >= 500 else "invalid_request_error"
    return {
        "error": {
            "message": str(error.message),
            "type": TYPES.get(error.status, usual),
            "param": error.extra.get("field"),
            "code": CODES.get(error.code, error.code),
        }
    }
