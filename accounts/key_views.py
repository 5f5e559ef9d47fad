"""Personal keys for the REST API, in the settings."""

from datetime import timedelta
from typing import ClassVar
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_POST, require_safe

from accounts import api_keys
from accounts.api_keys import MAX_KEYS, MAX_LABEL, Scope
from accounts.errors import Invalid
from accounts.forms import Styled
from accounts.models import User
from accounts.views import limited_form, members_only


class KeyForm(Styled, forms.Form):
    EXPIRIES: ClassVar[list[tuple[str, object]]] = [
        ("30", gettext_lazy("in 30 days")),
        ("90", gettext_lazy("in 90 days")),
        ("365", gettext_lazy("in a year")),
        ("", gettext_lazy("never")),
    ]
    label = forms.CharField(
        label=gettext_lazy("What is it for?"),
        max_length=MAX_LABEL,
        help_text=gettext_lazy("So that you know later which one to revoke: “backup script”, say."),
    )
    scopes = forms.MultipleChoiceField(
        label=gettext_lazy("What may it do?"),
        choices=Scope.choices,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("As little as it needs."),
    )
    expires = forms.ChoiceField(
        label=gettext_lazy("When does it expire?"), choices=EXPIRIES, initial="90", required=False
    )


@require_safe
@members_only
def keys(request: HttpRequest) -> HttpResponse:
    now = timezone.now()
    listed = [
        {
            "key": key,
            "expired": key.expires_at is not None and key.expires_at <= now,
            "old_until": key.old_until if key.old_until is not None and key.old_until > now else None,
            "scopes": _named(key.scopes),
        }
        for key in api_keys.keys_of(_member(request))
    ]
    context = {"keys": listed, "full": len(listed) >= MAX_KEYS}
    return render(request, "account/keys.html", context)


@never_cache
@members_only
@limited_form(closed=True)
@sensitive_variables("made")
def key_add(request: HttpRequest) -> HttpResponse:
    """The answer to the form shows the key: it is nowhere else, and no reload shows it again."""
    form = KeyForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        days = form.cleaned_data["expires"]
        try:
            made = api_keys.make_key(
                user=_member(request),
                label=form.cleaned_data["label"],
                scopes=form.cleaned_data["scopes"],
                expires_at=timezone.now() + timedelta(days=int(days)) if days else None,
            )
        except Invalid as error:
            form.add_error(error.extra["field"], str(error.message))
        else:
            return render(request, "account/key_made.html", {"made": made, "scopes": _named(made.key.scopes)})
    return render(request, "account/key_form.html", {"form": form}, status=400 if form.errors else 200)


@require_safe
@members_only
def key_revoke_ask(request: HttpRequest, key_id: UUID) -> HttpResponse:
    """Whether they are sure: whatever uses it stops working."""
    key = api_keys.get_key(user=_member(request), key_id=key_id)
    return render(request, "account/key_revoke.html", {"key": key})


class RotateForm(Styled, forms.Form):
    grace = forms.ChoiceField(
        label=gettext_lazy("How long shall the old secret still work?"),
        choices=[
            ("none", gettext_lazy("It ends at once")),
            ("hour", gettext_lazy("One hour")),
            ("day", gettext_lazy("One day")),
            ("week", gettext_lazy("One week")),
        ],
        initial="day",
        widget=forms.RadioSelect,
        help_text=gettext_lazy("Long enough to give the new one to every program that uses it. If it leaked: at once."),
    )


@never_cache
@members_only
@limited_form(closed=True)
@sensitive_variables("made")
def key_rotate(request: HttpRequest, key_id: UUID) -> HttpResponse:
    """Another secret for the same key, shown as that of a new one."""
    key = api_keys.get_key(user=_member(request), key_id=key_id)
    form = RotateForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        made = api_keys.rotate_key(user=_member(request), key_id=key_id, grace=form.cleaned_data["grace"])
        return render(request, "account/key_made.html", {"made": made, "scopes": _named(made.key.scopes)})
    context = {"form": form, "key": key}
    return render(request, "account/key_rotate.html", context, status=400 if form.errors else 200)


@require_POST
@members_only
@limited_form()
def key_end_old(request: HttpRequest, key_id: UUID) -> HttpResponse:
    api_keys.end_old_secret(user=_member(request), key_id=key_id)
    messages.success(request, _("The old secret works no more."))
    return redirect("api-keys")


@require_POST
@members_only
@limited_form()
def key_revoke(request: HttpRequest, key_id: UUID) -> HttpResponse:
    api_keys.revoke_key(user=_member(request), key_id=key_id)
    messages.success(request, _("The key is revoked."))
    return redirect("api-keys")


def _named(scopes: list[str]) -> list[str]:
    return [str(Scope(scope).label) for scope in scopes if scope in Scope.values]


def _member(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user
