"""The queue of reports. Who may look (`view_report`) reads them, who may decide (`change_report`) closes them.

Of a report about one's own character one sees the reason alone: neither who it was, nor what they wrote.
"""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.errors import ContentLost, ProductError
from accounts.models import User
from characters.models import Visibility
from characters.queue_admin import edition_to_read, public_name
from moderation import age_admin, sanction_admin, selectors  # noqa: F401  they register themselves
from moderation.models import Report
from moderation.services.reports import MAY_DECIDE, dismiss_report, uphold_report

State = Report.State


class Standing(admin.SimpleListFilter):
    """What is open, unless one asks for more."""

    title = gettext_lazy("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("all", gettext_lazy("all")), *((code, name) for code, name in State.choices if code != State.OPEN)]

    def choices(self, changelist: Any) -> Any:
        still_open, *others = super().choices(changelist)
        yield still_open | {"display": State.OPEN.label}
        yield from others

    def queryset(self, request: HttpRequest, queryset: "QuerySet[Report]") -> "QuerySet[Report]":
        return queryset if self.value() == "all" else queryset.filter(state=self.value() or State.OPEN)


@admin.register(Report)
class ReportAdmin(admin.ModelAdmin):
    list_display = ("name", "reason", "author", "shown", "others", "state", "created_at")
    list_display_links = ("name",)
    list_filter = (Standing, "reason")
    list_select_related = ("version", "character__owner__profile")
    search_fields = ("=id", "=character__id", "version__name")
    ordering = ("id",)  # what has waited longest
    actions = ("close_as_unfounded",)
    show_full_result_count = False

    def get_queryset(self, request: HttpRequest) -> "QuerySet[Report]":
        return selectors.reports()

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    @admin.display(description=gettext_lazy("character"))
    def name(self, row: Report) -> str:
        return _("%(name)s, version %(number)s") % {"name": row.version.name, "number": row.version.number}

    @admin.display(description=gettext_lazy("author"))
    def author(self, row: Report) -> str:
        return public_name(row.character.owner) if row.character.owner else _("Dramatis company")

    @admin.display(description=gettext_lazy("who sees it"))
    def shown(self, row: Report) -> str:
        return str(Visibility(row.character.visibility).label)

    @admin.display(description=gettext_lazy("other open reports"))
    def others(self, row: Any) -> int:
        number: int = row.others
        return number

    @admin.action(description=gettext_lazy("Close as unfounded"), permissions=["change"])
    def close_as_unfounded(self, request: HttpRequest, chosen: "QuerySet[Report]") -> None:
        closed, refused = 0, set()
        for report in chosen:
            try:
                dismiss_report(report=report, by=_moderator(request))
            except ProductError as error:
                refused.add(str(error.message))
            else:
                closed += 1
                self.log_change(request, report, [{"changed": {"fields": [State.DISMISSED]}}])
        for told in refused:
            messages.error(request, told)
        if closed:
            messages.success(request, ngettext("%d report was closed.", "%d reports were closed.", closed) % closed)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        report = self.get_object(request, object_id)
        if report is None:
            raise Http404
        if not self.has_view_or_change_permission(request, report):
            raise PermissionDenied
        note = request.POST.get("note", "")
        if request.method == "POST" and self._decided(request, report, note):
            return HttpResponseRedirect(reverse("admin:moderation_report_changelist"))
        report.refresh_from_db()
        context = self.admin_site.each_context(request) | self._read(request, report) | {"note": note}
        return TemplateResponse(request, "admin/moderation/report/decide.html", context)

    def _decided(self, request: HttpRequest, report: Report, note: str) -> bool:
        hide = request.POST.get("decision") == "hide"
        try:
            decided = (uphold_report if hide else dismiss_report)(report=report, by=_moderator(request), note=note)
        except ProductError as error:
            messages.error(request, str(error.message))
            return False
        self.log_change(request, decided, [{"changed": {"fields": [decided.state]}}])
        told = _("%(name)s is hidden, and the author is told why.") if hide else _("The report of %(name)s is closed.")
        messages.success(request, told % {"name": report.version.name})
        return True

    def _read(self, request: HttpRequest, report: Report) -> dict[str, Any]:
        character = report.character
        own = request.user.pk == character.owner_id
        editions = list(character.versions.filter(number=report.version.number))
        editions.sort(key=lambda edition: edition.pk != report.version_id)
        may_decide = report.state == State.OPEN and request.user.has_perm(MAY_DECIDE)
        return {
            "title": self.name(report),
            "opts": self.opts,
            "report": report,
            "author": self.author(report),
            "reporter": "" if own or report.reporter is None else public_name(report.reporter),
            "written": "" if own else _written(report),
            "own": own,
            "others": [] if own else selectors.others_of(report),
            "editions": [edition_to_read(edition) for edition in editions],
            "on_stage": character.published,
            "may_decide": may_decide and request.user.pk not in (character.owner_id, report.reporter_id),
            "people": reverse("admin:accounts_user_changelist"),
        }


def _moderator(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user


def _written(report: Report) -> str:
    try:
        return selectors.text_of(report)
    except ContentLost as lost:
        return str(lost.message)
