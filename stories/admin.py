"""Stories: whose, how visible, how often played; and the queue of what authors want to show others."""

from typing import Any

from django.contrib import admin

from accounts.admin_columns import ReadOnly, short_id, short_owner
from characters.requests_admin import RequestAdmin, Standing
from characters.services.requests import mark_of
from stories.books import book_of
from stories.models import Story, StoryPublication, StoryVersion
from stories.services.publishing import check_before_publishing, decide
from stories.texts import texts_of

# Parts of a story that have names of their own.
NAMED = ("scenes", "endings", "cast", "items", "places")


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
class StoryPublicationAdmin(RequestAdmin):
    list_filter = (Standing, "visibility", "story__rating")
    list_select_related = ("version", "story", "asked_by__profile")
    search_fields = ("=id", "=story__id")

    decide = staticmethod(decide)
    decide_template = "admin/stories/storypublication/decide.html"

    def texts(self, asked: StoryPublication) -> dict[str, Any]:
        return {
            "checked": check_before_publishing(asked.version),
            "parts": parts_to_read(asked.version, asked.story.published),
            "mark": mark_of(asked.story),
        }


def parts_to_read(version: StoryVersion, on_stage: StoryVersion | None) -> list[dict[str, Any]]:
    """Every text, part by part (a scene, one of the cast), those marked that others do not have so yet. What they have
    is folded away.
    """
    before = dict(texts_of(book_of(on_stage).file)) if on_stage is not None and on_stage.pk != version.pk else {}
    parts: dict[str, dict[str, list[dict[str, Any]]]] = {}
    for path, text in texts_of(book_of(version).file):
        place, _dot, language = path.rpartition(".")
        head, name, *_rest = [*place.split("."), ""]
        of = f"{head}.{name}" if head in NAMED else head
        said = {"language": language, "text": text, "new": bool(before) and before.get(path) != text}
        parts.setdefault(of, {}).setdefault(place.removeprefix(of).lstrip("."), []).append(said)
    return [_part(name, places, folded=bool(before)) for name, places in parts.items()]


def _part(name: str, places: dict[str, list[dict[str, Any]]], *, folded: bool) -> dict[str, Any]:
    """Each place with what stands there in every language, side by side."""
    new = any(said["new"] for texts in places.values() for said in texts)
    return {"name": name, "places": list(places.items()), "new": new, "open": new or not folded}
