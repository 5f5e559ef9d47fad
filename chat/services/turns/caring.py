"""What somebody alone is shown beside a talk: help lines when they sound in need, that they talk with an AI, a break.

Nothing of it is in a log or a table: who was shown help lines is a mark in Redis that goes by itself.
"""

import asyncio
from uuid import UUID

import structlog
from django.conf import settings
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.sittings import NOTE, note_values
from chat import protocol
from chat.database import LOST, in_thread, once_more
from chat.database import cursor as open_cursor
from chat.live import redis
from chat.live.node import node
from chat.prompts import Prompt, PromptContext
from chat.prompts.care import gentler, last_said
from chat.scene import Audience
from chat.services.turns.feelings import noticed
from moderation.care import in_need
from moderation.selectors.help import country_of, lines_in

log = structlog.get_logger(__name__)
NOTED_SECONDS = 60.0  # lines of one person that come faster are one look at how long they have been talking
MOST_NOTED = 10_000
_noted: dict[UUID, float] = {}


async def care_for(user_id: UUID, content: str, message_id: UUID | None) -> protocol.Notice | None:
    """The card with help lines, if this line asks for one and none was shown lately."""
    if not in_need(content, noticed(message_id, content)) or not await _not_lately(user_id):
        return None
    try:
        return await _card(user_id, message_id)
    except LOST as error:
        # The line is stored and answered all the same.
        log.warning("card_not_shown", error=type(error).__name__)
        return None


@in_thread
def _card(user_id: UUID, message_id: UUID | None) -> protocol.Notice:
    user = User.objects.get(pk=user_id)
    return card_for(user, message_id)


def card_for(user: User, message_id: UUID | None = None) -> protocol.Notice:
    country = country_of(user)
    return protocol.Notice(
        kind="care",
        text=_(
            "What you wrote sounds heavy. If you think of hurting yourself: you need not be alone with it. People"
            " listen to you here, now, for nothing."
        ),
        message_id=message_id,
        country=country,
        lines=[protocol.HelpAt(line.name, line.number, line.url) for line in lines_in(country)],
        more=reverse("help-lines"),
    )


async def _not_lately(user_id: UUID) -> bool:
    """Also where that cannot be known: better twice than not at all."""
    if not settings.CARE_AGAIN_HOURS:
        return True
    try:
        return bool(await redis.client().set(f"care:{user_id.hex}", 1, nx=True, ex=settings.CARE_AGAIN_HOURS * 3_600))
    except redis.AWAY:
        return True


def softened(prompt: Prompt, context: PromptContext) -> Prompt:
    """The prompt of a reply, with a word to the model where the line it answers sounds in need."""
    said = last_said(context)
    feeling = noticed(context.branch[-1].id, said) if said else None
    return gentler(prompt, context) if said and in_need(said, feeling) else prompt


def tell(user_id: UUID, conversation_id: UUID, notice: protocol.Notice) -> None:
    """Their own open pages of this talk, and nobody else's."""
    node().tell(conversation_id, protocol.encode(notice), audience=Audience(seen_by=(user_id,)))


def note_use(user_id: UUID, conversation_id: UUID) -> None:
    """Count this line into how long they have been talking; nobody waits for it."""
    moment = asyncio.get_running_loop().time()
    if moment - _noted.get(user_id, -NOTED_SECONDS) < NOTED_SECONDS:
        return
    if len(_noted) >= MOST_NOTED:
        _noted.clear()
    _noted[user_id] = moment
    node().spawn(_note(user_id, conversation_id), "note of use")


async def _note(user_id: UUID, conversation_id: UUID) -> None:
    async def work() -> tuple[bool, bool]:
        async with open_cursor() as cursor:
            await cursor.execute(NOTE, note_values(user_id, now()))
            row = await cursor.fetchone()
            return (row.ai, row.rest) if row else (False, False)

    try:
        ai, rest = await once_more(work)
    except LOST as error:
        # Their next line counts in its place.
        _noted.pop(user_id, None)
        log.warning("use_not_noted", error=type(error).__name__)
        return
    if ai:
        tell(user_id, conversation_id, protocol.Notice(kind="ai", text=ai_words()))
    if rest:
        tell(user_id, conversation_id, protocol.Notice(kind="break", text=break_words()))


def ai_words() -> str:
    return _("You have been talking for hours with an AI. It is no person, and what it says is made up.")


def break_words() -> str:
    return _("You have been talking for a while. Stand up, drink something, look out of the window.")
