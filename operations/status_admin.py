"""Notes on incidents, which everybody reads at /status/; and the outages that were seen."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from accounts.admin_columns import ReadOnly
from operations.models import IncidentNote, Outage
from operations.status.reading import forget


@admin.register(IncidentNote)
class IncidentNoteAdmin(admin.ModelAdmin):
    list_display = ("title_en", "title_zh", "began_at", "ended_at", "shown")
    list_filter = ("shown",)

    def save_model(self, request: HttpRequest, obj: IncidentNote, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        forget()

    def delete_model(self, request: HttpRequest, obj: IncidentNote) -> None:
        super().delete_model(request, obj)
        forget()

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[IncidentNote]) -> None:
        super().delete_queryset(request, queryset)
        forget()


@admin.register(Outage)
class OutageAdmin(ReadOnly):
    list_display = ("service", "state", "began_at", "ended_at")
    list_filter = ("service", "state")
