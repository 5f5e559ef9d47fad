"""Every error of the API as a problem of RFC 9457."""

import logging
from typing import Any

import django.db
import psycopg
from django.core.exceptions import ObjectDoesNotExist, PermissionDenied, SuspiciousOperation
from django.http import Http404
from django.utils.translation import gettext_lazy as _
from redis.exceptions import RedisError
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.errors import Forbidden, Invalid, NotFound, ProductError, RateLimited, SignInNeeded, Unavailable
from accounts.limits.headers import tell_refused
from accounts.middleware import seconds_to_wait
from accounts.oversize import too_much

logger = logging.getLogger(__name__)

CONTENT_TYPE = "application/problem+json"
RETRY_SECONDS = 5  # after the database was away


class PreconditionFailed(ProductError):
    code = "changed_meanwhile"
    status = 412
    message = _("This changed since you read it. Read it again, then decide.")


class PreconditionRequired(ProductError):
    code = "if_match_needed"
    status = 428
    message = _("Say with If-Match which state you change: the ETag that you read.")


class MethodNotAllowed(ProductError):
    code = "method_not_allowed"
    status = 405
    message = _("This cannot be done here.")


class UnsupportedMediaType(ProductError):
    code = "unsupported_media_type"
    status = 415
    message = _("This kind of content is not taken here.")


class Malformed(Invalid):
    code = "malformed"
    message = _("This cannot be read as JSON.")


class Broken(ProductError):
    code = "internal"
    status = 500
    message = _("Something went wrong on our side. It has been noted.")


def problem(error: ProductError) -> Response:
    """What was wrong, for programs (`code`, `field`, `limit`) and for people (`detail`)."""
    body = {
        "type": f"urn:dramatis:problem:{error.code}",
        "title": str(type(error).message),
        "status": error.status,
        "detail": str(error.message),
        "code": error.code,
        **error.extra,
    }
    response = Response(body, status=error.status, content_type=CONTENT_TYPE)
    if wait := seconds_to_wait(error):
        response["Retry-After"] = str(wait)
    tell_refused(response, error)
    return response


def handle(error: Exception, context: dict[str, Any]) -> Response:
    """DRF's exception handler: whatever was raised becomes a problem; what nobody named is logged."""
    view: APIView = context["view"]
    named = named_error(error)
    if named is None:
        logger.error("an API request failed: %s", type(view).__name__, exc_info=error)
        named = Broken()
    response = problem(named)
    if named.status == 401:
        response["WWW-Authenticate"] = view.get_authenticate_header(context["request"])
    if isinstance(error, exceptions.MethodNotAllowed):
        response["Allow"] = ", ".join(view.allowed_methods)
    return response


def named_error(error: Exception) -> ProductError | None:
    match error:
        case ProductError():
            return error
        case Http404() | ObjectDoesNotExist():
            return NotFound()
        case exceptions.ValidationError():
            return _invalid(error)
        case exceptions.NotAuthenticated() | exceptions.AuthenticationFailed():
            return SignInNeeded(_("Sign in, or send a key."))
        case exceptions.PermissionDenied() | PermissionDenied():
            return Forbidden(str(error) or None)
        case exceptions.MethodNotAllowed():
            return MethodNotAllowed()
        case exceptions.UnsupportedMediaType():
            return UnsupportedMediaType()
        case exceptions.ParseError():
            return Malformed()
        case exceptions.Throttled():
            return RateLimited(retry_after=1)
        case SuspiciousOperation():
            return too_much(error) or Invalid()
        case RedisError():
            return Unavailable()
        case django.db.OperationalError() | django.db.InterfaceError() | psycopg.OperationalError():
            return Unavailable(retry_after=RETRY_SECONDS)
    return None


def _invalid(error: exceptions.ValidationError) -> Invalid:
    """All that a serializer found; `field` is the first."""
    errors = list(_flat("", error.detail))
    first = errors[0] if errors else {"field": "", "detail": ""}
    return Invalid(first["detail"] or None, field=first["field"] or None, errors=errors)


def _flat(path: str, detail: Any) -> list[dict[str, str]]:
    if isinstance(detail, dict):
        found = [_flat(f"{path}.{name}" if path else str(name), inner) for name, inner in detail.items()]
        return [each for inner in found for each in inner]
    if isinstance(detail, list) and any(isinstance(each, dict) for each in detail):
        found = [_flat(f"{path}.{place}", inner) for place, inner in enumerate(detail) if inner]
        return [each for inner in found for each in inner]
    texts = detail if isinstance(detail, list) else [detail]
    return [{"field": path.removesuffix(".non_field_errors"), "detail": str(text)} for text in texts]
