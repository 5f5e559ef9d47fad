"""Settings and personas, and allauth's pages where guests change what happens."""

from collections.abc import Callable
from functools import partial, wraps
from typing import Any
from uuid import UUID

from allauth.account import views as allauth
from allauth.account.mixins import RedirectAuthenticatedUserMixin
from allauth.account.utils import get_next_redirect_url
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.forms import Form
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render, resolve_url
from django.urls import reverse
from django.utils.translation import check_for_language, override
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from django.views.i18n import set_language as django_set_language
from django_ratelimit.core import is_ratelimited
from redis.exceptions import RedisError

from accounts import personas, profiles, selectors
from accounts.adapter import with_next
from accounts.addresses import is_ours
from accounts.age import remember_on_device
from accounts.errors import Invalid, RateLimited, Unavailable
from accounts.forms import PersonaForm, SettingsForm
from accounts.identity import configured
from accounts.judging import NotAllowed
from accounts.limits import client_ip, hash_ip
from accounts.models import Age, Language, Theme, User

View = Callable[..., HttpResponseBase]


def _who(group: str, request: HttpRequest) -> str:
    """The person, or the address as our own proxies saw it."""
    return str(request.user.pk) if request.user.is_authenticated else hash_ip(client_ip(request) or "")


def limited_form(rate: str = "30/m", *, method: str = "POST", closed: bool = False) -> Callable[[View], View]:
    """Posts of one person (or address) to one of our forms, or what they fetch by another method; allauth counts its
    own. Open without Redis, unless `closed`: then Unavailable.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def counted(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            try:
                refused = is_ratelimited(
                    request,
                    group=f"form:{view.__module__}.{view.__name__}",
                    key=_who,
                    rate=rate,
                    method=method,
                    increment=True,
                )
            except (RedisError, OSError):
                if closed and request.method == "POST":
                    raise Unavailable from None
                refused = False
            if refused:
                raise RateLimited(retry_after=60)
            return view(request, *args, **kwargs)

        return counted

    return decorate


def members_only(view: View) -> View:
    """Pages about a password or an address, which a guest does not have yet."""

    @login_required
    @wraps(view)
    def shown(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if viewer_of(request).is_guest:
            return redirect("account_signup")
        return view(request, *args, **kwargs)

    return shown


class GuestsWelcome(RedirectAuthenticatedUserMixin):
    """Who is signed in is sent on, but a guest may still sign up or log in.

    Stands last in a view's bases, so that it comes right before allauth's mixin in the order of calls.
    """

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.user.is_authenticated and request.user.is_guest:
            return super(RedirectAuthenticatedUserMixin, self).dispatch(request, *args, **kwargs)  # type: ignore[misc]
        return super().dispatch(request, *args, **kwargs)


class SignupView(allauth.SignupView, GuestsWelcome):
    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {"providers": configured()}

    def form_invalid(self, form: Any) -> HttpResponse:
        """Who said to be too young is not asked again until the answer fits."""
        response: HttpResponse = super().form_invalid(form)
        if form.data.get("age") == Age.CHILD:
            remember_on_device(response, Age.CHILD)
        return response

    def form_valid(self, form: Any) -> HttpResponse:
        response: HttpResponse = super().form_valid(form)
        remember_on_device(response, form.cleaned_data.get("age", ""))
        return response


class LoginView(allauth.LoginView, GuestsWelcome):
    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {"providers": configured()}


class ConfirmEmailView(allauth.ConfirmEmailView):
    def logout_other_user(self, confirmation: Any) -> None:
        # A guest who is signed out can never come back: leave this browser's guest as they are.
        if not (self.request.user.is_authenticated and self.request.user.is_guest):
            super().logout_other_user(confirmation)

    def post(self, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.from_guest = self.request.user.is_authenticated and self.request.user.is_guest
        return super().post(*args, **kwargs)

    def get_redirect_url(self) -> str:
        """Who has just kept what they said as a guest goes back to it; in another browser, by way of signing in."""
        if self.object.email_address.user_id != self.request.user.pk:
            return with_next(reverse("account_login"), self.request)
        if self.from_guest:
            return self.get_next_url() or reverse("talks")
        return super().get_redirect_url()


class VerificationSentView(allauth.EmailVerificationSentView):
    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {"meanwhile": get_next_redirect_url(self.request) or "/"}


@login_required
@limited_form()
def settings_page(request: HttpRequest) -> HttpResponse:
    user = viewer_of(request)
    profile = selectors.profile_of(user)
    initial = {"name": profile.name, "bio": profile.bio, "language": user.language, "theme": profile.theme}
    initial |= {name: getattr(profile, name) for name in ("time_zone", "mail_decisions", "mail_reports", "mail_alarms")}
    initial["breaks"] = str(profile.break_minutes)
    form = SettingsForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid() and _kept(form, profiles.save_profile, user=user):
        saved = form.cleaned_data
        # Read on the next page, which speaks the language that was just chosen.
        with override(profiles.language_ahead(request, saved["language"])):
            messages.success(request, _("Saved."))
        response = redirect("settings")
        profiles.remember_language(response, saved["language"])
        profiles.remember_theme(response, saved["theme"])
        return response
    context = {
        "form": form,
        "personas": selectors.open_personas(user),
        "guest": user.is_guest,
        "identities": bool(configured()),
    }
    return render(request, "account/settings.html", context, status=400 if form.errors else 200)


@login_required
@limited_form()
def persona_add(request: HttpRequest) -> HttpResponse:
    form = PersonaForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid() and _kept(form, personas.add_persona, user=viewer_of(request)):
        messages.success(request, _("Persona added."))
        return redirect(get_next_redirect_url(request) or reverse("settings") + "#personas")
    return render(request, "account/persona_form.html", {"form": form}, status=400 if form.errors else 200)


@login_required
@limited_form()
def persona_edit(request: HttpRequest, persona_id: UUID) -> HttpResponse:
    user = viewer_of(request)
    persona = selectors.open_persona(selectors.get_persona(user=user, persona_id=persona_id))
    initial = {"name": persona.name, "description": persona.description}
    form = PersonaForm(request.POST if request.method == "POST" else None, initial=initial)
    keep = partial(personas.edit_persona, user=user, persona_id=persona_id)
    if request.method == "POST" and form.is_valid() and _kept(form, keep):
        messages.success(request, _("Saved."))
        return redirect(reverse("settings") + "#personas")
    context = {"form": form, "persona": persona}
    return render(request, "account/persona_form.html", context, status=400 if form.errors else 200)


@require_safe
@login_required
def persona_delete_ask(request: HttpRequest, persona_id: UUID) -> HttpResponse:
    """Whether they are sure: what is deleted cannot be brought back."""
    persona = selectors.open_persona(selectors.get_persona(user=viewer_of(request), persona_id=persona_id))
    return render(request, "account/persona_delete.html", {"persona": persona})


@require_POST
@login_required
@limited_form()
def persona_delete(request: HttpRequest, persona_id: UUID) -> HttpResponse:
    personas.delete_persona(user=viewer_of(request), persona_id=persona_id)
    messages.success(request, _("Persona deleted."))
    return redirect(reverse("settings") + "#personas")


@require_POST
@login_required
@limited_form()
def persona_default(request: HttpRequest, persona_id: UUID) -> HttpResponse:
    personas.set_default_persona(user=viewer_of(request), persona_id=persona_id)
    return redirect(reverse("settings") + "#personas")


@require_POST
@limited_form("60/m")
def set_language(request: HttpRequest) -> HttpResponse:
    """Django's own view (`language`, `next`), kept for the next browser too when somebody is signed in."""
    language = request.POST.get("language", "")
    if language not in Language.values or not language or not check_for_language(language):
        raise Invalid(field="language")
    if request.user.is_authenticated:
        profiles.set_language(user=viewer_of(request), language=language)
    return django_set_language(request)


@require_POST
@limited_form("60/m")
def set_theme(request: HttpRequest) -> HttpResponse:
    """`theme` is light, dark or empty (as the device is set); `next` as for the language."""
    theme = request.POST.get("theme", "")
    if theme not in Theme.values:
        raise Invalid(field="theme")
    if request.user.is_authenticated:
        profiles.set_theme(user=viewer_of(request), theme=Theme(theme))
    target = request.POST.get("next") or request.META.get("HTTP_REFERER") or "/"
    if not is_ours(request, target):
        target = resolve_url("/")
    response = redirect(target)
    profiles.remember_theme(response, theme)
    return response


def _kept(form: Form, keep: Callable[..., object], **more: Any) -> bool:
    """False where a rule stands against a text: it says so beside the field, and what was typed stays."""
    try:
        keep(**more, **form.cleaned_data)
    except NotAllowed as refused:
        form.add_error(refused.extra["field"], str(refused.message))
    return not form.errors


def viewer_of(request: HttpRequest) -> User:
    """The signed-in user, whom `login_required` or a check has established."""
    assert isinstance(request.user, User)
    return request.user
