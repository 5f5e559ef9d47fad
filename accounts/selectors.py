"""Every read of accounts; each knows who is asking."""

from dataclasses import dataclass
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import get_language, gettext

from accounts.encryption import Place, cipher_for, key_id_of
from accounts.errors import NotFound
from accounts.models import Persona, Profile, User

PERSONA_TABLE = Persona._meta.db_table
# What the persona that comes with an account is called.
UNNAMED = {"en": "You", "zh-hans": "你"}


@dataclass(frozen=True, slots=True)
class OpenPersona:
    """A persona as its player reads it."""

    id: UUID
    name: str
    description: str
    is_default: bool


def display_name(user: User) -> str:
    """What others call somebody; never an address."""
    profile = getattr(user, "profile", None)
    return (profile.name if profile else "") or (gettext("Guest") if user.is_guest else gettext("Player"))


def profile_of(user: User) -> Profile:
    profile, _ = Profile.objects.get_or_create(user=user)
    return profile


def personas_for(user: User) -> QuerySet[Persona]:
    """The default one first."""
    return Persona.objects.filter(user=user)


def get_persona(*, user: User, persona_id: UUID) -> Persona:
    """NotFound for a stranger's persona as for a missing one."""
    persona = personas_for(user).filter(pk=persona_id).first()
    if persona is None:
        raise NotFound
    return persona


def persona_names(user: User, language: str | None = None) -> list[tuple[UUID, str]]:
    """Whom somebody can play, to choose from; the default one first."""
    return [(pk, persona_called(name, language)) for pk, name in personas_for(user).values_list("pk", "name")]


def default_persona(user: User) -> Persona | None:
    return personas_for(user).first()


def persona_called(name: str, language: str | None = None) -> str:
    """A persona nobody has named is "you" in the language of the talk, or of the page."""
    if name not in UNNAMED.values():
        return name
    return UNNAMED["zh-hans" if (language or get_language() or "en").startswith("zh") else "en"]


def open_persona(persona: Persona) -> OpenPersona:
    sealed = bytes(persona.description)
    description = cipher_for(key_id_of(sealed)).open(sealed, Place(PERSONA_TABLE, persona.pk)) if sealed else ""
    return OpenPersona(persona.pk, persona_called(persona.name), description, persona.is_default)


def open_personas(user: User) -> list[OpenPersona]:
    return [open_persona(persona) for persona in personas_for(user)]
