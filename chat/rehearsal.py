"""What templates of talks can be tried on: made-up talks, and for who is asking those of their own that hold nobody
else's words. An operator reads no talk of other people, and no card that somebody else wrote.
"""

from typing import Any
from uuid import UUID

from asgiref.sync import async_to_sync
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.errors import NotFound
from accounts.ids import uuid7
from accounts.models import User
from chat.database import cursor
from chat.models import Conversation
from chat.prompts import PromptContext, build_prompt, template_for
from chat.prompts.sample import KINDS, LANGUAGES, sample
from chat.prompts.templates import PLAY, REPLY, ROOM
from chat.selectors import conversations_for, listed
from chat.services.turns.gather import gather
from chat.services.turns.standing import read_standing
from inference.base import Line
from inference.prompts import Shelf
from inference.samples import Sample

OFFERED = 20
_KINDS = {
    "chat": _("a reply"),
    "regenerate": _("another take"),
    "continue": _("carrying on"),
    "impersonate": _("the player’s next line"),
}
_LANGUAGES = {"en": "English", "zh-hans": "简体中文"}


class Talks:
    """For `inference.samples`."""

    def samples(self, name: str, user: User | None) -> list[Sample]:
        made_up = [
            Sample(f"{language} {kind}", f"{_LANGUAGES[language]}: {_KINDS[kind]}")
            for language in LANGUAGES
            for kind in KINDS
        ]
        if name != REPLY or user is None:
            return made_up
        return made_up + [Sample(f"talk {talk.id}", talk.title) for talk in listed(own_talks(user)[:OFFERED], user)]

    def render(self, name: str, key: str, shelf: Shelf, user: User | None) -> list[Line]:
        kind, _space, rest = key.partition(" ")
        if kind == "talk":
            if name != REPLY or user is None:
                raise LookupError(key)
            context = _context_of(user, _id(rest))
        else:
            if kind not in LANGUAGES or rest not in KINDS:
                raise LookupError(key)
            context = sample(kind, rest, in_room=name == ROOM, in_story=name == PLAY)
        return list(build_prompt(context, template_for(context, shelf)).lines)


def own_talks(user: User) -> Any:
    """Not in a room, where others speak; with a character of their own, or of the house."""
    # What somebody wrote who was erased since has no owner either, and is taken down.
    of_the_house = Q(cast__character__owner=None, cast__character__deleted_at=None)
    whose = Q(cast__character__owner=user) | of_the_house
    return conversations_for(user).filter(whose, owner=user, room=None, expires_at=None, sealed_at=None).distinct()


def _context_of(user: User, conversation_id: UUID) -> PromptContext:
    found: Conversation | None = own_talks(user).filter(pk=conversation_id).first()
    if found is None:
        raise LookupError(conversation_id)
    try:
        return async_to_sync(_gathered)(found, user.pk)
    except NotFound as error:
        raise LookupError(conversation_id) from error


async def _gathered(talk: Conversation, user_id: UUID) -> PromptContext:
    async with cursor() as opened:
        standing = await read_standing(opened, user_id=user_id, conversation_id=talk.pk, client_id=uuid7(), lock=False)
    row = standing.row
    return await gather(
        conversation_id=talk.pk,
        version_id=row.version_id,
        leaf=standing.head_id,
        persona=standing.persona,
        kind="chat",
        note=standing.note,
        books=row.books,
        knows=row.knows,
        staged=row.staged,
        bond=row.bond,
        plan=row.plan,
    )


def _id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise LookupError(text) from error
