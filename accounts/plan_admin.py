"""Plans, for operators."""

from typing import Any

from django.apps import apps
from django.contrib import admin
from django.db import transaction
from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.forms import ModelForm
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts import acts
from accounts.models import Plan, User
from accounts.models.plan import Kept

KEPT = tuple(field.name for field in Kept._meta.fields)
INSTALLED = ("guest", "free", "unlimited")  # the product itself names these


@admin.register(Plan)
class PlanAdmin(admin.ModelAdmin):
    list_display = ("code", "name", "people", "messages_per_day", "per_hour", "per_minute", "turns_at_once", "premium")
    readonly_fields = ("models", "people")
    fieldsets = (
        (None, {"fields": ("code", "name", "rank", "premium", "people")}),
        (_("How fast"), {
            "fields": ("per_hour", "per_minute", "burst", "turns_at_once", "key_per_hour", "api_per_minute", "yields"),
            "description": _("Whoever is refused is told how long to wait. Empty: no limit."),
        }),
        (_("How much a day"), {"fields": ("messages_per_day", "embedded_per_day", "spoken_per_day")}),
        (_("Models"), {"fields": ("context_tokens", "models")}),
        (_("What one account can keep"), {
            "fields": KEPT, "description": _("Empty: as the house says (QUOTA_…)."),
        }),
    )  # fmt: skip

    def get_queryset(self, request: HttpRequest) -> "QuerySet[Plan]":
        people = User.objects.filter(plan=OuterRef("pk")).order_by().values("plan").annotate(n=Count("pk")).values("n")
        return super().get_queryset(request).annotate(people_on=Coalesce(Subquery(people), 0))

    @admin.display(description=_("people"), ordering="people_on")
    def people(self, plan: Plan) -> int:
        return getattr(plan, "people_on", 0)

    @admin.display(description=_("models it may use"))
    def models(self, plan: Plan) -> str:
        """Chosen at each model: there no plan means every plan."""
        model = apps.get_model("inference", "Model")
        offered = [
            str(each)
            for each in model._default_manager.filter(enabled=True).prefetch_related("plans")
            if not (named := [one.pk for one in each.plans.all()]) or plan.pk in named
        ]
        return ", ".join(offered) or str(_("what the environment names"))

    def get_readonly_fields(self, request: HttpRequest, obj: Plan | None = None) -> Any:
        return (*self.readonly_fields, "code") if obj else self.readonly_fields

    def has_delete_permission(self, request: HttpRequest, obj: Plan | None = None) -> bool:
        needed = obj is not None and obj.pk in INSTALLED
        return not needed and super().has_delete_permission(request, obj)

    @transaction.atomic
    def save_model(self, request: HttpRequest, obj: Plan, form: "ModelForm[Plan]", change: bool) -> None:
        super().save_model(request, obj, form, change)
        now = {name: getattr(obj, name) for name in form.changed_data}
        assert isinstance(request.user, User)
        acts.record("plan_changed" if change else "plan_made", by=request.user, kind="plan", plan=obj.pk, **now)
