"""What was said in a talk is handed to memory: after turns, in batches, by Celery.

A talk comes due with the end of a turn (`remember_at`, written by the statement that settles it), so nothing is lost
with a process or a queue. Whoever takes it on puts it off by a while; when that task dies, it comes due again.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import structlog
from django.db import connection, transaction
from django.utils import timezone

from accounts.consents.answers import agrees
from accounts.models import DataUse, Profile, User
from characters.models import CharacterVersion
from chat.models import CastMember, Conversation, Message, Participant, Room
from chat.scene import Actor, audience_of
from chat.selectors import said_at
from chat.selectors.told import branches_now, opened
from chat.services.noting import note_talk
from inference.base import ModelError
from memory.models import Pair
from memory.names import Names
from memory.policy import Policy, policy_of
from memory.services.bonds import move_bond
from memory.services.embedding import embed_pair
from memory.services.limits import kept_since
from memory.services.lines import keep_lines, kept_marks
from memory.services.pairs import pair_of
from memory.services.reading import learn_what_was_asked, read_lines
from memory.services.style import keep_sample
from memory.told import Mark, id_of

log = structlog.get_logger(__name__)

A_BATCH = 200  # lines of one talk in one go
LAST = 40  # lines in which something may be asked for, where nothing is kept by itself
AT_ONCE = 500  # talks that one look takes on
TRY_AGAIN = timedelta(minutes=3)

TAKE = """
update chat_conversation set remember_at = %(until)s where id in (
    select id from chat_conversation where remember_at <= %(now)s order by remember_at limit %(limit)s
    for update skip locked
) returning id
"""


def talks_to_remember(*, limit: int = AT_ONCE) -> list[tuple[UUID, datetime]]:
    """Those that have come due, and until when whoever asked has them."""
    now = timezone.now()
    until = now + TRY_AGAIN
    with connection.cursor() as cursor:
        cursor.execute(TAKE, {"now": now, "until": until, "limit": limit})
        return [(row[0], until) for row in cursor.fetchall()]


def remember_talk(conversation_id: UUID, *, taken_until: datetime | None = None) -> bool:
    """Keep what was said in it and is not kept yet. True when there is more than one batch of that.

    It may run twice, at once or one after the other, and late: what is there already stays as it is.
    """
    more = False
    together = everybody_together(conversation_id)
    for each in together:
        more |= each.remember()
    if more:
        return True
    for each in together:
        each.embed()
    for each in together[:1]:
        if each.policy.asked:
            note_talk(each.conversation_id, player=each.player, version=each.version, names=each.names)
    if taken_until is not None:
        # What was said in the meantime is due anew, at another time.
        Conversation.objects.filter(pk=conversation_id, remember_at=taken_until).update(remember_at=None)
    return False


@dataclass(frozen=True, slots=True)
class Together:
    """A player and a character of a talk, and which lines both of them heard: each with the one that it answers."""

    conversation_id: UUID
    player: User
    version: CharacterVersion
    called: str
    zone: str
    lines: Sequence[tuple[Mark, UUID | None]]

    def remember(self) -> bool:
        """True when there is more."""
        policy = self.policy
        if not policy.asked:
            return False
        pair = pair_of(owner_id=self.player.pk, character_id=self.version.character_id)
        where: dict[str, Any] = {"pair": pair, "conversation_id": self.conversation_id}
        if not policy.writes:
            learn_what_was_asked(**where, lines=opened(self.lines[-LAST:]), names=self.names, policy=policy)
            return False
        kept = kept_marks(pair_id=pair.pk, conversation_id=self.conversation_id)
        since = kept_since(pair)
        new = [
            each for each in self.lines if each[0] not in kept and (since is None or said_at(id_of(each[0])) > since)
        ]
        with transaction.atomic():  # what is kept already is not heard again
            lines = keep_lines(**where, lines=opened(new[:A_BATCH]))
            move_bond(**where, lines=lines)
            keep_sample(**where, replies=[line for line in lines if line.role == "character" and line.answers_id])
        return read_lines(**where, names=self.names, policy=policy) or len(new) > A_BATCH

    def embed(self) -> None:
        """What an encoder reads of it; what it does not read now it is given again, by the next turn or at night."""
        pair = Pair.objects.filter(owner=self.player, character_id=self.version.character_id).first()
        try:
            if pair is not None:
                embed_pair(pair.pk)
        except ModelError as error:
            log.warning("memories_not_embedded", pair=str(pair.pk) if pair else "", code=error.code)

    @property
    def policy(self) -> Policy:
        pair = Pair.objects.filter(owner=self.player, character_id=self.version.character_id).first()
        return policy_of(
            pair,
            is_guest=self.player.is_guest,
            character=self.version.memory_policy,
            agreed=agrees(self.player, DataUse.MEMORY),
        )

    @property
    def names(self) -> Names:
        return Names(self.called, self.version.nickname or self.version.name, self.zone)


def everybody_together(conversation_id: UUID) -> list[Together]:
    """Of a talk that is kept. In the trash, or temporary: nobody."""
    conversation = Conversation.objects.filter(pk=conversation_id).select_related("owner").first()
    branch = branches_now({conversation_id: None}).get(conversation_id)
    if conversation is None or branch is None:
        return []
    cast = list(CastMember.objects.filter(conversation=conversation).select_related("version"))
    if Room.objects.filter(conversation=conversation).exists():
        return _in_room(conversation, cast, branch.marks)
    lines = [(mark, before) for mark, before in pairwise_ids(branch.marks)]
    called, owner = _names(conversation.pk), conversation.owner
    zone = _zones([owner.pk]).get(owner.pk, "")
    return [
        Together(conversation.pk, owner, member.version, called.get(owner.pk, ""), zone, lines) for member in cast[:1]
    ]


def _in_room(conversation: Conversation, cast: Sequence[CastMember], marks: Sequence[Mark]) -> list[Together]:
    """A line is between whoever said it, or had said what it answers, and each character that heard it.

    So what one person says is kept with their memories alone, and goes with them.
    """
    rows = {
        row.pk: row
        for row in Message.objects.filter(conversation=conversation).only(
            "id", "author_id", "role", "heard_by", "seen_by"
        )
    }
    told = [(mark, rows[id_of(mark)]) for mark in marks if id_of(mark) in rows]
    found: defaultdict[tuple[UUID, UUID], list[tuple[Mark, UUID | None]]] = defaultdict(list)
    for member in cast:
        asked, before = conversation.owner_id, None
        actor = Actor(id=member.character_id, name="", heard_since=member.heard_since)
        for mark, row in told:
            if not actor.heard(row.pk, row.heard_by):
                continue
            if row.author_id is not None:
                asked = row.author_id
            if audience_of(row).shown_to(asked):
                found[asked, member.character_id].append((mark, before))
            before = row.pk
    people = User.objects.in_bulk({person for person, _ in found})
    versions = {member.character_id: member.version for member in cast}
    called, zones = _names(conversation.pk), _zones(people)
    return [
        Together(
            conversation.pk, people[person], versions[character], called.get(person, ""), zones.get(person, ""), lines
        )
        for (person, character), lines in found.items()
        if person in people and people[person].is_active
    ]


def _names(conversation_id: UUID) -> dict[UUID, str]:
    """Whom they play, by person."""
    parts = Participant.objects.filter(conversation=conversation_id, persona__isnull=False)
    return dict(parts.values_list("user_id", "persona__name"))


def _zones(people: Iterable[UUID]) -> dict[UUID, str]:
    return dict(Profile.objects.filter(user__in=list(people)).values_list("user_id", "time_zone"))


def pairwise_ids(marks: Sequence[Mark]) -> Iterator[tuple[Mark, UUID | None]]:
    """Each with the line before it."""
    before = None
    for mark in marks:
        yield mark, before
        before = id_of(mark)
