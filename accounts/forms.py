"""Forms of the account pages. Widgets carry the classes of the design; Django adds the aria attributes."""

from typing import Any, ClassVar

from allauth.account import forms as allauth
from allauth.account.adapter import get_adapter
from allauth.core import context
from allauth.socialaccount import forms as social
from django import forms
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.http import HttpRequest
from django.utils.functional import lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.age import TooYoung, said_on_device
from accounts.guests import keep_answers
from accounts.models import Age, Language, Theme, User
from accounts.personas import MAX_DESCRIPTION, MAX_NAME
from accounts.profiles import zones
from accounts.sittings import Breaks


class Styled:
    """Goes first in a form's bases."""

    # One spelling for all forms of the house, where allauth has its own.
    labels: ClassVar[dict[str, Any]] = {"email": _("E-mail"), "login": _("E-mail")}
    fields: dict[str, forms.Field]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.label = self.labels.get(name, field.label)
            # A placeholder that repeats the label says nothing and vanishes while one types.
            field.widget.attrs.pop("placeholder", None)
            if not isinstance(field.widget, (forms.CheckboxInput, forms.RadioSelect, forms.HiddenInput)):
                field.widget.attrs["class"] = "input"


def age_field(*, required: bool) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=_("How old are you?"),
        choices=lazy(_ages, list)(),
        required=required,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one of the answers.")},
    )


def _ages() -> list[tuple[str, str]]:
    """Without those that nobody can be where the least age is nought."""
    least = settings.MINIMUM_AGE
    told = [(Age.ADULT.value, gettext("I am 18 or older"))]
    young = gettext("I am %(least)d to 17") % {"least": least} if least else gettext("I am younger than 18")
    told.append((Age.MINOR.value, young))
    return [*told, (Age.CHILD.value, gettext("I am younger than %(least)d") % {"least": least})] if least else told


class ZoneField(forms.CharField):
    """Filled in by the page's script; what is no time zone is left out."""

    def __init__(self) -> None:
        super().__init__(required=False, widget=forms.HiddenInput(attrs={"data-zone": ""}))


class AgeForm(forms.Form):
    age = age_field(required=True)
    zone = ZoneField()


class AgeAsked(forms.Form):
    """Of whoever signs up, by whichever way."""

    # Left open, one is shown what is for everyone, and asked again before anything else.
    age = age_field(required=False)
    zone = ZoneField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        request = context.request
        if request is not None and (said_on_device(request) or getattr(request.user, "age", "")):
            del self.fields["age"]

    def clean_age(self) -> str:
        said = str(self.cleaned_data["age"])
        if said == Age.CHILD:
            raise forms.ValidationError(str(TooYoung.message))
        return said

    def clean(self) -> Any:
        request = context.request
        ages = {getattr(request.user, "age", ""), said_on_device(request)} if request is not None else set()
        if Age.CHILD in ages:
            raise forms.ValidationError(str(TooYoung.message))
        return super().clean()


class SignupForm(Styled, AgeAsked, allauth.SignupForm):
    def save(self, request: HttpRequest) -> User:
        # Not allauth's: it would put the address on the user before it is verified.
        adapter = get_adapter()
        return adapter.save_user(request, adapter.new_user(request), self)

    def try_save(self, request: HttpRequest) -> Any:
        if self.account_already_exists:
            # What a free address costs in time and does to the session, a taken one does too.
            make_password(self.cleaned_data["password1"])
            if request.user.is_authenticated:
                request.session.cycle_key()
                keep_answers(request.user, self.cleaned_data)
        return super().try_save(request)


class SocialSignupForm(Styled, AgeAsked, social.SignupForm):
    """For whoever comes from a provider that told no address."""


class LoginForm(Styled, allauth.LoginForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # The page has this link where a finger can hit it.
        self.fields["password"].help_text = ""


class AddEmailForm(Styled, allauth.AddEmailForm):
    pass


class ChangePasswordForm(Styled, allauth.ChangePasswordForm):
    labels: ClassVar[dict[str, Any]] = {
        "oldpassword": _("Current password"),
        "password1": _("New password"),
        "password2": _("New password once more"),
    }


class SetPasswordForm(Styled, allauth.SetPasswordForm):
    pass


class ResetPasswordForm(Styled, allauth.ResetPasswordForm):
    pass


class ResetPasswordKeyForm(Styled, allauth.ResetPasswordKeyForm):
    labels: ClassVar[dict[str, Any]] = {
        "password1": _("New password"),
        "password2": _("New password once more"),
    }


class ReauthenticateForm(Styled, allauth.ReauthenticateForm):
    pass


class AutomaticField(forms.ChoiceField):
    """A choice whose empty value is one of the choices, not the lack of one."""

    def __init__(self, *, choices: Any, **kwargs: Any) -> None:
        pairs = choices if callable(choices) else lambda: choices
        super().__init__(choices=lambda: [(value or "auto", label) for value, label in pairs()], **kwargs)

    def prepare_value(self, value: Any) -> Any:
        return value or "auto"

    def clean(self, value: Any) -> str:
        chosen = super().clean(value)
        return "" if chosen == "auto" else chosen


class SettingsForm(Styled, forms.Form):
    name = forms.CharField(
        label=_("Display name"),
        max_length=60,
        required=False,
        help_text=_("What other players call you."),
        widget=forms.TextInput(attrs={"autocomplete": "nickname"}),
    )
    bio = forms.CharField(
        label=_("About you"), max_length=1_000, required=False, widget=forms.Textarea(attrs={"rows": 4})
    )
    language = AutomaticField(label=_("Language"), choices=Language.choices)
    theme = AutomaticField(label=_("Lights"), choices=Theme.choices)
    time_zone = AutomaticField(label=_("Time zone"), choices=zones, required=False)
    mail_decisions = forms.BooleanField(label=_("Mail me what became of my characters"), required=False)
    mail_reports = forms.BooleanField(label=_("Mail me when something I reported is decided"), required=False)
    mail_alarms = forms.BooleanField(
        label=_("Mail me when what models may be used is nearly spent"),
        required=False,
        help_text=_("What moderators decide about you, and what concerns your account, you are told in any case."),
    )
    breaks = forms.ChoiceField(
        label=_("Remind me to take a break"),
        choices=Breaks.choices,
        required=False,
        help_text=_("While you talk without a pause. Who is younger than 18 is always reminded."),
    )


class PersonaForm(Styled, forms.Form):
    name = forms.CharField(label=_("Name"), max_length=MAX_NAME, help_text=_("What characters call you."))
    description = forms.CharField(
        label=_("Who you are"),
        max_length=MAX_DESCRIPTION,
        required=False,
        help_text=_("Characters read this. It is kept encrypted."),
        widget=forms.Textarea(attrs={"rows": 6}),
    )
