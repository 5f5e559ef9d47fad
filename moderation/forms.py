from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms import Styled
from moderation.models import Reason
from moderation.services.reports import MAX_TEXT


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
