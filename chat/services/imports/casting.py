"""Whom a talk is with here: a character of that name, the one that was chosen, or a plain one made for it."""

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import override

from accounts.models import User
from characters.models import Character, CharacterVersion, Visibility
from characters.selectors import characters_for, edition_of, get_character
from characters.selectors.cast import of_organisation
from characters.services import create_character
from chat.models import CastMember
from chat.selectors import conversations_for
from chat.selectors.imports import Name
from chat.selectors.search import characters_talked_with

OWN = 200


@dataclass(frozen=True, slots=True)
class Candidate:
    id: UUID
    name: str


def candidates_for(user: User) -> list[Candidate]:
    """To choose from: one's own characters and those one talks with, by name."""
    own = CharacterVersion.objects.filter(character__owner=user, character__deleted_at=None)
    names = dict(own.order_by("number").values_list("character", "name")[: OWN * 10])
    found = dict(characters_talked_with(user)) | names
    there = set(characters_for(user).filter(pk__in=found).values_list("pk", flat=True))
    listed = [Candidate(pk, name) for pk, name in found.items() if pk in there]
    return sorted(listed, key=lambda each: each.name.casefold())[:OWN]


def character_for(user: User, name: Name) -> UUID | None:
    """The very one that the file names by its id; else one's own of this name, one from one's talks, a public one."""
    shown = characters_for(user)
    known = _id(name.id)
    if known and shown.filter(pk=known).exists():
        return known
    if not name.name:
        return None
    called = CharacterVersion.objects.filter(Q(name__iexact=name.name) | Q(nickname__iexact=name.name))
    named = shown.filter(pk__in=called.values("character"))
    met = CastMember.objects.filter(conversation__in=conversations_for(user).order_by()).values("character")
    for some in (Q(owner=user), Q(pk__in=met), of_organisation(user), Q(visibility=Visibility.PUBLIC)):
        found = named.filter(some).order_by("-pk").values_list("pk", flat=True).first()
        if found is not None:
            return found
    return None


def _id(written: str) -> UUID | None:
    try:
        return UUID(written)
    except ValueError:
        return None


def version_for(user: User, character_id: UUID, language: str) -> CharacterVersion:
    """Raises Character.DoesNotExist when it is not shown to the user any more."""
    return edition_of(get_character(user=user, character_id=character_id), language)


def plain_character(user: User, name: str, language: str) -> Character:
    """Private, and nothing but a name: its author may give it more."""
    if not name:
        with override(language):
            name = _("Narrator")
    return create_character(owner=user, editions={language: {"name": name[:100]}})
