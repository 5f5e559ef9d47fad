"""Going for good: the page that says what goes, who hands characters on, and the receipt."""

from typing import Any, ClassVar
from uuid import UUID

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_safe

from accounts.errors import Invalid
from accounts.forms import Styled
from accounts.holds import held_until
from accounts.models import Departure, User
from accounts.privacy import departures
from accounts.privacy.receipts import counts_of, receipt_by
from accounts.privacy.words import told
from accounts.proof import ProofField
from accounts.views import limited_form, viewer_of


class DepartureForm(Styled, forms.Form):
    WHENS: ClassVar[list[tuple[str, object]]] = [
        ("later", gettext_lazy("In fourteen days. Signing in before calls it off.")),
        ("now", gettext_lazy("At once. There is no way back.")),
    ]
    when = forms.ChoiceField(
        label=gettext_lazy("When?"), choices=WHENS, initial="later", widget=forms.RadioSelect, required=True
    )
    characters = forms.ChoiceField(
        label=gettext_lazy("Characters you published"),
        choices=Departure.Characters.choices,
        initial=Departure.Characters.DELETE,
        widget=forms.RadioSelect,
    )
    heir = forms.EmailField(
        label=gettext_lazy("E-mail of who gets them"),
        required=False,
        help_text=gettext_lazy("Only if you hand them over. They are asked; without their yes the characters go."),
    )

    def __init__(self, data: Any = None, *, user: User) -> None:
        super().__init__(data)
        if user.is_guest:
            for name in ("when", "characters", "heir"):
                del self.fields[name]
        self.fields["proof"] = ProofField(user)
        self.fields["proof"].widget.attrs["class"] = "input"


@never_cache
@sensitive_post_parameters("proof")
@login_required
@limited_form("10/m")
def leave(request: HttpRequest) -> HttpResponse:
    user = viewer_of(request)
    form = DepartureForm(request.POST if request.method == "POST" else None, user=user)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            link = departures.ask_to_go(
                user=user,
                site=request.build_absolute_uri("/"),
                at_once=user.is_guest or said["when"] == "now",
                characters=said.get("characters") or Departure.Characters.DELETE,
                heir=said.get("heir") or "",
            )
        except Invalid as error:
            field = error.extra["field"]
            form.add_error(field if field in form.fields else None, str(error.message))
        else:
            logout(request)
            return redirect(link)
    context = {
        "form": form,
        "holdings": told(counts_of(user)),
        "guest": user.is_guest,
        "days": settings.BACKUP_DAYS,
        "held": held_until(user.pk),
    }
    return render(request, "account/leave.html", context, status=400 if form.errors else 200)


@never_cache
@login_required
@limited_form()
def inheritance(request: HttpRequest, departure_id: UUID) -> HttpResponse:
    """For whom somebody wants to hand their characters to."""
    heir = viewer_of(request)
    departure = departures.inheritance(heir=heir, departure_id=departure_id)
    if request.method == "POST":
        departures.agree(heir=heir, departure_id=departure_id)
        messages.success(request, _("Agreed: they are yours from that day on."))
        return redirect("inheritance", departure_id)
    return render(request, "account/inheritance.html", {"departure": departure})


@require_safe
@never_cache
def receipt(request: HttpRequest, token: str) -> HttpResponse:
    """For whoever has the link: what went, or that it is still to go."""
    found = receipt_by(token)
    if isinstance(found, Departure):
        held = held_until(found.user_id)
        later = held is not None and held > found.due_at
        return render(request, "account/receipt.html", {"departure": found, "held": held if later else None})
    return render(request, "account/receipt.html", {"receipt": found, "holdings": told(found.counts)})
