"""Requests to show a character, as moderators read them; and what a release says, wherever they read one."""

import base64
from typing import Any

from django.contrib import admin
from django.contrib.admin.utils import label_for_field
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from characters.content import content_of
from characters.models import CharacterVersion, Publication
from characters.pictures import picture
from characters.queue_told import changes_in, texts_in
from characters.requests_admin import RequestAdmin, Standing
from characters.selectors.stage import told_now, told_on_stage
from characters.services.publishing import check_before_publishing, decide, mark_of

# In the order in which one meets a character: what players read, then what only the model is told.
SHOWN = ("tagline", "epithet", "about", "creator_notes")
TOLD = ("nickname", "description", "personality", "scenario", "examples", "system_prompt", "post_history_instructions")


@admin.register(Publication)
class PublicationAdmin(RequestAdmin):
    list_filter = (Standing, "visibility", "character__rating")
    list_select_related = ("version", "character", "asked_by__profile")
    search_fields = ("=id", "=character__id", "version__name")

    decide = staticmethod(decide)
    decide_template = "admin/characters/publication/decide.html"

    @admin.display(description=gettext_lazy("character"))
    def name(self, row: Publication) -> str:
        if row.lore_alone:
            return _("%(name)s, lore and knowledge") % {"name": row.name}
        return super().name(row)

    def texts(self, asked: Publication) -> dict[str, Any]:
        character = asked.character
        editions = list(character.versions.filter(number=asked.version.number))
        editions.sort(key=lambda edition: edition.pk != asked.version_id)
        now, was = told_now(character.pk), told_on_stage(character.pk)
        return {
            "checked": check_before_publishing(asked.version),  # anew: lore and tags may have changed since
            "editions": [edition_to_read(edition) for edition in editions],
            "changes": changes_in(was, now),
            "told": list(texts_in(now)),
            "mark": mark_of(character, now),
        }


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
