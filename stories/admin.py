"""Stories: whose, how visible, how often played; and the queue of what authors want to show others."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.admin_columns import ReadOnly, short_id, short_owner
from accounts.errors import ProductError
from accounts.models import User
from characters.checks import says
from characters.queue_admin import Standing, public_name
from characters.selectors import language_of
from characters.services.publishing import MAY_DECIDE
from stories.books import book_of
from stories.models import Story, StoryPublication, StoryVersion
from stories.models.publication import State
from stories.selectors.publications import standing_of
from stories.services.publishing import check_before_publishing, decide, mark_of
from stories.texts import texts_of

MAY_LOOK = "characters.view_publication"


@admin.register(Story)
class StoryAdmin(ReadOnly):
    list_display = (short_id, "slug", short_owner, "kind", "visibility", "rating", "plays", "created_at", "deleted_at")
    list_filter = ("kind", "visibility", "rating")
    fields = (
        "id",
        "slug",
        "owner",
        "kind",
        "visibility",
        "rating",
        "plays",
        "published_at",
        "created_at",
        "updated_at",
        "deleted_at",
    )
    search_fields = ("=id", "=owner__id", "slug")
    ordering = ("-id",)
    show_full_result_count = False


@admin.register(StoryPublication)
class StoryPublicationAdmin(admin.ModelAdmin):
    """Who may look at requests of characters sees these too, and who may decide on those decides here."""

    list_display = ("name", "author", "visibility", "rating", "objections", "state", "created_at")
    list_display_links = ("name",)
    list_filter = (Standing, "visibility", "story__rating")
    list_select_related = ("version", "story", "asked_by__profile")
    search_fields = ("=id", "=story__id")
    ordering = ("id",)  # who asked first
    actions = None
    show_full_result_count = False

    def get_queryset(self, request: HttpRequest) -> "QuerySet[StoryPublication]":
        return super().get_queryset(request).filter(story__deleted_at=None).defer("version__source")

    def has_module_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm(MAY_LOOK)

    def has_view_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return request.user.has_perm(MAY_LOOK)

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return request.user.has_perm(MAY_DECIDE)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    @admin.display(description=gettext_lazy("story"))
    def name(self, row: StoryPublication) -> str:
        named = {"name": row.version.called(language_of()), "number": row.version.number}
        return _("%(name)s, version %(number)s") % named

    @admin.display(description=gettext_lazy("author"))
    def author(self, row: StoryPublication) -> str:
        return public_name(row.asked_by)

    @admin.display(description=gettext_lazy("content rating"))
    def rating(self, row: StoryPublication) -> str:
        return row.story.get_rating_display()

    @admin.display(description=gettext_lazy("objections"))
    def objections(self, row: StoryPublication) -> str:
        return "; ".join(dict.fromkeys(says(each["rule"]) for each in row.findings)) or "–"

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
                return HttpResponseRedirect(reverse("admin:stories_storypublication_changelist"))
            asked.refresh_from_db()
        context = self.admin_site.each_context(request) | self._read(request, asked) | {"reason": reason}
        return TemplateResponse(request, "admin/stories/storypublication/decide.html", context)

    def _decided(self, request: HttpRequest, asked: StoryPublication, reason: str) -> bool:
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
        messages.success(request, told % {"name": asked.version.called(language_of())})
        return True

    def _read(self, request: HttpRequest, asked: StoryPublication) -> dict[str, Any]:
        story = asked.story
        own = request.user.pk in (asked.asked_by_id, story.owner_id)
        standing = standing_of(story)
        waits = asked.state == State.WAITING
        return {
            "title": self.name(asked),
            "opts": self.opts,
            "asked": asked,
            "author": public_name(asked.asked_by),
            "findings": [
                {"says": says(each.rule), **each.as_dict()} for each in check_before_publishing(asked.version)
            ],
            "tags": [f"{tag.name_en} / {tag.name_zh}" for tag in story.tags.all()],
            "hidden": standing.decided if standing.hidden and waits else None,
            "parts": _to_read(asked.version, story.published),
            "mark": mark_of(story),
            "own": own,
            "may_decide": not own and waits and request.user.has_perm(MAY_DECIDE),
        }


def _to_read(version: StoryVersion, on_stage: StoryVersion | None) -> list[dict[str, Any]]:
    """Every text, part by part (a scene, one of the cast), those marked that others do not have so yet."""
    before = dict(texts_of(book_of(on_stage).file)) if on_stage is not None and on_stage.pk != version.pk else {}
    parts: dict[str, list[dict[str, Any]]] = {}
    for path, text in texts_of(book_of(version).file):
        head, name, *_rest = [*path.split("."), ""]
        of = f"{head}.{name}" if head in ("scenes", "endings", "cast", "items", "places") else head
        parts.setdefault(of, []).append({"path": path, "text": text, "new": bool(before) and before.get(path) != text})
    return [{"name": name, "texts": texts, "new": any(each["new"] for each in texts)} for name, texts in parts.items()]
