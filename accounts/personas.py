"""Who somebody plays: every write."""

from collections.abc import Callable
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.encryption import Place, cipher_of
from accounts.errors import Conflict, Invalid, TooLong
from accounts.ids import uuid7
from accounts.judging import Place as JudgedPlace
from accounts.judging import judged
from accounts.models import Persona, User
from accounts.one_by_one import one_by_one
from accounts.selectors import PERSONA_TABLE, get_persona, personas_for

Successor = Callable[[Persona, Persona], None]
_successors: list[Successor] = []

MAX_PERSONAS = 50
MAX_NAME = 60
MAX_DESCRIPTION = 4_000


def on_succession(successor: Successor) -> Successor:
    """For apps above, in their `apps.py`: `successor(gone, heir)` puts the heir wherever a deleted persona stood."""
    if successor not in _successors:
        _successors.append(successor)
    return successor


@transaction.atomic
def add_persona(*, user: User, name: str, description: str = "") -> Persona:
    """The first one becomes the default."""
    name, description = _checked(user, name, description)
    one_by_one(user.pk)
    held = personas_for(user).count()
    if held >= MAX_PERSONAS:
        raise Conflict(_("You have as many personas as one player can have."), limit=MAX_PERSONAS)
    persona_id = uuid7()
    return Persona.objects.create(
        id=persona_id,
        user=user,
        name=name,
        description=_seal(user, persona_id, description),
        is_default=held == 0,
    )


def edit_persona(*, user: User, persona_id: UUID, name: str, description: str) -> Persona:
    persona = get_persona(user=user, persona_id=persona_id)
    persona.name, description = _checked(user, name, description)
    persona.description = _seal(user, persona.pk, description)
    persona.save(update_fields=["name", "description"])
    return persona


@transaction.atomic
def set_default_persona(*, user: User, persona_id: UUID) -> Persona:
    one_by_one(user.pk)
    persona = get_persona(user=user, persona_id=persona_id)
    personas_for(user).exclude(pk=persona.pk).update(is_default=False)
    persona.is_default = True
    persona.save(update_fields=["is_default"])
    return persona


@transaction.atomic
def delete_persona(*, user: User, persona_id: UUID) -> None:
    """Conflict for the last one: a player is always somebody. The default one takes over, or the oldest other one."""
    one_by_one(user.pk)
    persona = get_persona(user=user, persona_id=persona_id)
    heir = personas_for(user).exclude(pk=persona.pk).first()
    if heir is None:
        raise Conflict(_("This is your only persona. Add another one first."))
    for successor in _successors:
        successor(persona, heir)
    persona.delete()
    if persona.is_default:
        heir.is_default = True
        heir.save(update_fields=["is_default"])


def _checked(user: User, name: str, description: str) -> tuple[str, str]:
    """As they may stand. Raises Invalid, NotAllowed."""
    name, description = name.strip(), description.strip()
    if not name:
        raise Invalid(_("A persona needs a name."), field="name")
    if len(name) > MAX_NAME:
        raise TooLong(field="name", limit=MAX_NAME)
    if len(description) > MAX_DESCRIPTION:
        raise TooLong(field="description", limit=MAX_DESCRIPTION)
    # It is told in every talk, whatever that is rated: what comes of it there is judged there.
    where = JudgedPlace("input", rating="explicit")
    return judged(name, where, field="name", user=user), judged(description, where, field="description", user=user)


def _seal(user: User, persona_id: UUID, description: str) -> bytes:
    return cipher_of(user).seal(description, Place(PERSONA_TABLE, persona_id)) if description else b""
