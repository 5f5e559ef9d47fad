"""Prompts in the admin: write a version, try it, compare it, put it in force and take it back.

Tried on made-up talks and on one's own: nobody reads a talk of others here (`inference.samples`).
"""

from typing import Any, NamedTuple

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from inference.base import Line
from inference.models import PromptMove, PromptVersion
from inference.prompts import Unfit, shipped
from inference.prompts.compare import side_by_side
from inference.prompts.marked import UNSTORABLE
from inference.prompts.versions import next_patch
from inference.samples import rendered, samples_of
from inference.selectors import live_versions, moves_of, shelf_with_live
from inference.services.prompts import (
    CannotMove,
    checked_text,
    promote_version,
    rewrite_version,
    roll_back,
    write_version,
)

State = PromptVersion.State
MAY_PROMOTE = "inference.promote_promptversion"
MOVES_SHOWN = 10


class Written(NamedTuple):
    """The form as it was sent, or as it begins."""

    name: str
    text: str
    note: str
    sample: str


@admin.register(PromptVersion)
class PromptVersionAdmin(admin.ModelAdmin):
    list_display = ("name", "version", "state", "note", "shipped", "created_by", "created_at")
    list_filter = ("name", "state", "shipped")
    list_select_related = ("created_by",)
    search_fields = ("name", "version", "note")
    actions = None
    change_list_template = "admin/inference/promptversion/list.html"

    def has_delete_permission(self, request: HttpRequest, obj: PromptVersion | None = None) -> bool:
        # What was in force is what replies were made by.
        return super().has_delete_permission(request, obj) and (obj is None or obj.state == State.DRAFT)

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        live = dict(live_versions().values_list("name", "version"))
        _shelf, unfit = shelf_with_live()
        told = [
            {
                "name": name,
                "description": source.description,
                "shipped": source.version,
                "live": live.get(name, ""),
                "unfit": any(row.name == name for row in unfit),
            }
            for name, source in shipped().sources.items()
        ]
        return super().changelist_view(request, {"prompts": told, **(extra_context or {})})

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        row = self._row(request, object_id)
        if row is None and not self.has_add_permission(request):
            raise PermissionDenied
        if row is None and not request.POST.get("name", request.GET.get("name")):
            # A new version is one of something: the list offers what there is.
            return HttpResponseRedirect(reverse("admin:inference_promptversion_changelist"))
        written = self._written(request, row)
        context: dict[str, Any] = {"problems": [], "lines": [], "checked": False}
        if request.method == "POST":
            try:
                if (answer := self._done(request, row, written, context)) is not None:
                    return answer
            except Unfit as unfit:
                context["problems"] = [(each, each.told(_)) for each in unfit.problems]
            except CannotMove as error:
                messages.error(request, error.reason.told(_))
        return TemplateResponse(
            request,
            "admin/inference/promptversion/write.html",
            self.admin_site.each_context(request) | self._shown(request, row, written) | context,
        )

    def _row(self, request: HttpRequest, object_id: str | None) -> PromptVersion | None:
        if object_id is None:
            return None
        row: PromptVersion | None = self.get_object(request, object_id)
        if row is None:
            raise Http404
        if not self.has_view_or_change_permission(request, row):
            raise PermissionDenied
        return row

    def _written(self, request: HttpRequest, row: PromptVersion | None) -> Written:
        name = row.name if row else request.POST.get("name", request.GET.get("name", ""))
        if not row and name not in shipped().sources:
            raise Http404
        if request.method == "POST":
            # Browsers send lines as of old.
            text = request.POST.get("text", "").replace("\r\n", "\n")
            if row and row.state != State.DRAFT:
                text = row.text
            note = UNSTORABLE.sub("", request.POST.get("note", ""))[:200]
            return Written(name, text, note, request.POST.get("sample", ""))
        if row:
            return Written(name, row.text, row.note, "")
        return Written(name, _begun(name), "", "")

    def _done(
        self, request: HttpRequest, row: PromptVersion | None, written: Written, context: dict[str, Any]
    ) -> HttpResponse | None:
        """An answer where something was stored; else what was found is in the context. Raises Unfit, CannotMove."""
        todo = request.POST.get("do")
        if todo == "save":
            return self._save(request, row, written)
        if todo in ("promote", "rollback"):
            return self._move(request, row, written, todo)
        source = checked_text(written.name, written.text)
        context["checked"] = True
        if todo == "try":
            shelf = shelf_with_live()[0].with_these([source])
            try:
                context["lines"] = self._tried(written, shelf, request)
            except LookupError:
                messages.error(request, _("That is not something it can be tried on."))
        return None

    def _tried(self, written: Written, shelf: Any, request: HttpRequest) -> list[Line]:
        return rendered(written.name, written.sample, shelf, request.user)

    def _save(self, request: HttpRequest, row: PromptVersion | None, written: Written) -> HttpResponse:
        if row is None:
            kept = write_version(name=written.name, text=written.text, note=written.note, by=request.user)
            self.log_addition(request, kept, [{"added": {}}])
        else:
            if not self.has_change_permission(request, row):
                raise PermissionDenied
            kept = rewrite_version(version=row, text=written.text, note=written.note)
            self.log_change(request, kept, [{"changed": {"fields": ["text"]}}])
        messages.success(request, _("%(prompt)s is kept as a draft.") % {"prompt": kept})
        return HttpResponseRedirect(reverse("admin:inference_promptversion_change", args=[kept.pk]))

    def _move(self, request: HttpRequest, row: PromptVersion | None, written: Written, todo: str) -> HttpResponse:
        if row is None or not request.user.has_perm(MAY_PROMOTE):
            raise PermissionDenied
        written = written if self.has_change_permission(request, row) else Written(row.name, row.text, row.note, "")
        if todo == "promote":
            if row.state == State.DRAFT and (written.text, written.note) != (row.text, row.note):
                # What is put in force is what stands on the page.
                row = rewrite_version(version=row, text=written.text, note=written.note)
            move = promote_version(version=row, by=request.user)
            told = _("%(prompt)s is in force. Every server follows within seconds.") % {"prompt": row}
        else:
            move = roll_back(name=row.name, by=request.user, only=row)
            after = move.after or _("the shipped file")
            told = _("%(name)s is taken back: %(version)s is in force.") % {"name": row.name, "version": after}
        self.log_change(request, row, [{"changed": {"fields": [PromptMove.Action(move.action).value]}}])
        messages.success(request, told)
        return HttpResponseRedirect(reverse("admin:inference_promptversion_change", args=[row.pk]))

    def _shown(self, request: HttpRequest, row: PromptVersion | None, written: Written) -> dict[str, Any]:
        may_change = row is None or (row.state == State.DRAFT and self.has_change_permission(request, row))
        against = request.GET.get("with", "")
        compared = self._compared(row, written, against)
        return {
            "title": str(row) if row else _("A new version of %(name)s") % {"name": written.name},
            "opts": self.opts,
            "row": row,
            "written": written,
            "may_change": may_change,
            "may_promote": row and row.state != State.LIVE and request.user.has_perm(MAY_PROMOTE),
            "may_roll_back": row and row.state == State.LIVE and request.user.has_perm(MAY_PROMOTE),
            "samples": samples_of(written.name, request.user),
            "against": against,
            "others": self._others(row, written.name),
            "rows": compared,
            "moves": moves_of(written.name).select_related("by")[:MOVES_SHOWN],
        }

    def _others(self, row: PromptVersion | None, name: str) -> list[str]:
        versions = PromptVersion.objects.filter(name=name).values_list("version", flat=True)
        return [version for version in versions if row is None or version != row.version]

    def _compared(self, row: PromptVersion | None, written: Written, against: str) -> Any:
        other = PromptVersion.objects.filter(name=written.name, version=against).first() if against else None
        return side_by_side(other.text, written.text) if other else None


def _begun(name: str) -> str:
    """What is in force, as the next version."""
    shelf, _unfit = shelf_with_live()
    source = shelf.sources[name]
    taken = set(PromptVersion.objects.filter(name=name).values_list("version", flat=True))
    version = next_patch(source.version)
    while version in taken:
        version = next_patch(version)
    return source.text.replace(f"version: {source.version}", f"version: {version}", 1)
