"""Notices of rights holders in the admin: read by who may look, decided by who may decide."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.admin_columns import ReadOnly
from accounts.encryption import Place
from accounts.errors import ProductError
from accounts.models import User
from moderation.models import Case, RightsNotice
from moderation.selectors.notices import opened
from moderation.services import rights
from moderation.subjects import made_of

DECISIONS: dict[str, Callable[..., RightsNotice]] = {
    "hide": rights.uphold,
    "refuse": rights.refuse,
    "restore": rights.restore,
    "keep": rights.keep,
}


@admin.register(RightsNotice)
class RightsNoticeAdmin(ReadOnly):
    list_display = ("of", "kind", "holder", "state", "created_at", "countered_at", "decided_at")
    list_filter = ("state",)
    list_select_related = ("version", "story_version")
    show_full_result_count = False

    def get_queryset(self, request: HttpRequest) -> QuerySet[RightsNotice]:
        return super().get_queryset(request).defer("story_version__source", "story_version__report")

    @admin.display(description=gettext_lazy("what"))
    def of(self, row: RightsNotice) -> str:
        return made_of(row.kind).named(row.on_stage)

    @admin.display(description=gettext_lazy("kind"))
    def kind(self, row: RightsNotice) -> str:
        return str(Case.Kind(row.kind).label)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        notice = self.get_object(request, object_id)
        if notice is None:
            raise Http404
        if not self.has_view_permission(request, notice):
            raise PermissionDenied
        reason = request.POST.get("reason", "")
        if request.method == "POST" and self._decided(request, notice, reason):
            return HttpResponseRedirect(reverse("admin:moderation_rightsnotice_changelist"))
        notice.refresh_from_db()
        assert isinstance(request.user, User)
        own = rights.had_a_hand(notice, request.user)
        context = self.admin_site.each_context(request) | {
            "title": self.of(notice),
            "page": reverse(made_of(notice.kind).page, args=[notice.subject_id]),
            "kind": self.kind(notice),
            "opts": self.opts,
            "notice": notice,
            "own": own,
            "counter": opened(notice.counter, Place(rights.COUNTER_TABLE, notice.pk)),
            "reason": reason,
            "may_decide": request.user.has_perm(rights.MAY_DECIDE) and not own,
        }
        return TemplateResponse(request, "admin/moderation/rightsnotice/decide.html", context)

    def _decided(self, request: HttpRequest, notice: RightsNotice, reason: str) -> bool:
        decide = DECISIONS.get(request.POST.get("decision", ""))
        assert isinstance(request.user, User)
        if decide is None:
            return False
        try:
            decide(notice=notice, by=request.user, reason=reason)
        except ProductError as error:
            messages.error(request, str(error.message))
            return False
        messages.success(request, _("The notice is decided."))
        return True
