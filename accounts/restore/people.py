"""Settings and personas, taken in."""

from typing import Any

from accounts.encryption import Place, cipher_of
from accounts.judging import Place as JudgedPlace
from accounts.judging import judged
from accounts.models import Persona, Profile, User
from accounts.personas import add_persona, edit_persona
from accounts.privacy.holdings import Holding
from accounts.restore.work import Raw, Refused, Work, built
from accounts.selectors import PERSONA_TABLE, UNNAMED, personas_for, profile_of

LEAST_KEPT = 7  # days, of all talks
_EVERYWHERE = JudgedPlace("input", rating="explicit")


def take_account(work: Work, holding: Holding, raw: Raw) -> Any:
    """The language alone, where none was chosen here yet; `keep_language` writes it."""
    row, _texts = built(work, holding, raw)
    if not work.user.language and row.language:
        work.user.language = row.language
    return work.user.pk


def keep_language(user: User) -> None:
    """At the very end: it holds the account's row, for which whoever decides about the account would wait."""
    if user.language:
        User.objects.filter(pk=user.pk, language="").update(language=user.language)


def take_profile(work: Work, holding: Holding, raw: Raw) -> Any:
    """What was set here already stays as it is."""
    row, _texts = built(work, holding, raw)
    if row.keep_days is not None and row.keep_days < LEAST_KEPT:
        raise Refused("does_not_fit", "keep_days")
    here = profile_of(work.user)
    changed = []
    for name in holding.restored:
        column = Profile._meta.get_field(name)
        value, usual = getattr(row, name), column.get_default()  # type: ignore[union-attr]
        if getattr(here, name) == usual and value != usual:
            if name in ("name", "bio"):
                value = judged(value, _EVERYWHERE, field=name, user=work.user)
            setattr(here, name, value)
            changed.append(name)
    here.full_clean(exclude=["user"])
    here.save(update_fields=changed)
    return here.pk


def take_persona(work: Work, _holding: Holding, raw: Raw) -> Any:
    """One that an account begins with, and nobody touched, gives way to the one that was the default there."""
    name, description = raw.get("name"), raw.get("description") or ""
    if not isinstance(name, str) or not isinstance(description, str):
        raise Refused("no_text", "name")
    default = raw.get("is_default") is True
    if default and (untouched := _untouched(work)) is not None:
        edit_persona(user=work.user, persona_id=untouched.pk, name=name, description=description)
        return untouched.pk
    for same in personas_for(work.user).filter(name=name.strip()):
        if _described(work, same) == description.strip():
            return same.pk
    return add_persona(user=work.user, name=name, description=description).pk


def _untouched(work: Work) -> Persona | None:
    """Those that came out of the file just now are somebody already."""
    made = {pk for (model, _old), pk in work.made.items() if model == "accounts.Persona"}
    here = [persona for persona in personas_for(work.user) if persona.pk not in made]
    if len(here) == 1 and here[0].is_default and here[0].name in UNNAMED.values() and not here[0].description:
        return here[0]
    return None


def _described(work: Work, persona: Persona) -> str:
    if not persona.description:
        return ""
    return cipher_of(work.user).open(persona.description, Place(PERSONA_TABLE, persona.pk))
