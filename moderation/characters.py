"""Characters as what is reported or claimed."""

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from characters.models import Character, CharacterVersion
from characters.queue_admin import edition_to_read
from characters.selectors import edition_of, get_character
from characters.selectors.cast import Viewer, open_to_adults
from characters.services.publishing import hide, show_again
from moderation.models import Case
from moderation.works import Works


class Characters(Works):
    kind = Case.Kind.CHARACTER
    model = Character
    page = "character"
    panel = "admin/characters/_editions.html"
    unnamed = _("A character")
    missing = _("A character that is gone")

    def open_to(self, user: Viewer, subject: UUID) -> Character:
        return get_character(user=user, character_id=subject)

    def open_to_adults(self, user: Viewer) -> "QuerySet[Character]":
        return open_to_adults(user)

    def version_for(self, work: Character) -> CharacterVersion:
        return edition_of(work)

    def named(self, version: CharacterVersion) -> str:
        return version.name

    def spoken(self, version: CharacterVersion) -> str:
        return str(version.language)

    def columns(self, work: Character, version: CharacterVersion) -> dict[str, Any]:
        return {"character": work, "version": version}

    def reported_version(self, case: Case) -> CharacterVersion | None:
        return CharacterVersion.objects.filter(pk__in=case.reports.values("version")).order_by("-pk").first()

    def texts(self, work: Character, version: CharacterVersion) -> dict[str, Any]:
        editions = list(work.versions.filter(number=version.number))
        editions.sort(key=lambda edition: edition.pk != version.pk)
        return {"editions": [edition_to_read(edition) for edition in editions]}

    def hide(self, work: Character, *, by: User, reason: str) -> None:
        hide(character=work, by=by, reason=reason)

    def bring_back(self, work_id: UUID, *, version_id: UUID, visibility: str, by: User) -> bool:
        return show_again(character_id=work_id, version_id=version_id, visibility=visibility, by=by)
