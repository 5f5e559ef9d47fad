"""What the chat's HTTP endpoints take: JSON or a form, checked field by field."""

import json
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.errors import Invalid
from accounts.ids import uuid7

MAX_BODY = 256 * 1024


def fields_of(request: HttpRequest) -> dict[str, Any]:
    """The body's fields, whether it came as JSON or as a form."""
    if request.content_type != "application/json":
        return dict(request.POST.items())
    if len(request.body) > MAX_BODY:
        raise Invalid(_("The request is larger than 256 KiB."), field="content", limit=MAX_BODY)
    try:
        fields = json.loads(request.body or b"{}")
    except (ValueError, RecursionError):
        fields = None
    if not isinstance(fields, dict):
        raise Invalid(_("The body is not a JSON object."))
    return fields


def text_of(fields: dict[str, Any], name: str) -> str:
    value = fields.get(name, "")
    if not isinstance(value, str):
        raise Invalid(_("This must be text."), field=name)
    return value


def number_of(fields: dict[str, Any], name: str) -> int:
    try:
        return int(fields.get(name) or 0)
    except (TypeError, ValueError, OverflowError):
        raise Invalid(_("This must be a whole number."), field=name) from None


def id_of(fields: dict[str, Any], name: str) -> UUID:
    try:
        return UUID(str(fields.get(name)))
    except ValueError:
        raise Invalid(_("This must be a UUID."), field=name) from None


def ids_of(request: HttpRequest, fields: dict[str, Any], name: str) -> list[UUID]:
    """Several of one name in a form, a list in JSON."""
    given = request.POST.getlist(name) if request.content_type != "application/json" else fields.get(name, [])
    if not isinstance(given, list):
        raise Invalid(_("This must be a list of UUIDs."), field=name)
    return [id_of({name: each}, name) for each in given]


def id_or_none(fields: dict[str, Any], name: str) -> UUID | None:
    return id_of(fields, name) if fields.get(name) else None


def flag_of(fields: dict[str, Any], name: str) -> bool:
    """True or false in JSON; in a form anything but nothing and "0" is true."""
    value = fields.get(name, False)
    return value not in ("", "0") if isinstance(value, str) else bool(value)


def client_id_of(fields: dict[str, Any]) -> UUID:
    """The idempotency key; made here when a form without script sent none."""
    return id_of(fields, "client_id") if fields.get("client_id") else uuid7()
