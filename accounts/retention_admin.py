"""What goes by itself, and what may not: sweeps with their figures and what is due, and legal holds."""

from datetime import datetime
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import OperationalError, connection, transaction
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import holds
from accounts.admin_columns import ReadOnly, short_user
from accounts.errors import ProductError
from accounts.models import LegalHold, Sweep, User
from accounts.retention import Rule, all_rules, latest

COUNTED_MS = 5_000  # of each statement that counts what is due
TOO_LONG = "57014"
MAY_HOLD = "accounts.add_legalhold"


@admin.register(Sweep)
class SweepAdmin(ReadOnly):
    list_display = ("called", "started_at", "ended_at", "went_wrong", "gone")
    list_filter = ("name", "failed")
    show_full_result_count = False

    def get_urls(self) -> list[Any]:
        due = path("due/", self.admin_site.admin_view(self.due_view), name="accounts_sweep_due")
        return [due, *super().get_urls()]

    @admin.display(description=gettext_lazy("sweep"), ordering="name")
    def called(self, row: Sweep) -> str:
        return next((str(rule.called) for rule in all_rules() if rule.name == row.name), row.name)

    @admin.display(description=gettext_lazy("failed"))
    def went_wrong(self, row: Sweep) -> str:
        return _("failed") if row.failed else "–"

    def due_view(self, request: HttpRequest) -> HttpResponse:
        """What each rule did last; what one would do now is counted when asked for, and not for long."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        now, last, asked = timezone.now(), latest(), request.GET.get("count")
        context = self.admin_site.each_context(request) | {
            "title": _("What goes by itself"),
            "opts": self.opts,
            "rules": [
                (rule, last.get(rule.name), _due(rule, now) if rule.name == asked else None) for rule in all_rules()
            ],
            "held": holds.in_force(now).count(),
        }
        return TemplateResponse(request, "admin/accounts/sweep/due.html", context)


def _due(rule: Rule, now: datetime) -> dict[str, Any]:
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("select set_config('statement_timeout', %s, true)", [f"{COUNTED_MS}ms"])
            return {"counts": [(kind, count) for kind, count in rule.due(now).items() if count]}
    except OperationalError as error:
        if getattr(error.__cause__, "sqlstate", "") != TOO_LONG:
            raise
        return {"too_many": True}


class HoldForm(forms.ModelForm):
    person = forms.UUIDField(label=gettext_lazy("id of the account"))

    class Meta:
        model = LegalHold
        fields = ("reason", "until")

    def clean_person(self) -> User:
        user = User.objects.filter(pk=self.cleaned_data["person"]).first()
        if user is None:
            raise forms.ValidationError(_("There is no such account."))
        return user


@admin.register(LegalHold)
class LegalHoldAdmin(admin.ModelAdmin):
    """Placed here, confirmed and lifted here; never changed."""

    form = HoldForm
    fields = ("person", "reason", "until")
    list_display = (short_user, "reason", "placed_at", "until", "confirmed_at", "lift_asked_at", "lifted_at", "stands")
    list_filter = ("lifted_at",)
    search_fields = ("=user__id", "reason")

    @admin.display(description=gettext_lazy("in force"), boolean=True)
    def stands(self, hold: LegalHold) -> bool:
        return holds.in_force().filter(pk=hold.pk).exists()

    def has_change_permission(self, request: HttpRequest, obj: LegalHold | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: LegalHold | None = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: LegalHold, form: Any, change: bool) -> None:
        said = form.cleaned_data
        placed = holds.place_hold(user=said["person"], by=_staff(request), reason=said["reason"], until=said["until"])
        obj.pk, obj.user = placed.pk, placed.user

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        hold = self.get_object(request, object_id)
        if hold is None:
            raise Http404
        if not self.has_view_permission(request, hold):
            raise PermissionDenied
        if request.method == "POST":
            if not request.user.has_perm(MAY_HOLD):
                raise PermissionDenied
            if self._done(request, hold):
                return HttpResponseRedirect(reverse("admin:accounts_legalhold_changelist"))
        hold.refresh_from_db()
        stands, lifts = self.stands(hold), holds.may_lift(hold, _staff(request))
        may_decide = stands and request.user.has_perm(MAY_HOLD)
        context = self.admin_site.each_context(request) | {
            "title": _("Legal hold"),
            "opts": self.opts,
            "hold": hold,
            "stands": stands,
            "may_decide": may_decide,
            "may_ask": may_decide and hold.lift_asked_at is None and not lifts,
            "may_lift": may_decide and lifts,
            "may_confirm": may_decide and hold.confirmed_at is None and request.user.pk != hold.placed_by_id,
            "unconfirmed": holds.UNCONFIRMED.days,
        }
        return TemplateResponse(request, "admin/accounts/legalhold/decide.html", context)

    def _done(self, request: HttpRequest, hold: LegalHold) -> bool:
        decision = request.POST.get("decision")
        try:
            if decision == "confirm":
                holds.confirm_hold(hold=hold, by=_staff(request))
                messages.success(request, _("The hold is confirmed."))
            elif decision == "ask":
                holds.ask_to_lift(hold=hold, by=_staff(request))
                messages.success(request, _("The hold stands until somebody else agrees."))
            else:
                holds.lift_hold(hold=hold, by=_staff(request))
                messages.success(request, _("The hold is lifted. What waited for it goes by the next sweep."))
        except ProductError as error:
            messages.error(request, str(error.message))
            return False
        return True

    def get_queryset(self, request: HttpRequest) -> "QuerySet[LegalHold]":
        return super().get_queryset(request).select_related("placed_by", "confirmed_by", "lift_asked_by", "lifted_by")


def _staff(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user
