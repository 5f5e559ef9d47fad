"""The page on which somebody reports what others made: without a script, and for who came without an account too.

moderation/report.html
    kind, name, language   what is reported; `back_url`: its page
    form                   ReportForm: reason, text
    already                Report or None: what this visitor said before, while nobody has decided on it
    refused                ProductError or None: why it was not taken; what was typed is kept
  POST leads back. Who came without an account becomes a guest, as whoever begins a talk.
"""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.errors import Invalid, NotFound, ProductError
from accounts.guests import get_or_create_guest
from accounts.limits import client_ip
from moderation.forms import ReportForm
from moderation.selectors.reports import open_report_of
from moderation.services.reports import report
from moderation.subjects import subject_of


def reportable(request: HttpRequest, kind: str, subject: UUID) -> None:
    """Raises NotFound for what this visitor may not see, YourOwn."""
    subject_of(kind).reportable(user=request.user, subject=subject)


def reporting(
    request: HttpRequest, kind: str, subject: UUID, *, page: str, name: str, language: str, back: str = ""
) -> HttpResponse:
    """What is `reportable`; `page` names the address it has, `back` is another one to go back to."""
    back = back or reverse(page, args=[subject])
    form = ReportForm(request.POST if request.method == "POST" else None)
    refused: ProductError | None = None
    if request.method == "POST" and form.is_valid():
        said = {name: form.cleaned_data[name] for name in ("reason", "text")}
        try:
            user = get_or_create_guest(request)
            report(user=user, kind=kind, subject=subject, ip=client_ip(request), **said)
        except NotFound:
            raise
        except Invalid as error:
            form.add_error(error.extra["field"], str(error.message))
        except ProductError as error:
            refused = error
        else:
            messages.success(request, _("Thank you. A moderator looks at it."))
            return redirect(back)
    context = {
        "kind": kind,
        "name": name,
        "language": language,
        "back_url": back,
        "form": form,
        "already": open_report_of(user=request.user, kind=kind, subject=subject),
        "refused": refused,
    }
    status = refused.status if refused else 400 if form.errors else 200
    return render(request, "moderation/report.html", context, status=status)
