"""What the admin of every app shows alike."""

from typing import Any, ClassVar
from uuid import UUID

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _


class ReadOnly(admin.ModelAdmin):
    """Looked at here, changed by services alone. A list says what it lists, and not that one has to select."""

    class Media:
        css: ClassVar = {"all": ["css/lists-admin.css"]}

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        named = {"title": capfirst(str(self.opts.verbose_name_plural))}
        return super().changelist_view(request, named | (extra_context or {}))

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False


def short(value: UUID | None) -> SafeString | str:
    """The end of an id, which tells more than its beginning (the time); all of it when pointed at."""
    return format_html('<span title="{}">{}</span>', value, str(value)[-8:]) if value else "–"


@admin.display(description=_("id"), ordering="pk")
def short_id(row: Any) -> SafeString | str:
    return short(row.pk)


@admin.display(description=_("owner"), ordering="owner")
def short_owner(row: Any) -> SafeString | str:
    return short(row.owner_id)


@admin.display(description=_("user"), ordering="user")
def short_user(row: Any) -> SafeString | str:
    return short(row.user_id)
