import re
from typing import Any
from urllib.parse import urlencode

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.utils import get_next_redirect_url
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.contrib.sites.shortcuts import get_current_site
from django.core.mail import EmailMessage
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from accounts import plans
from accounts.guests import adopt, begin_sign_up, keep_answers
from accounts.known import known_as, remember_known
from accounts.mails import post
from accounts.models import User
from accounts.sanctions import lift_due
from accounts.visits import note_kept_out

# Set on a request with which somebody comes back from an identity provider.
KEEPS_GUEST = "keeps_guest"
OUR_MAILS = re.compile(r"^(account|mfa|socialaccount)/email/")


class AccountAdapter(DefaultAccountAdapter):
    """Where allauth meets guests: one who signs up stays the same row, one who logs in is adopted."""

    def new_user(self, request: HttpRequest) -> User:
        guest = signed_in_guest(request)
        return guest or User(is_guest=True, plan_id=plans.GUEST)

    def save_user(self, request: HttpRequest, user: User, form: BaseForm, commit: bool = True) -> User:
        given = form.cleaned_data
        begun = begin_sign_up(request, user=user, email=given["email"], password=given["password1"])
        keep_answers(begun, given)
        return begun

    def logout(self, request: HttpRequest) -> None:
        if not getattr(request, KEEPS_GUEST, False):
            super().logout(request)

    def login(self, request: HttpRequest, user: User) -> None:
        # Before the new session begins: if adoption fails, the guest is still signed in.
        guest = signed_in_guest(request)
        if guest and guest.pk != user.pk:
            adopt(guest, user)
        super().login(request, user)

    def pre_login(self, request: HttpRequest, user: User, **about: Any) -> HttpResponse | None:
        """The password was right. Who is kept out may read why for an hour, unless the end has just come."""
        if not user.is_active:
            lift_due(user=user)
            user.refresh_from_db(fields=["is_active"])
        answer: HttpResponse | None = super().pre_login(request, user, **about)
        if not user.is_active:
            note_kept_out(request.session, user)
        return answer

    def get_email_confirmation_url(self, request: HttpRequest, emailconfirmation: Any) -> str:
        """Confirming leads back to where one signed up, whichever browser the mail is opened in."""
        return with_next(super().get_email_confirmation_url(request, emailconfirmation), request)

    def respond_email_verification_sent(self, request: HttpRequest, user: User | None) -> HttpResponse:
        return redirect(with_next(reverse("account_email_verification_sent"), request))

    def post_login(self, request: HttpRequest, user: User, **about: Any) -> HttpResponse:
        response: HttpResponse = super().post_login(request, user, **about)
        if user.email:
            remember_known(request, response, user.email)
        if about.get("signup") and not user.age and "sociallogin" in (about.get("signal_kwargs") or {}):
            # There was no form that could have asked.
            asked = {REDIRECT_FIELD_NAME: response.headers.get("location", "/"), "later": "1"}
            response.headers["location"] = f"{reverse('age')}?{urlencode(asked)}"
        return response

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """Guesses are counted by account; in a browser that knows it, by that browser."""
        key = super()._get_login_attempts_cache_key(request, **credentials)
        known = known_as(request, credentials.get("email", ""))
        return f"{key}:{known}" if known else key

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        about = {"request": self.request, "email": email, "current_site": get_current_site(self.request)}
        post(self.render_mail(template_prefix, email, about | context))

    def render_mail(
        self, template_prefix: str, email: str, context: dict[str, Any], headers: dict[str, str] | None = None
    ) -> EmailMessage:
        return super().render_mail(OUR_MAILS.sub("emails/", template_prefix), email, context, headers)


def with_next(path: str, request: HttpRequest | None) -> str:
    """The same address, with the one that the visitor is to come back to; foreign ones are left out."""
    target = get_next_redirect_url(request) if request is not None else None
    return f"{path}?{urlencode({REDIRECT_FIELD_NAME: target})}" if target else path


def signed_in_guest(request: HttpRequest) -> User | None:
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated or not user.is_guest:
        return None
    return User.objects.filter(pk=user.pk, is_guest=True).first()
