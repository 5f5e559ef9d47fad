"""What is done with what people say: their choices, who can read it, and that nobody sells it."""

from urllib.parse import urlsplit

from django.apps import apps
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.consents.answers import SIGNALLED, agrees, answer, choices_of, history_of
from accounts.errors import Invalid
from accounts.models import DataUse, User
from accounts.views import limited_form

GPC_SINCE = "2026-11-29"


@require_safe
@login_required
def privacy(request: HttpRequest) -> HttpResponse:
    assert isinstance(request.user, User)
    choices = [
        {
            "choice": each,
            "said": each.words.in_language(),
            "signal": each.answer is not None and each.answer.source == "gpc",
        }
        for each in choices_of(request.user)
    ]
    history = [{"answer": row, "said": words.in_language(row.language)} for row, words in history_of(request.user)]
    context = {"choices": choices, "history": history, "signal": request.headers.get("Sec-GPC") == "1"}
    return render(request, "account/privacy.html", context)


@require_POST
@login_required
@limited_form()
def consent(request: HttpRequest) -> HttpResponse:
    """`purpose`, `given` (1 or 0), and the `version` of the words that were read."""
    assert isinstance(request.user, User)
    purpose, given, version = (request.POST.get(name, "") for name in ("purpose", "given", "version"))
    if purpose not in DataUse.values:
        raise Invalid(field="purpose")
    if given not in ("0", "1"):
        raise Invalid(field="given")
    answer(
        user=request.user,
        purpose=DataUse(purpose),
        given=given == "1",
        version=int(version) if version.isascii() and version.isdigit() and len(version) < 6 else 0,
    )
    messages.success(request, _("Kept. It holds from now on."))
    return redirect(reverse("privacy") + f"#{purpose}")


@require_safe
def who_reads(request: HttpRequest) -> HttpResponse:
    """Everybody may know, also who has no account yet."""
    return render(request, "account/who_reads.html", {"hosts": _hosts(), "understudy": settings.STANDIN_ANSWERS})


@require_safe
def do_not_sell(request: HttpRequest) -> HttpResponse:
    signed_in = isinstance(request.user, User)
    context = {
        "signal": request.headers.get("Sec-GPC") == "1",
        "signed_in": signed_in,
        "all_off": signed_in and not any(agrees(request.user, purpose) for purpose in SIGNALLED),  # type: ignore[arg-type]
    }
    return render(request, "account/do_not_sell.html", context)


@require_safe
def gpc(request: HttpRequest) -> JsonResponse:
    """As the Global Privacy Control specification has it: this house abides by the signal."""
    return JsonResponse({"gpc": True, "lastUpdate": GPC_SINCE})


def _hosts() -> list[str]:
    """Where models answer: what is said is sent there."""
    endpoint = apps.get_model("inference", "Endpoint")
    addresses = list(endpoint._default_manager.filter(enabled=True).values_list("base_url", flat=True))
    addresses = addresses or [settings.MODEL_BASE_URL]
    return sorted({urlsplit(address).hostname or address for address in addresses})
