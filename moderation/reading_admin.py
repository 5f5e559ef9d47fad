"""Break glass in the admin: asking to read a whole talk, agreeing to it, reading it while it is open.

`admin:moderation_reading_ask` at …/reading/ask/?talk=<conversation>     admin/moderation/reading/ask.html
`admin:moderation_reading_change`                                        admin/moderation/reading/page.html
    POST says in `do`: agree, refuse, end; `read` answers with the talk.
"""

from typing import Any
from uuid import UUID

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext
from django.views.decorators.http import require_http_methods

from accounts.admin_columns import ReadOnly, short
from accounts.errors import ProductError
from accounts.models import User
from characters.requests_admin import public_name
from moderation.models import Reading
from moderation.services import readings
from moderation.subjects import Line

ACTS = {"agree": readings.agree, "refuse": readings.refuse, "end": readings.end}


@admin.register(Reading)
class ReadingAdmin(ReadOnly):
    list_display = ("short_talk", "asker", "asked_at", "standing", "until")
    list_select_related = ("asked_by__profile", "decided_by__profile")
    search_fields = ("=id", "=conversation")
    show_full_result_count = False

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view(require_http_methods(["GET", "HEAD", "POST"])(self.ask_view))
        return [path("ask/", view, name="moderation_reading_ask"), *super().get_urls()]

    @admin.display(description=gettext_lazy("conversation"))
    def short_talk(self, row: Reading) -> Any:
        return short(row.conversation)

    @admin.display(description=gettext_lazy("asked by"))
    def asker(self, row: Reading) -> str:
        return public_name(row.asked_by) if row.asked_by else "–"

    @admin.display(description=gettext_lazy("standing"))
    def standing(self, row: Reading) -> str:
        if row.waits:
            return _("waits for a second person")
        if row.until is None:
            return _("refused")
        return pgettext("a talk to its reader", "open") if row.open else _("over")

    def ask_view(self, request: HttpRequest) -> HttpResponse:
        if not request.user.has_perm(readings.MAY_READ):
            raise PermissionDenied
        talk, reason = _id(request.POST.get("talk") or request.GET.get("talk", "")), request.POST.get("reason", "")
        if request.method == "POST" and talk is not None:
            try:
                asked = readings.ask_to_read(conversation=talk, by=_by(request), reason=reason)
            except ProductError as error:
                messages.error(request, str(error.message))
            else:
                messages.success(request, _("A second person has to agree."))
                return HttpResponseRedirect(reverse("admin:moderation_reading_change", args=[asked.pk]))
        context = self.admin_site.each_context(request) | {
            "title": _("Ask to read a whole talk"),
            "opts": self.opts,
            "talk": talk or "",
            "reason": reason,
        }
        return TemplateResponse(request, "admin/moderation/reading/ask.html", context)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        row = self.get_object(request, object_id)
        if row is None:
            raise Http404
        if not self.has_view_permission(request, row):
            raise PermissionDenied
        lines: list[Line] | None = None
        earlier: UUID | None = None
        if request.method == "POST":
            try:
                lines, earlier = self._do(request, row)
            except ProductError as error:
                messages.error(request, str(error.message))
            row.refresh_from_db()
        by = _by(request)
        asks = by.pk == row.asked_by_id
        context = self.admin_site.each_context(request) | {
            "title": _("Reading of a talk"),
            "opts": self.opts,
            "reading": row,
            "standing": self.standing(row),
            "asker": self.asker(row),
            "second": public_name(row.decided_by) if row.decided_by else "",
            "may_decide": row.waits and not asks and by.has_perm(readings.MAY_READ),
            "may_read": row.open and asks,
            "may_end": row.open and by.pk in (row.asked_by_id, row.decided_by_id),
            "lines": lines,
            "earlier": earlier,
        }
        return TemplateResponse(request, "admin/moderation/reading/page.html", context)

    def _do(self, request: HttpRequest, row: Reading) -> tuple[list[Line] | None, UUID | None]:
        do = request.POST.get("do", "")
        if do == "read":
            return readings.read(reading_id=row.pk, by=_by(request), before=_id(request.POST.get("before", "")))
        if do not in ACTS:
            raise Http404
        ACTS[do](reading_id=row.pk, by=_by(request))
        messages.success(request, _("Done. It is in the audit log."))
        return None, None


def _id(written: str) -> UUID | None:
    try:
        return UUID(written.strip())
    except ValueError:
        return None


def _by(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user
