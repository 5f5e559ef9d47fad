"""Pages by cursor: what is added or deleted meanwhile neither repeats nor hides anything."""

import base64
import json
from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.db.models import Field, Model, Q, QuerySet
from django.utils.translation import gettext as _
from rest_framework.request import Request
from rest_framework.utils.encoders import JSONEncoder

from accounts.errors import Invalid

DEFAULT_LIMIT, MAX_LIMIT = 25, 100
MAX_CURSOR = 500

Row = TypeVar("Row", bound=Model)


def paginated(
    request: Request,
    rows: "QuerySet[Row]",
    represent: Callable[[Row], Any],
    *,
    order: Sequence[str] = ("-id",),
    prepare: Callable[[list[Row]], Iterable[Row]] = list,
) -> dict[str, Any]:
    """`{"next": address or null, "results": […]}`. `order` ends in a unique field and holds no nullable one."""
    limit = limit_of(request)
    rows = rows.order_by(*order)
    if cursor := request.query_params.get("cursor"):
        rows = rows.filter(_after(rows.model, order, cursor))
    found = list(rows[: limit + 1])
    more, found = len(found) > limit, found[:limit]
    last = _cursor([getattr(found[-1], name.lstrip("-")) for name in order]) if more else None
    return {"next": address_of(request, last), "results": [represent(row) for row in prepare(found)]}


def limit_of(request: Request) -> int:
    asked = request.query_params.get("limit")
    if asked is None:
        return DEFAULT_LIMIT
    if not (asked.isascii() and asked.isdigit() and len(asked) < 5 and 1 <= int(asked) <= MAX_LIMIT):
        raise Invalid(_("A page has 1 to 100 entries."), field="limit", limit=MAX_LIMIT)
    return int(asked)


def address_of(request: Request, cursor: str | None) -> str | None:
    if cursor is None:
        return None
    asked = request.query_params.copy()
    asked["cursor"] = cursor
    return request.build_absolute_uri(f"{request.path}?{asked.urlencode()}")


def _cursor(values: list[Any]) -> str:
    text = json.dumps(values, cls=JSONEncoder, separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _after(model: type[Model], order: Sequence[str], cursor: str) -> Q:
    """Beyond the row of the cursor: further in the first field, or equal there and further in the next, …"""
    values = _values(model, order, cursor)
    after, equal = Q(), Q()
    for name, value in zip(order, values, strict=True):
        field = name.lstrip("-")
        after |= equal & Q(**{f"{field}__{'lt' if name.startswith('-') else 'gt'}": value})
        equal &= Q(**{field: value})
    return after


def _values(model: type[Model], order: Sequence[str], cursor: str) -> list[Any]:
    try:
        if len(cursor) > MAX_CURSOR:
            raise ValueError
        values = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        fields: list[Field[Any, Any]] = [model._meta.get_field(name.lstrip("-")) for name in order]  # type: ignore[misc]
        if not isinstance(values, list) or len(values) != len(fields) or None in values:
            raise ValueError
        return [field.clean(value, None) for field, value in zip(fields, values, strict=True)]
    except (ValueError, TypeError, ValidationError, RecursionError) as error:
        raise Invalid(_("This cursor is not one of ours."), field="cursor") from error
