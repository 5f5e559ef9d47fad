"""allauth's forms of the second factor, in our words and look."""

from typing import Any, ClassVar

from allauth.mfa.base import forms as base
from allauth.mfa.totp import forms as totp
from allauth.mfa.webauthn import forms as webauthn
from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms import Styled

MAX_NAME = 60


class Coded(Styled):
    """A field for what an app or a slip of paper says."""

    labels: ClassVar[dict[str, Any]] = {"code": _("Code")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].widget.attrs |= {"inputmode": "numeric", "autocomplete": "one-time-code"}


class AuthenticateForm(Coded, base.AuthenticateForm):
    pass


class ReauthenticateForm(Coded, base.ReauthenticateForm):
    pass


class ActivateTOTPForm(Coded, totp.ActivateTOTPForm):
    labels: ClassVar[dict[str, Any]] = {"code": _("What the app shows now")}


class PasskeyForm(Styled, webauthn.AddWebAuthnForm):
    labels: ClassVar[dict[str, Any]] = {"name": _("What do you call it?"), "passwordless": _("Sign in with it alone")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        name = self.fields["name"]
        assert isinstance(name, forms.CharField)
        name.widget.attrs["maxlength"] = MAX_NAME
        self.fields["passwordless"].initial = True
        self.fields["passwordless"].help_text = _(
            "Instead of your password: the device asks for your finger, your face or its PIN. Without this it is asked"
            " for after the password."
        )

    def clean_name(self) -> str:
        return super().clean_name()[:MAX_NAME]


class RenamePasskeyForm(Styled, webauthn.EditWebAuthnForm):
    labels: ClassVar[dict[str, Any]] = {"name": _("What do you call it?")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        name = self.fields["name"]
        assert isinstance(name, forms.CharField)
        name.max_length = MAX_NAME
        name.widget.attrs["maxlength"] = MAX_NAME
