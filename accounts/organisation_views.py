"""“Organisation”, in the settings: who belongs to it, what they share, how they sign in, what they used."""

from datetime import date
from typing import Any
from uuid import UUID

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.csv_files import csv_file
from accounts.errors import Invalid, NotFound, ProductError
from accounts.forms import Styled
from accounts.models import Membership, Role
from accounts.models.organisation import MAX_NAME
from accounts.organisations import invitations, people
from accounts.organisations.use import COLUMNS, pooled_caps, statement_of, use_of_members
from accounts.use_views import cap_in_words, lines_of, months_until, plot, rate_in_words, said
from accounts.views import limited_form, members_only, viewer_of


class NameForm(Styled, forms.Form):
    name = forms.CharField(label=gettext_lazy("Name of the organisation"), max_length=MAX_NAME)


class InviteForm(Styled, forms.Form):
    address = forms.EmailField(
        label=gettext_lazy("E-mail address"),
        required=False,
        help_text=gettext_lazy("It is sent there and is good once. Without one you get a link for whoever has it."),
    )
    role = forms.ChoiceField(
        label=gettext_lazy("As"), choices=[(role.value, role.label) for role in (Role.MEMBER, Role.ADMIN)]
    )

    def __init__(self, data: Any = None, *, mine: Membership) -> None:
        super().__init__(data)
        if not mine.owns_it:
            self.fields["role"].choices = [(Role.MEMBER.value, Role.MEMBER.label)]  # type: ignore[attr-defined]


@require_safe
@members_only
def organisation(request: HttpRequest) -> HttpResponse:
    """Of whoever belongs to none: what one is, and how to make one."""
    mine = people.membership_of(viewer_of(request))
    if mine is None:
        context = {
            "form": NameForm(),
            "may_make": settings.ORGANISATION_SEATS > 0,
            "seats": settings.ORGANISATION_SEATS,
        }
        return render(request, "account/organisation/none.html", context)
    return render(request, "account/organisation/page.html", _page(request, mine))


def _page(request: HttpRequest, mine: Membership) -> dict[str, Any]:
    theirs = people.people_of(mine.organisation)
    use = use_of_members(mine.organisation) if mine.runs_it else None
    return {
        "mine": mine,
        "organisation": mine.organisation,
        "people": [{"person": each, "acts": _acts(mine, each)} for each in theirs],
        "alone": len(theirs) == 1,
        "full": len(theirs) >= mine.organisation.seats,
        "invitations": invitations.open_to(mine.user) if mine.runs_it else [],
        "invite": InviteForm(mine=mine) if mine.runs_it else None,
        "name_form": NameForm(initial={"name": mine.organisation.name}) if mine.owns_it else None,
        "caps": [cap_in_words(each) for each in (use.caps if use else pooled_caps(mine.organisation))],
        "requests": rate_in_words(use.requests) if use and use.requests else None,
    }


def _acts(mine: Membership, person: people.Person) -> list[tuple[str, str]]:
    """What this viewer may do about this person: the word for the form, and for people."""
    if person.id == mine.user_id or person.role == Role.OWNER or not mine.runs_it:
        return []
    if not mine.owns_it:
        return [("remove", _("Remove"))] if person.role == Role.MEMBER else []
    other = ("admin", _("Make admin")) if person.role == Role.MEMBER else ("member", _("Make member"))
    return [other, ("owner", _("Make owner")), ("remove", _("Remove"))]


@require_POST
@members_only
@limited_form("10/m")
def make(request: HttpRequest) -> HttpResponse:
    people.make_organisation(owner=viewer_of(request), name=request.POST.get("name", ""))
    return redirect("organisation")


@require_POST
@members_only
@limited_form()
def rename(request: HttpRequest) -> HttpResponse:
    people.rename(by=viewer_of(request), name=request.POST.get("name", ""))
    messages.success(request, _("Saved."))
    return redirect("organisation")


