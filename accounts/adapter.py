from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.core.mail import EmailMessage
from django.forms import BaseForm
from django.http import HttpRequest

from accounts import plans
from accounts.guests import adopt, begin_sign_up
from accounts.models import User


class AccountAdapter(DefaultAccountAdapter):
    """Where allauth meets guests: one who signs up stays the same row, one who logs in is adopted."""

    def new_user(self, request: HttpRequest) -> User:
        guest = signed_in_guest(request)
        return guest or User(is_guest=True, plan_id=plans.GUEST)

    def save_user(self, request: HttpRequest, user: User, form: BaseForm, commit: bool = True) -> User:
        return begin_sign_up(
            request, user=user, email=form.cleaned_data["email"], password=form.cleaned_data["password1"]
        )

    def login(self, request: HttpRequest, user: User) -> None:
        # Before the new session begins: if adoption fails, the guest is still signed in.
        guest = signed_in_guest(request)
        if guest and guest.pk != user.pk:
            adopt(guest, user)
        super().login(request, user)

    def render_mail(
        self, template_prefix: str, email: str, context: dict[str, Any], headers: dict[str, str] | None = None
    ) -> EmailMessage:
        return super().render_mail(template_prefix.replace("account/email/", "emails/", 1), email, context, headers)


def signed_in_guest(request: HttpRequest) -> User | None:
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated or not user.is_guest:
        return None
    return User.objects.filter(pk=user.pk, is_guest=True).first()
