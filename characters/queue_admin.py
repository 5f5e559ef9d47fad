"""The queue of moderators: what authors want to show others. All of it to read, and two buttons.

Who may look (`view_publication`) sees the queue, who may decide (`change_publication`) the buttons; never on their own.
"""

import base64
from typing import Any
from urllib.parse import urlencode

from django.contrib import admin, messages
from django.contrib.admin.utils import label_for_field
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet, Subquery
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.errors import ProductError
from accounts.models import User
from characters.checks import says
from characters.content import content_of
from characters.models import CharacterVersion, Publication
from characters.pictures import picture
from characters.queue_told import changes_in, texts_in
from characters.selectors.publications import last_decided, standing_of
from characters.selectors.stage import told_now, told_on_stage
from characters.services.publishing import MAY_DECIDE, check_before_publishing, decide, mark_of

State = Publication.State
# In the order in which one meets a character: what players read, then what only the model is told.
SHOWN = ("tagline", "epithet", "about", "creator_notes")
TOLD = ("nickname", "description", "personality", "scenario", "examples", "system_prompt", "post_history_instructions")


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

    def queryset(self, request: HttpRequest, queryset: "QuerySet[Publication]") -> "QuerySet[Publication]":
        if self.value() == "all":
            return queryset
        return queryset.filter(state=self.value() or State.WAITING)


@admin.register(Publication)
class PublicationAdmin(admin.ModelAdmin):
    list_display = ("name", "author", "visibility", "rating", "objections", "state", "created_at")
    list_display_links = ("name",)
    list_filter = (Standing, "visibility", "character__rating")
    list_select_related = ("version", "character", "asked_by__profile")
    search_fields = ("=id", "=character__id", "version__name")
    ordering = ("id",)  # who asked first
    actions = None
    show_full_result_count = False

    def get_queryset(self, request: HttpRequest) -> "QuerySet[Publication]":
        alive = super().get_queryset(request).filter(character__deleted_at=None)
        return alive.annotate(stands=Subquery(last_decided().values("state")[:1]))

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    @admin.display(description=gettext_lazy("character"))
    def name(self, row: Publication) -> str:
        if row.lore_alone:
            return _("%(name)s, lore and knowledge") % {"name": row.version.name}
        return _("%(name)s, version %(number)s") % {"name": row.version.name, "number": row.version.number}

    @admin.display(description=gettext_lazy("author"))
    def author(self, row: Publication) -> str:
        return public_name(row.asked_by)

    @admin.display(description=gettext_lazy("content rating"))
    def rating(self, row: Publication) -> str:
        return row.character.get_rating_display()

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
        if not self.has_view_or_change_permission(request, asked):
            raise PermissionDenied
        reason = ""
        if request.method == "POST":
            reason = request.POST.get("reason", "")
            if self._decided(request, asked, reason):
                return HttpResponseRedirect(reverse("admin:characters_publication_changelist"))
            asked.refresh_from_db()
        context = self.admin_site.each_context(request) | self._read(request, asked) | {"reason": reason}
        return TemplateResponse(request, "admin/characters/publication/decide.html", context)

    def _decided(self, request: HttpRequest, asked: Publication, reason: str) -> bool:
        assert isinstance(request.user, User)
        granted = request.POST.get("decision") == "grant"
        mark = request.POST.get("mark", "")
        try:
            decide(publication=asked, by=request.user, granted=granted, reason=reason, mark=mark)
        except ProductError as error:
            messages.error(request, str(error.message))
            return False
        self.log_change(request, asked, [{"changed": {"fields": [State.GRANTED if granted else State.REFUSED]}}])
        told = _("%(name)s is on stage.") if granted else _("%(name)s was refused, and the author is told why.")
        messages.success(request, told % {"name": asked.version.name})
        return True

    def _read(self, request: HttpRequest, asked: Publication) -> dict[str, Any]:
        character = asked.character
        editions = list(character.versions.filter(number=asked.version.number))
        editions.sort(key=lambda edition: edition.pk != asked.version_id)
        # Anew: lore and tags may have changed since.
        findings = check_before_publishing(asked.version)
        now, was = told_now(character.pk), told_on_stage(character.pk)
        own = request.user.pk in (asked.asked_by_id, character.owner_id)
        standing = standing_of(character)
        return {
            "title": self.name(asked),
            "opts": self.opts,
            "asked": asked,
            "author": public_name(asked.asked_by),
            "history": Publication.objects.filter(asked_by=asked.asked_by).exclude(pk=asked.pk).order_by("-id")[:10],
            "editions": [edition_to_read(edition) for edition in editions],
            "hidden": standing.decided if standing.hidden and standing.waiting == asked else None,
            "findings": [{"says": says(each.rule), **each.as_dict()} for each in findings],
            "tags": [f"{tag.name_en} / {tag.name_zh}" for tag in character.tags.all()],
            "changes": changes_in(was, now),
            "told": list(texts_in(now)),
            "mark": mark_of(character, now),
            "own": own,
            "may_decide": not own and asked.state == State.WAITING and request.user.has_perm(MAY_DECIDE),
            "people_url": f"{reverse('admin:accounts_user_changelist')}?{urlencode({'q': asked.asked_by_id})}",
        }


def public_name(user: User) -> str:
    profile = getattr(user, "profile", None)
    return (profile.name if profile else "") or _("without a name")


def edition_to_read(edition: CharacterVersion) -> dict[str, Any]:
    """The texts of an edition, those marked that differ from what others see now."""
    on_stage = edition.character.published
    seen = on_stage and edition.character.versions.filter(number=on_stage.number, language=edition.language).first()
    before = content_of(seen) if seen and seen.pk != edition.pk and edition.character.visibility != "private" else None
    now = content_of(edition)

    def told(field: str) -> dict[str, Any]:
        return {
            "label": label_for_field(field, CharacterVersion),
            "text": now[field],
            "changed": before is not None and before[field] != now[field],
        }

    return {
        "version": edition,
        "portrait": _portrait(edition),
        "shown": [told(field) for field in SHOWN if now[field]],
        "greetings": now["greetings"],
        "greetings_changed": before is not None and before["greetings"] != now["greetings"],
        "told": [told(field) for field in TOLD if now[field]],
        "depth_prompt": now["depth_prompt"].get("text", ""),
    }


def _portrait(edition: CharacterVersion) -> str:
    """Inside the page: nobody but its author may fetch the picture of what is private."""
    if edition.picture is not None:
        kind, data = edition.picture.content_type, bytes(edition.picture.data)
    else:
        kind, data = "image/svg+xml", picture(edition.portrait, "calm").svg
    return f"data:{kind};base64,{base64.b64encode(data).decode()}"