@never_cache
@require_POST
@members_only
@limited_form("60/h", closed=True)
def invite(request: HttpRequest) -> HttpResponse:
    """The answer shows the link: it is nowhere else."""
    user = viewer_of(request)
    form = InviteForm(request.POST, mine=people.run_by(user))
    if form.is_valid():
        said = form.cleaned_data
        try:
            _id, link = invitations.invite(
                by=user, link=lambda token: join_link(request, token), address=said["address"], role=said["role"]
            )
        except Invalid as error:
            form.add_error(error.extra.get("field"), str(error.message))
        else:
            context = {"link": link, "address": said["address"], "days": invitations.DAYS}
            return render(request, "account/organisation/invited.html", context)
    context = _page(request, people.seat_of(user)) | {"invite": form}
    return render(request, "account/organisation/page.html", context, status=400)


def join_link(request: HttpRequest, token: str) -> str:
    return request.build_absolute_uri(reverse("organisation-join", args=[token]))


@require_POST
@members_only
@limited_form()
def uninvite(request: HttpRequest, invited_id: UUID) -> HttpResponse:
    invitations.withdraw(by=viewer_of(request), invitation_id=invited_id)
    messages.success(request, _("The link is good no more."))
    return redirect("organisation")


@never_cache
@members_only
@limited_form()
def join(request: HttpRequest, welcome: str) -> HttpResponse:
    """What it is, who runs it, and what they would see; then the yes."""
    user = viewer_of(request)
    found = invitations.invitation_by(welcome)
    refused = None
    if request.method == "POST":
        try:
            invitations.accept(user=user, token=welcome)
        except ProductError as error:
            refused = error
        else:
            messages.success(request, _("You belong to %(name)s now.") % {"name": found.organisation.name})
            return redirect("organisation")
    context = {
        "organisation": found.organisation,
        "who": found.made_by,
        "token": welcome,
        "refused": refused,
        "elsewhere": people.membership_of(user),
    }
    return render(request, "account/organisation/join.html", context, status=refused.status if refused else 200)


@require_POST
@members_only
@limited_form()
def person(request: HttpRequest, member_id: UUID) -> HttpResponse:
    """`act`: remove, admin, member, owner."""
    user, act = viewer_of(request), request.POST.get("act", "")
    if act == "remove":
        people.remove(by=user, person_id=member_id)
    elif act == "owner":
        people.hand_over(by=user, person_id=member_id)
    elif act in (Role.ADMIN, Role.MEMBER):
        people.set_role(by=user, person_id=member_id, role=act)
    else:
        raise Invalid(field="act")
    messages.success(request, _("Done."))
    return redirect("organisation")


@members_only
@limited_form()
def leave(request: HttpRequest) -> HttpResponse:
    """Asked once more, with what it means; the owner is told what stands against it."""
    user = viewer_of(request)
    mine = people.seat_of(user)
    if request.method == "POST":
        people.leave(user=user)
        messages.success(request, _("You left %(name)s.") % {"name": mine.organisation.name})
        return redirect("organisation")
    context = {"mine": mine, "organisation": mine.organisation, "stays": people.must_hand_over(user)}
    return render(request, "account/organisation/leave.html", context)


@members_only
@limited_form()
def dissolve(request: HttpRequest) -> HttpResponse:
    user = viewer_of(request)
    mine = people.owned_by(user)
    if request.method == "POST":
        people.dissolve(by=user)
        messages.success(request, _("%(name)s is no more.") % {"name": mine.organisation.name})
        return redirect("organisation")
    return render(request, "account/organisation/dissolve.html", {"organisation": mine.organisation})


@require_safe
@members_only
def use(request: HttpRequest) -> HttpResponse:
    """In figures only: how much each member used, never with whom or of what."""
    mine = people.run_by(viewer_of(request))
    found = use_of_members(mine.organisation)
    context = {
        "organisation": mine.organisation,
        "month": said(found.month),
        "plot": plot(found.days),
        "lines": lines_of(found.members),
        "caps": [cap_in_words(each) for each in found.caps],
        "requests": rate_in_words(found.requests) if found.requests else None,
        "months": months_until(timezone.now().date()),
    }
    return render(request, "account/organisation/use.html", context)


@require_safe
@members_only
def statement(request: HttpRequest, year: int, month: int) -> HttpResponse:
    """What members used in a month, by plan, and whether by an API key: as CSV."""
    mine = people.run_by(viewer_of(request))
    if not (2000 <= year <= 9998 and 1 <= month <= 12):
        raise NotFound
    lines = statement_of(mine.organisation, date(year, month, 1))
    return csv_file(f"organisation-use-{year}-{month:02}.csv", COLUMNS, lines)
