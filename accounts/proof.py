"""Asking again who somebody is, before what cannot be taken back."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User


class ProofField(forms.CharField):
    """Their password; of who has none (they sign in by another site, or by a passkey), their address; of a guest, a
    tick: who holds the browser is all that is known of them."""

    def __init__(self, user: User) -> None:
        self.user = user
        if user.is_guest:
            super().__init__(label=_("I am sure"), widget=forms.CheckboxInput())
        elif user.has_usable_password():
            widget = forms.PasswordInput(attrs={"autocomplete": "current-password"})
            super().__init__(label=_("Your password"), widget=widget, strip=False)
        else:
            super().__init__(label=_("Your e-mail address, to be sure"), widget=forms.EmailInput())

    def clean(self, value: Any) -> str:
        said = str(super().clean(value if value is not False else ""))
        if self.user.is_guest:
            return said
        if self.user.has_usable_password():
            if not self.user.check_password(said):
                raise forms.ValidationError(_("That is not your password."))
        elif said.strip().lower() != self.user.email:
            raise forms.ValidationError(_("That is not the address of this account."))
        return said
