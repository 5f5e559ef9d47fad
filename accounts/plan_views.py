"""“Your plan”: what it allows, what others allow, codes that give one for a time, and paying for one."""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST, require_safe

from accounts import vouchers
from accounts.errors import ProductError
from accounts.forms import Styled
from accounts.ids import uuid7
from accounts.models import Plan, User
from accounts.payments.services import begin_to_pay, paid_plans, running, take_event, where_to_manage
from accounts.spending.words import tokens
from accounts.terms import terms_of
from accounts.views import limited_form, members_only

MAX_EVENT = 512 * 1024
TOLD = (
    ("per_hour", gettext_lazy("Requests an hour")),
    ("messages_per_day", gettext_lazy("Messages a day")),
    ("turns_at_once", gettext_lazy("Replies at once")),
    ("embedded_per_day", gettext_lazy("Letters to read a day")),
    ("spoken_per_day", gettext_lazy("Letters spoken a day")),
    ("key_per_hour", gettext_lazy("Requests an hour of one API key")),
    ("most_rooms", gettext_lazy("Rooms")),
)


class CodeForm(Styled, forms.Form):
    code = forms.CharField(
        label=gettext_lazy("Voucher code"),
        max_length=60,
        help_text=gettext_lazy("Capitals and dashes do not matter."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
    )


@require_safe
@login_required
def plan(request: HttpRequest) -> HttpResponse:
    user = _viewer(request)
    offered = paid_plans()
    context = {
        "plan": user.plan,
        "terms": terms_of(user),
        "subscription": running(user),
        "guest": user.is_guest,
        "offered": [] if user.is_guest else [each for each in offered if each.rank > user.plan.rank],
        "table": _table(user.plan, offered),
        "once": uuid7(),
    }
    return render(request, "account/plan.html", context)


@members_only
@limited_form("10/m", closed=True)
@sensitive_post_parameters("code")
def redeem(request: HttpRequest) -> HttpResponse:
    form = CodeForm(request.POST if request.method == "POST" else None)
    status = 200
    if request.method == "POST":
        status = 400
        if form.is_valid():
            try:
                term = vouchers.redeem(user=_viewer(request), code=form.cleaned_data["code"])
            except ProductError as error:
                form.add_error("code", str(error.message))
                status = error.status
            else:
                until = {"plan": term.plan, "day": date_format(term.ends_at, "DATE_FORMAT")}
                messages.success(request, _("%(plan)s is yours until %(day)s.") % until)
                return redirect("plan")
    return render(request, "account/redeem.html", {"form": form}, status=status)


@require_POST
@members_only
@limited_form("10/m", closed=True)
def pay(request: HttpRequest, code: str) -> HttpResponse:
    """A page that leads on: this house's pages send no form to another one."""
    once = request.POST.get("once", "")[:36]
    address = begin_to_pay(
        user=_viewer(request), plan=code, once=f"{_viewer(request).pk}:{code}:{once}", **_ways_back(request)
    )
    wanted = Plan.objects.get(pk=code)
    return render(request, "account/pay.html", {"address": address, "wanted": wanted})


@require_POST
@members_only
@limited_form("10/m", closed=True)
def manage(request: HttpRequest) -> HttpResponse:
    address = where_to_manage(user=_viewer(request), back=_ways_back(request)["back"])
    return render(request, "account/pay.html", {"address": address, "wanted": None})


@csrf_exempt
@require_POST
def stripe(request: HttpRequest) -> HttpResponse:
    """What Stripe tells. Its signature is the key to this door; anything else is told that nothing is here."""
    take_event(request.read(MAX_EVENT), request.headers)
    return HttpResponse(status=204)


def _ways_back(request: HttpRequest) -> dict[str, str]:
    back = request.build_absolute_uri(reverse("plan"))
    return {"back": back, "done": f"{back}?paid=1"}


def _table(mine: Plan, offered: list[Plan]) -> dict[str, Any]:
    """What one has beside what one could have."""
    columns = [mine, *(each for each in offered if each.pk != mine.pk)]
    lines = [
        {"name": name, "cells": [_amount(getattr(each, field)) for each in columns]}
        for field, name in TOLD
        if any(getattr(each, field) is not None for each in columns)
    ]
    return {"columns": columns, "lines": lines}


def _amount(limit: int | None) -> str:
    return _("any number") if limit is None else tokens(limit)


def _viewer(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user
