"""What models were used, the caps on it, and the alarms: for operators."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet, Sum
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.admin_columns import ReadOnly, short, short_user
from accounts.csv_files import csv_file
from accounts.models import Cap, CapAlarm, ModelUse, Operation
from accounts.spending.words import money, tokens

LINES = 10  # of each table of sums
COLUMNS = (
    "since", "span", "user_id", "organisation_id", "plan", "key_id", "character_id", "operation", "model", "calls",
    "again", "prompt", "cached", "written", "completion", "micros", "currency",
)  # fmt: skip


@admin.register(Cap)
class CapAdmin(admin.ModelAdmin):
    list_display = ("scope", "plan", short_user, "span", "tokens", "money", "currency", "enabled")
    list_filter = ("scope", "span", "plan", "enabled")
    search_fields = ("=user__id", "user__email")
    raw_id_fields = ("user", "organisation")
    fields = ("scope", "plan", "user", "organisation", "span", "tokens", "money", "currency", "enabled")


@admin.register(CapAlarm)
class CapAlarmAdmin(ReadOnly):
    list_display = ("raised_at", "percent", "measure", "cap", short_user, "since")
    list_filter = ("percent", "measure", "cap__scope")


@admin.register(ModelUse)
class ModelUseAdmin(ReadOnly):
    """The ledger; above it what the lines that are listed add up to."""

    list_display = (
        "since", "span", "user", "plan", "operation", "model", "character", "calls", "again", "prompt", "cached",
        "written", "completion", "cost",
    )  # fmt: skip
    list_filter = ("span", "operation", "plan", "model", "currency")
    search_fields = ("=user_id", "=character_id", "=key_id")
    date_hierarchy = "since"
    ordering = ("-since", "-id")
    actions = ("as_csv",)
    change_list_template = "admin/accounts/modeluse/change_list.html"

    @admin.display(description=_("user"), ordering="user_id")
    def user(self, use: ModelUse) -> Any:
        return short(use.user_id)

    @admin.display(description=_("character"), ordering="character_id")
    def character(self, use: ModelUse) -> Any:
        return short(use.character_id)

    @admin.display(description=_("cost"), ordering="micros")
    def cost(self, use: ModelUse) -> str:
        return money(use.micros, use.currency) if use.currency else "–"

    @admin.action(description=_("Save as CSV"))
    def as_csv(self, request: HttpRequest, chosen: "QuerySet[ModelUse]") -> HttpResponse:
        lines = chosen.values_list(*COLUMNS).iterator(chunk_size=2_000)
        return csv_file(f"use-{timezone.now():%Y-%m-%d}.csv", COLUMNS, lines)

    def get_actions(self, request: HttpRequest) -> Any:
        # What the list shows may be taken along by whoever may see it.
        return {"as_csv": (type(self).as_csv, "as_csv", _("Save as CSV"))}

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        response: Any = super().changelist_view(request, extra_context)
        listed = getattr(response, "context_data", {}).get("cl")
        if listed is not None:
            response.context_data["sums"] = [
                {"title": title, "lines": _sums(listed.queryset, field)}
                for title, field in (
                    (_("By operation"), "operation"), (_("By model"), "model"), (_("By day"), "since"),
                    (_("By person"), "user_id"),
                )
            ]  # fmt: skip
        return response


def _sums(listed: "QuerySet[ModelUse]", field: str) -> list[dict[str, Any]]:
    rows = (
        listed.order_by()
        .values(field, "currency")
        .annotate(all_calls=Sum("calls"), all_in=Sum("prompt"), all_out=Sum("completion"), all_micros=Sum("micros"))
        .order_by("-since" if field == "since" else "-all_micros", "-all_in")[:LINES]
    )
    names: dict[Any, Any] = dict(Operation.choices) if field == "operation" else {}
    return [
        {
            "name": names.get(row[field], row[field]) or "–",
            "calls": row["all_calls"],
            "prompt": tokens(row["all_in"]),
            "completion": tokens(row["all_out"]),
            "cost": money(row["all_micros"], row["currency"]) if row["currency"] else "–",
        }
        for row in rows
    ]
