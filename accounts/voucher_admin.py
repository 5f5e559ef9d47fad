"""Vouchers, and who has which plan for how long: for operators."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_variables

from accounts import vouchers
from accounts.admin_columns import ReadOnly, short_user
from accounts.errors import NotFound
from accounts.models import CustomerErasure, PaymentEvent, Subscription, Term, User, Voucher


class IssueForm(forms.ModelForm):
    count = forms.IntegerField(
        label=_("codes"), min_value=1, max_value=vouchers.MOST_AT_ONCE, initial=1, help_text=_("How many to make.")
    )

    class Meta:
        model = Voucher
        fields = ("label", "plan", "days", "uses", "until")

    def clean_plan(self) -> Any:
        plan = self.cleaned_data["plan"]
        if plan.pk == "guest":
            raise ValidationError(_("Nobody comes back to a guest's plan."))
        return plan


@admin.register(Voucher)
class VoucherAdmin(admin.ModelAdmin):
    """Made here and revoked here; what a code gives never changes."""

    form = IssueForm
    list_display = ("label", "ending", "plan", "days", "redeemed", "uses", "until", "revoked_at", "issued_at")
    list_filter = ("plan", "revoked_at")
    search_fields = ("label", "=ending")
    actions = ("revoke",)

    def get_queryset(self, request: HttpRequest) -> "QuerySet[Voucher]":
        return super().get_queryset(request).annotate(times=Count("terms"))

    @admin.display(description=_("redeemed"), ordering="times")
    def redeemed(self, voucher: Voucher) -> int:
        return getattr(voucher, "times", 0)

    def has_change_permission(self, request: HttpRequest, obj: Voucher | None = None) -> bool:
        # The list's action asks without a row.
        return obj is None and super().has_change_permission(request)

    def has_delete_permission(self, request: HttpRequest, obj: Voucher | None = None) -> bool:
        return False

    @sensitive_variables("made")
    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        """The answer shows the codes: they are nowhere else."""
        form = IssueForm(request.POST) if request.method == "POST" else None
        if form is None or not self.has_add_permission(request) or not form.is_valid():
            return super().add_view(request, form_url, extra_context)
        assert isinstance(request.user, User)
        made = vouchers.issue(by=request.user, **form.cleaned_data)
        context = self.admin_site.each_context(request) | {"made": made, "opts": self.opts, "title": _("Your codes")}
        answer = TemplateResponse(request, "admin/accounts/voucher/issued.html", context)
        answer["Cache-Control"] = "no-store"
        return answer

    @admin.action(description=_("Revoke"), permissions=["change"])
    def revoke(self, request: HttpRequest, chosen: "QuerySet[Voucher]") -> None:
        assert isinstance(request.user, User)
        try:
            count = vouchers.revoke(by=request.user, vouchers=list(chosen.values_list("pk", flat=True)))
        except NotFound:
            count = 0
        self.message_user(request, _("%(count)s revoked.") % {"count": count}, messages.SUCCESS)


@admin.register(Term)
class TermAdmin(ReadOnly):
    list_display = (short_user, "plan", "begins_at", "ends_at", "ended_at", "before", "voucher", "subscription")
    list_filter = ("plan", "ended_at")
    search_fields = ("=user__id", "user__email")


@admin.register(Subscription)
class SubscriptionAdmin(ReadOnly):
    list_display = (short_user, "plan", "status", "ending", "provider", "reference", "seen_at")
    list_filter = ("status", "plan")
    search_fields = ("=user__id", "user__email", "=reference", "=customer")


@admin.register(PaymentEvent)
class PaymentEventAdmin(ReadOnly):
    list_display = ("received_at", "provider", "kind", "reference")
    list_filter = ("kind",)
    search_fields = ("=reference",)


@admin.register(CustomerErasure)
class CustomerErasureAdmin(ReadOnly):
    list_display = ("provider", "customer", "tries", "due_at")
