"""Organisations, for operators: seats, plan, pool, and whose domain is whose."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts import acts
from accounts.admin_columns import ReadOnly, short_user
from accounts.errors import ProductError
from accounts.models import Membership, Organisation, OrganisationDomain, User
from accounts.organisations import people
from accounts.organisations.provider import mark_confirmed


class NewOrganisationForm(forms.ModelForm):
    owner = forms.EmailField(label=_("e-mail address of the owner"))

    class Meta:
        model = Organisation
        fields = ("name", "seats", "plan", "requests_per_hour")

    def clean_owner(self) -> User:
        found = User.objects.filter(email=self.cleaned_data["owner"].lower(), is_guest=False).first()
        if found is None or people.membership_of(found) is not None:
            raise ValidationError(_("Nobody has this address, or they belong to an organisation already."))
        return found


@admin.register(Organisation)
class OrganisationAdmin(admin.ModelAdmin):
    list_display = ("name", "taken", "seats", "plan", "requests_per_hour", "made_at")
    list_filter = ("plan",)
    search_fields = ("=id", "name", "=members__user__id", "members__user__email")
    fields = ("name", "seats", "plan", "requests_per_hour")
    actions = ("dissolve",)

    def get_queryset(self, request: HttpRequest) -> "QuerySet[Organisation]":
        return super().get_queryset(request).annotate(people=Count("members"))

    @admin.display(description=_("seats taken"), ordering="people")
    def taken(self, organisation: Organisation) -> int:
        return getattr(organisation, "people", 0)

    def get_form(self, request: HttpRequest, obj: Organisation | None = None, change: bool = False, **more: Any) -> Any:
        return super().get_form(request, obj, change, **more | ({} if change else {"form": NewOrganisationForm}))

    def get_fields(self, request: HttpRequest, obj: Organisation | None = None) -> Any:
        return self.fields if obj else (*self.fields, "owner")

    def has_delete_permission(self, request: HttpRequest, obj: Organisation | None = None) -> bool:
        return False  # dissolving takes back what was shared and given first

    @transaction.atomic
    def save_model(self, request: HttpRequest, obj: Organisation, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        if not change:
            people.found(obj, owner=form.cleaned_data["owner"])
        elif {"plan", "requests_per_hour"} & set(form.changed_data):
            people.allow(obj, obj.plan)
        now = {name: getattr(obj, name) for name in form.changed_data if name not in ("owner", "plan", "name")}
        assert isinstance(request.user, User)
        done = "organisation_changed" if change else "organisation_made"
        acts.record(done, by=request.user, kind="organisation", subject=obj.pk, plan=obj.plan_id, **now)

    @admin.action(description=_("Dissolve"), permissions=["change"])
    def dissolve(self, request: HttpRequest, chosen: "QuerySet[Organisation]") -> None:
        assert isinstance(request.user, User)
        for each in Organisation.objects.filter(pk__in=chosen.values("pk")):
            people.dissolve_for_house(each)
            acts.record("organisation_dissolved", by=request.user, kind="organisation", subject=each.pk)


@admin.register(Membership)
class MembershipAdmin(ReadOnly):
    list_display = (short_user, "organisation", "role", "joined_at")
    list_filter = ("role",)
    search_fields = ("=user__id", "user__email", "organisation__name")


@admin.register(OrganisationDomain)
class OrganisationDomainAdmin(ReadOnly):
    """Where a file on the domain cannot be: the operator's word."""

    list_display = ("domain", "organisation", "confirmed_at")
    search_fields = ("domain", "organisation__name")
    fields = ("domain", "organisation", "confirmed_at")
    actions = ("confirm",)

    @admin.action(description=_("Confirm"), permissions=["confirm"])
    def confirm(self, request: HttpRequest, chosen: "QuerySet[OrganisationDomain]") -> None:
        assert isinstance(request.user, User)
        for each in chosen:
            try:
                mark_confirmed(each)
            except ProductError as refused:
                self.message_user(request, f"{each.domain}: {refused.message}", messages.ERROR)
                continue
            acts.record("domain_confirmed", by=request.user, kind="organisation", subject=each.organisation_id)

    def has_confirm_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("accounts.change_organisation")
