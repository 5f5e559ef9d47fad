"""The queue of what authors want to show others, for any kind of work: all of it to read, and two buttons.

Who may look (`view_publication`) sees the queue, who may decide (`change_publication`) the buttons; never on their own.
"""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet, Subquery
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.admin_columns import ReadOnly
from accounts.errors import ProductError
from accounts.models import User
from characters.checks import Finding, says
from characters.models import PublishingRequest
from characters.selectors.publications import last_decided, standing_of
from characters.services.requests import MAY_DECIDE, MAY_LOOK

State = PublishingRequest.State


class Standing(admin.SimpleListFilter):
    """What waits, unless one asks for more."""

    title = gettext_lazy("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("all", gettext_lazy("all")), *((code, name) for code, name in State.choices if code != State.WAITING)]

    def choices(self, changelist: Any) -> Any:
        waiting, *others = super().choices(changelist)
        yield waiting | {"display": State.WAITING.label}
        yield from others

    def queryset(self, request: HttpRequest, queryset: "QuerySet[Any]") -> "QuerySet[Any]":
        if self.value() == "all":
            return queryset
        return queryset.filter(state=self.value() or State.WAITING)


class RequestAdmin(ReadOnly):
    """Of one kind of work. Its admin says how to decide, what is read, and with which template."""

    list_display = ("name", "author", "visibility", "rating", "objections", "state", "created_at")
    list_display_links = ("name",)
    ordering = ("id",)  # who asked first
    actions = None
    show_full_result_count = False

    decide: Callable[..., PublishingRequest]
    decide_template = ""

    def texts(self, asked: Any) -> dict[str, Any]:
        """For the template: all that would be shown or told, and `mark`, `checked`: what rules find of it now."""
        raise NotImplementedError

    def get_queryset(self, request: HttpRequest) -> "QuerySet[Any]":
        alive = super().get_queryset(request).filter(**{f"{self.model.of}__deleted_at": None})
        return alive.defer(*self.model.heavy).annotate(stands=Subquery(last_decided(self.model).values("state")[:1]))

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return request.user.has_perm(MAY_LOOK) or request.user.has_perm(MAY_DECIDE)

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return request.user.has_perm(MAY_DECIDE)

    @admin.display(description=gettext_lazy("work"))
    def name(self, row: Any) -> str:
        return _("%(name)s, version %(number)s") % {"name": row.name, "number": row.version.number}

    @admin.display(description=gettext_lazy("author"))
    def author(self, row: PublishingRequest) -> str:
        return public_name(row.asked_by)

    @admin.display(description=gettext_lazy("content rating"))
    def rating(self, row: PublishingRequest) -> str:
        return str(row.work.get_rating_display())

    @admin.display(description=gettext_lazy("objections"))
    def objections(self, row: Any) -> SafeString | str:
        against: list[SafeString | str] = []
        if row.state == State.WAITING and row.stands == State.HIDDEN:
            against.append(_("hidden by a moderator"))
        if count := len(row.findings):
            rules = "; ".join(dict.fromkeys(says(each["rule"]) for each in row.findings))
            found = ngettext("%d finding", "%d findings", count) % count
            against.append(format_html('<span title="{}">{}</span>', rules, found))
        return format_html_join(", ", "{}", ((each,) for each in against)) or "–"

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        asked = self.get_object(request, object_id)
        if asked is None:
            raise Http404
        if not self.has_view_permission(request, asked):
            raise PermissionDenied
        reason = ""
        if request.method == "POST":
            reason = request.POST.get("reason", "")
            if self._decided(request, asked, reason):
                return HttpResponseRedirect(self._list_url())
            asked.refresh_from_db()
        context = self.admin_site.each_context(request) | self._read(request, asked) | {"reason": reason}
        return TemplateResponse(request, self.decide_template, context)

    def _list_url(self) -> str:
        return reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_changelist")

    def _decided(self, request: HttpRequest, asked: Any, reason: str) -> bool:
        assert isinstance(request.user, User)
        granted = request.POST.get("decision") == "grant"
        mark = request.POST.get("mark", "")
        try:
            type(self).decide(publication=asked, by=request.user, granted=granted, reason=reason, mark=mark)
        except ProductError as error:
            messages.error(request, str(error.message))
            return False
        self.log_change(request, asked, [{"changed": {"fields": [State.GRANTED if granted else State.REFUSED]}}])
        told = _("%(name)s is on stage.") if granted else _("%(name)s was refused, and the author is told why.")
        messages.success(request, told % {"name": asked.name})
        return True

    def _read(self, request: HttpRequest, asked: Any) -> dict[str, Any]:
        own = request.user.pk in (asked.asked_by_id, asked.work.owner_id)
        standing, waits = standing_of(asked.work), asked.state == State.WAITING
        texts = self.texts(asked)
        checked: list[Finding] = texts.pop("checked")
        others = self.model._default_manager.filter(asked_by=asked.asked_by).exclude(pk=asked.pk)
        return texts | {
            "title": self.name(asked),
            "opts": self.opts,
            "list_url": self._list_url(),
            "asked": asked,
            "work": asked.work,
            "author": public_name(asked.asked_by),
            "people_url": f"{reverse('admin:accounts_user_changelist')}?{urlencode({'q': asked.asked_by_id})}",
            "history": others.defer(*self.model.heavy).order_by("-id")[:10],
            "hidden": standing.decided if standing.hidden and waits else None,
            "findings": [{"says": says(each.rule), **each.as_dict()} for each in checked],
            "tags": [f"{tag.name_en} / {tag.name_zh}" for tag in asked.work.tags.all()],
            "own": own,
            "may_decide": not own and waits and request.user.has_perm(MAY_DECIDE),
        }


def public_name(user: User) -> str:
    profile = getattr(user, "profile", None)
    return (profile.name if profile else "") or _("without a name")
