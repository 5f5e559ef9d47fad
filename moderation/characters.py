"""Characters as what is reported: who may, what moderators read of one, and hiding it."""

from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.errors import Forbidden, NotFound
from accounts.models import User
from characters.models import Character, CharacterVersion
from characters.queue_admin import edition_to_read
from characters.requests_admin import public_name
from characters.selectors import edition_of, get_character
from characters.selectors.cast import Viewer
from characters.services.publishing import hide, show_again
from moderation.models import Case, RightsNotice
from moderation.subjects import Line, Reported, Told


class YourOwn(Forbidden):
    code = "ones_own"
    message = gettext_lazy("This is your own character: change it, or take it off the stage.")


class Characters:
    def reportable(self, *, user: Viewer, subject: UUID) -> Reported:
        try:
            character = get_character(user=user, character_id=subject)
        except Character.DoesNotExist:
            raise NotFound from None
        if character.owner_id is not None and character.owner_id == user.pk:
            raise YourOwn
        return Reported(about=character.owner, version=edition_of(character))

    def told(self, case: Case) -> Told:
        character = Character.objects.filter(pk=case.subject).select_related("owner__profile", "published").first()
        if character is None:
            return Told(_("A character that is gone"), gone=True)
        version = reported_version(case) or character.published
        author = public_name(character.owner) if character.owner else _("Dramatis company")
        facts = [
            (_("Author"), author),
            (_("Who sees it"), character.get_visibility_display()),
            (_("Content rating"), character.get_rating_display()),
        ]
        if version and character.published and version.number != character.published.number:
            facts.append((_("Version"), _("%(then)s when it was reported, %(now)s now") % {
                "then": version.number, "now": character.published.number}))  # fmt: skip
        elif version:
            facts.append((_("Version"), str(version.number)))
        shown = character.visibility not in ("private", "organisation") and character.deleted_at is None
        return Told(
            version.name if version else _("A character"),
            facts,
            url=reverse("character", args=[character.pk]) if shown else "",
            gone=character.deleted_at is not None,
            panel="admin/characters/_editions.html" if version else "",
            context={"editions": _editions(character, version)} if version else {},
        )

    def around(self, case: Case) -> list[Line]:
        return []

    def remove(self, *, case: Case, by: User, reason: str) -> dict[str, Any]:
        character = Character.objects.filter(pk=case.subject, deleted_at=None).first()
        if character is None:
            raise NotFound
        stood = {"visibility": str(character.visibility), "version": str(character.published_id or "")}
        hide(character=character, by=by, reason=reason)
        return stood

    def put_back(self, *, case: Case, by: User) -> None:
        """To whom it was shown, in the release that was: what its author changed since has to be asked for."""
        held = RightsNotice.objects.filter(character=case.subject, state=RightsNotice.State.HIDDEN)
        if case.stood.get("version") and not held.exists():
            version, visibility = UUID(case.stood["version"]), case.stood["visibility"]
            show_again(character_id=case.subject, version_id=version, visibility=visibility, by=by)


def reported_version(case: Case) -> CharacterVersion | None:
    """What was on stage when it was reported last."""
    return CharacterVersion.objects.filter(pk__in=case.reports.values("version")).order_by("-pk").first()


def _editions(character: Character, version: CharacterVersion) -> list[dict[str, object]]:
    editions = list(character.versions.filter(number=version.number))
    editions.sort(key=lambda edition: edition.pk != version.pk)
    return [edition_to_read(edition) for edition in editions]
