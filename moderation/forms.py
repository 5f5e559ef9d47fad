import re
from uuid import UUID

from django import forms
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.forms import Styled
from moderation.models import Case, Reason, RightsNotice
from moderation.services.reports import MAX_TEXT
from moderation.subjects import made_things


class RightsForm(Styled, forms.Form):
    """What notices of this kind have to say in law: who, for whom, which work, where, in good faith, signed."""

    where = forms.CharField(
        label=_("Address of the character or story"),
        max_length=300,
        help_text=_("As it stands in your browser on its page."),
    )
    name = forms.CharField(label=_("Your name"), max_length=200)
    role = forms.ChoiceField(label=_("You are"), choices=RightsNotice.Role.choices, widget=forms.RadioSelect)
    holder = forms.CharField(label=_("Who holds the rights"), max_length=200)
    email = forms.EmailField(label=_("E-mail"))
    address = forms.CharField(label=_("Postal address or telephone"), max_length=300)
    work = forms.CharField(
        label=_("The work, or the likeness"),
        max_length=2_000,
        help_text=_("What it is called and where it can be seen."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    taken = forms.CharField(
        label=_("What was taken, and why that is not allowed"),
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    faith = forms.BooleanField(
        label=_("I believe in good faith that neither the rights holder nor the law allows this use.")
    )
    truth = forms.BooleanField(label=_("What I say is true, and I am the rights holder or entitled to act for them."))
    signature = forms.CharField(label=_("Signature: your full name"), max_length=200)

    def clean_where(self) -> tuple[str, UUID]:
        """Of which kind (`Case.MADE`) what an address of ours leads to is, and its id; a bare id is a character's."""
        address = self.cleaned_data["where"].lower()
        found = re.search(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", address)
        if found is None:
            raise forms.ValidationError(_("There is no character or story in this address."))
        subject = UUID(found[0])
        pages = {kind: reverse(made.page, args=[subject]) for kind, made in made_things().items()}
        return next((kind for kind, page in pages.items() if page in f"{address}/"), Case.Kind.CHARACTER), subject


class ReportForm(Styled, forms.Form):
    reason = forms.ChoiceField(
        label=_("What is wrong?"),
        choices=Reason.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what is wrong.")},
    )
    text = forms.CharField(
        label=_("What should we know?"),
        required=False,
        strip=False,
        help_text=_(
            "Up to 2,000 characters. Moderators alone read it; it is kept encrypted, and goes with your account."
        ),
        widget=forms.Textarea(attrs={"rows": 5, "maxlength": MAX_TEXT}),
    )
