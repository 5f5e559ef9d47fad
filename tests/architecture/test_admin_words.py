"""Whoever works in the admin in Chinese reads Chinese: models, columns, fields and choices of our own."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib import admin
from django.contrib.admin.utils import flatten_fieldsets, label_for_field
from django.core.exceptions import FieldDoesNotExist
from django.db.models import Model
from django.http import HttpRequest
from django.test import RequestFactory
from django.utils import translation

from accounts.models import User

OF_OTHERS = {"allauth", "django"}
THE_SAME = {"id", "token", "webhook", "english", "anthropic", "google gemini"}  # in both languages
OURS = sorted(
    (model for model in admin.site._registry if model.__module__.partition(".")[0] not in OF_OTHERS),
    key=lambda model: model._meta.label,
)


@pytest.fixture
def asked(rf: RequestFactory) -> HttpRequest:
    request = rf.get("/")
    request.user = User(is_superuser=True, is_active=True, is_staff=True)
    return request


@pytest.mark.parametrize("model", OURS, ids=lambda model: model._meta.label)
def test_it_speaks_chinese(model: type[Model], asked: HttpRequest) -> None:
    with translation.override("zh-hans"):
        words = {str(word) for word in shown(model, asked)}
    assert {word for word in words if word.isascii() and word.lower() not in THE_SAME} == set()


def shown(model: type[Model], request: HttpRequest) -> Iterator[Any]:
    page = admin.site._registry[model]
    yield from (model._meta.verbose_name, model._meta.verbose_name_plural)
    yield from named(model, page, page.list_display)
    written = (
        page.get_form(request).base_fields
        if page.has_add_permission(request) or page.has_change_permission(request)
        else {}
    )
    yield from in_form(model, page, written, request)
    for inline in page.get_inline_instances(request):
        yield inline.verbose_name_plural
        yield from in_form(inline.model, inline, {}, request)


def in_form(model: type[Model], page: Any, written: dict[str, Any], request: HttpRequest) -> Iterator[Any]:
    """`written`: what one may write there; the rest is only read."""
    fields = flatten_fieldsets(page.get_fieldsets(request))
    yield from (written[field].label for field in fields if field in written)
    yield from named(model, page, [field for field in fields if field not in written])


def named(model: type[Model], page: Any, fields: Any) -> Iterator[Any]:
    for field in fields:
        if field == "__str__":
            continue
        yield label_for_field(field, model, page)
        try:
            choices = model._meta.get_field(field).choices if isinstance(field, str) else None
        except FieldDoesNotExist:
            continue
        yield from (label for _value, label in choices or ())
