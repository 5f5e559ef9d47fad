"""How people of an organisation sign in: set by who runs it, found by whoever comes."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST, require_safe

from accounts.errors import Conflict, Invalid
from accounts.forms import Styled
from accounts.models import Membership, OrganisationDomain, OrganisationProvider
from accounts.organisations import people, provider
from accounts.views import limited_form, members_only, viewer_of


class ProviderForm(Styled, forms.Form):
    server_url = forms.URLField(
        label=gettext_lazy("Address of the provider"),
        max_length=500,
        assume_scheme="https",
        help_text=gettext_lazy("Its issuer: /.well-known/openid-configuration is behind it."),
    )
    client_id = forms.CharField(label=gettext_lazy("Client id"), max_length=provider.MAX_CLIENT)
    secret = forms.CharField(
        label=gettext_lazy("Client secret"),
        max_length=provider.MAX_SECRET,
        required=False,
        strip=True,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        help_text=gettext_lazy("It is kept sealed and never shown. Leave it empty to keep the one that is set."),
    )


class DomainForm(Styled, forms.Form):
    domain = forms.CharField(
        label=gettext_lazy("Domain of your addresses"), max_length=253, help_text=gettext_lazy("example.org, say.")
    )


class AddressForm(Styled, forms.Form):
    email = forms.EmailField(label=gettext_lazy("Your address there"))


@sensitive_post_parameters("secret")
@members_only
@limited_form("20/m", closed=True)
def settings_page(request: HttpRequest) -> HttpResponse:
    """The provider and the domains, for owner and admins."""
    user = viewer_of(request)
    mine = people.run_by(user)
    kept = OrganisationProvider.objects.filter(organisation=mine.organisation_id).first()
    initial = {"server_url": kept.server_url, "client_id": kept.client_id} if kept else {}
    form = ProviderForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            provider.set_provider(by=user, **form.cleaned_data)
        except Invalid as error:
            form.add_error(error.extra["field"], str(error.message))
        else:
            messages.success(request, _("Saved."))
            return redirect("organisation-sign-in")
    context = _context(request, mine, kept) | {"form": form}
    return render(request, "account/organisation/sign_in.html", context, status=400 if form.errors else 200)


def _context(request: HttpRequest, mine: Membership, kept: OrganisationProvider | None) -> dict[str, Any]:
    back = reverse("openid_connect_callback", args=[people.provider_id_of(mine.organisation_id)])
    return {
        "organisation": mine.organisation,
        "kept": kept,
        "back": request.build_absolute_uri(back),
        "door": request.build_absolute_uri(reverse("organisation-door", args=[mine.organisation_id])),
        "domains": OrganisationDomain.objects.filter(organisation=mine.organisation_id),
        "domain_form": DomainForm(),
        "proof": provider.PROOF,
    }


@require_POST
@members_only
@limited_form()
def forget(request: HttpRequest) -> HttpResponse:
    provider.remove_provider(by=viewer_of(request))
    messages.success(request, _("Nobody signs in by it any more."))
    return redirect("organisation-sign-in")


@require_POST
@members_only
@limited_form("20/m", closed=True)
def domain_add(request: HttpRequest) -> HttpResponse:
    try:
        provider.add_domain(by=viewer_of(request), domain=request.POST.get("domain", ""))
    except Invalid as error:
        messages.error(request, str(error.message))
    return redirect(reverse("organisation-sign-in") + "#domains")


@require_POST
@members_only
@limited_form("20/m", closed=True)
def domain(request: HttpRequest, domain_id: UUID) -> HttpResponse:
    """`act`: check, remove."""
    user = viewer_of(request)
    try:
        if request.POST.get("act") == "remove":
            provider.remove_domain(by=user, domain_id=domain_id)
        else:
            provider.confirm_domain(by=user, domain_id=domain_id)
            messages.success(request, _("The domain is yours."))
    except (Invalid, Conflict) as error:
        messages.error(request, str(error.message))
    return redirect(reverse("organisation-sign-in") + "#domains")


@require_safe
def door(request: HttpRequest, organisation_id: UUID) -> HttpResponse:
    """The link of an organisation's own."""
    return render(request, "account/organisation/door.html", {"found": provider.door(organisation_id)})


@limited_form("20/m")
def by_address(request: HttpRequest) -> HttpResponse:
    """By the domain of an address: which says which organisation it is, not whether anybody has an account."""
    form = AddressForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        found = provider.door_of_address(form.cleaned_data["email"])
        if found is not None:
            return redirect("organisation-door", found)
        form.add_error("email", _("No organisation here signs in by addresses of this domain."))
    return render(request, "account/organisation/by_address.html", {"form": form}, status=400 if form.errors else 200)
