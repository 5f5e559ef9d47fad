"""Where a conversation stands for somebody who wants to say something: one row, locked unless said otherwise.

Between two lines of a talk hardly any of it changes, so it is remembered by process with a mark of its values. The
statement that stores the next line compares the mark with what is true then, which saves a trip and all that comes with
unpacking its answer.
"""

from collections import OrderedDict
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from psycopg import AsyncCursor

from accounts.age import admit, for_policy
from accounts.consents.answers import not_refused
from accounts.encryption import Cipher, Place, key_id_of
from accounts.errors import ContentLost, NotFound, ProductError
from accounts.models import Age, DataUse
from accounts.selectors import PERSONA_TABLE, persona_called
from chat.ciphers import cipher_of, ciphers_for
from chat.prepared import Prepared
from chat.prompts import Note, Persona
from chat.selectors.notes import NOTE

# Lore and knowledge of a character are as their author has them in the author's own talks (`own`), else as they were
# granted: the third part of a book's name says in which revision. Scalar subqueries, one look by key for each book of
# the character: joins and `exists` were planned as scans of all that is on stage.
# Who has not said to be an adult talks with nobody in the cast who is not for them (`beyond`).
# Somebody who was a guest elsewhere before has a data key more; `accounts.encryption.cipher_of` takes the first too.
PLACE = f"""
    select c.id, c.owner_id, c.key_id, ck.kek_id as key_kek, ck.wrapped as key_wrapped,
        ok.id as owner_key, ok.kek_id as owner_kek, ok.wrapped as owner_wrapped,
        uk.id as user_key, uk.kek_id as user_kek, uk.wrapped as user_wrapped, p.user_id,
        pe.id as persona_id, pe.name as persona_name, pe.description as persona_description,
        c.note, c.note_depth, c.note_role, c.note_every, c.sealed_at is not null as sealed,
        cm.character_id, cm.version_id, v.name as character_name, v.language as version_language, pl.messages_per_day,
        pl.code as plan, (select k.rating from characters_character k where k.id = cm.character_id) as rating,
        coalesce((select f.time_zone from accounts_profile f where f.user_id = u.id), '') as zone,
        own.id is null as staged, array_remove(array(
            select b.id || ' ' || b.revision || case when own.id is null and b.character_id = cm.character_id
                then (select ' ' || s.revision from characters_stagedbook s where s.book_id = b.id) else '' end
            from characters_lorebook b
            where b.enabled and b.deleted_at is null and (b.character_id = cm.character_id or b.conversation_id = c.id
                or b.persona_id = p.persona_id or (b.owner_id = p.user_id and b.scope = 'account'))
        ), null) as books, case when exists(
            select 1 from characters_knowledge k
            where k.character_id = cm.character_id and k.enabled and k.deleted_at is null
                and coalesce(own.id, (select s.knowledge_id from characters_stagedtext s where s.knowledge_id = k.id))
                    is not null
        ) then cm.character_id end as knows,
        case when y.known > 0 or not y.talks <@ array[c.id] then 2 when y.known = 0 then 1 end as remembers,
        case when y.bond_talks <> '{{}}' or exists(select 1 from memory_stylesample i where i.pair_id = y.id)
            then array_prepend(y.id, y.bond_talks) end as bond,
        r.made_at is not null as room, p.muted, u.age, p.tone,
        {not_refused("p.user_id", DataUse.EMOTION)} as reads,
        r.made_at is not null and exists(
            select 1 from accounts_sanction s where s.user_id = p.user_id and s.kind = 'rooms' and s.lifted_at is null
                and (s.until is null or s.until > now())
        ) as kept_from_rooms, case when u.age <> 'adult' then exists(
            select 1 from chat_castmember m join characters_character h on h.id = m.character_id
            where m.conversation_id = c.id and h.owner_id is distinct from u.id and (
                h.rating <> 'general' or exists(
                    select 1 from characters_character_tags g join characters_tag a on a.code = g.tag_id
                    where g.character_id = h.id and a.adults
                )
            )
        ) else false end as beyond
    from chat_participant p
    join chat_conversation c on c.id = p.conversation_id
    join accounts_datakey ck on ck.id = c.key_id
    join accounts_datakey ok on ok.owner_id = c.owner_id and ok.purpose = 'user' and ok.destroyed_at is null
    join accounts_datakey uk on uk.owner_id = p.user_id and uk.purpose = 'user' and uk.destroyed_at is null
    join accounts_user u on u.id = p.user_id and u.is_active
    join accounts_plan pl on pl.code = u.plan_id
    join chat_castmember cm on cm.conversation_id = c.id and cm.position = 0
    join characters_characterversion v on v.id = cm.version_id
    left join characters_character own on own.id = cm.character_id and own.owner_id = c.owner_id
    left join accounts_persona pe on pe.id = p.persona_id
    left join chat_room r on r.conversation_id = c.id
    left join memory_pair y on y.owner_id = p.user_id and y.character_id = cm.character_id and y.mode <> 'off'
        and c.expires_at is null and c.sealed_at is null
    where p.conversation_id = %(conversation)s and p.user_id = %(user)s and p.left_at is null
        and p.role <> 'spectator' and c.deleted_at is null
    order by ok.id, uk.id limit 1
"""  # noqa: S608
# Also when the conversation's row is locked, what is read beside it may be a moment old, so the unique constraints on
# turn and submission have the last word.
STANDING = f"""
select place.*, md5(place::text) as mark, c.head_id, s.client_id is not null as known,
    s.message_id as known_message, s.turn_id as known_turn, t.id as running
from ({PLACE}) place
join chat_conversation c on c.id = place.id and c.deleted_at is null
left join chat_submission s
    on s.user_id = place.user_id and s.client_id = %(client_id)s and s.conversation_id = place.id
left join chat_turn t on t.conversation_id = place.id and t.status = 'running'
"""  # noqa: S608
LOCK = "for update of c"
LOOKED_AT, LOCKED = Prepared(STANDING), Prepared(STANDING + LOCK)
# For a statement that stores something: whether all is still as it was when a Standing with this mark was read.
UNCHANGED = f"%(mark)s = (select md5(place::text) from ({PLACE}) place)"  # noqa: S608

REMEMBERED = 2_000
_remembered: OrderedDict[tuple[UUID, UUID], Any] = OrderedDict()


class Standing:
    """The row, with its keys unwrapped and the persona in the clear."""

    def __init__(self, row: Any, persona_description: str, *, head_id: UUID | None, running: UUID | None) -> None:
        """`head_id` is where the branch ends, `running` the turn under way: the row may be an older one."""
        self.row = row
        self.head_id, self.running = head_id, running
        self.cipher: Cipher = cipher_of(row.key_id, row.owner_id, row.key_kek, row.key_wrapped)
        # Of a sealed talk all lies under its own key, and nothing is indexed.
        self.author_cipher: Cipher = (
            self.cipher if row.sealed else cipher_of(row.user_key, row.user_id, row.user_kek, row.user_wrapped)
        )
        self.index_secret = (
            None
            if row.sealed
            else cipher_of(row.owner_key, row.owner_id, row.owner_kek, row.owner_wrapped).index_secret
        )
        called = persona_called(row.persona_name or "…", row.version_language)
        self.persona = Persona(name=called, description=persona_description)

    @property
    def age(self) -> str:
        """How the policy of filters calls whoever speaks."""
        return for_policy(self.row.age)

    def sealed_hint(self, hint: str, turn_id: UUID) -> bytes:
        """Under the key of whoever asks for the reply."""
        return self.author_cipher.seal(hint, Place("hint", turn_id)) if hint else b""

    @property
    def note(self) -> Note | None:
        """The author's note of the talk, whether it is its turn or not."""
        row = self.row
        if not row.note:
            return None
        try:
            text = self.cipher.open(row.note, Place(NOTE, row.id))
        except ContentLost:
            return None
        return Note(text, row.note_depth, row.note_role, row.note_every)


async def read_standing(
    cursor: AsyncCursor[Any], *, user_id: UUID, conversation_id: UUID, client_id: UUID, lock: bool = True
) -> Standing:
    """NotFound for a stranger, a spectator, a conversation that is in the trash, and one that is not for their age.

    TooYoung, QuietHours, AgeNeeded: somebody who may not say anything now.
    """
    statement = LOCKED if lock else LOOKED_AT
    rows = await statement.fetch_all(cursor, {"user": user_id, "conversation": conversation_id, "client_id": client_id})
    return await standing_in(cursor, rows)


async def standing_in(cursor: AsyncCursor[Any], rows: Sequence[Any]) -> Standing:
    """In what LOOKED_AT or LOCKED answered. Raises as `read_standing`."""
    if not rows:
        raise NotFound
    row = rows[0]
    if not row.known:
        _admit(row)
    _remember(row)
    return Standing(row, await _persona_description(cursor, row), head_id=row.head_id, running=row.running)


def _admit(row: Any) -> None:
    """Quiet hours begin while nothing in the row changes: asked for every line."""
    if row.beyond:
        raise NotFound
    if row.age != Age.ADULT:
        admit(row.age, row.zone)


async def remembered_standing(
    cursor: AsyncCursor[Any], *, user_id: UUID, conversation_id: UUID, head_id: UUID | None
) -> Standing | None:
    """What was read for an earlier line. What is stored by it has to ask whether it is UNCHANGED. None where there is
    none, or by what it says they may not say anything now: that may have changed, so it is looked at anew.

    Only rows as they were read are kept: keys stay wrapped, what a person wrote stays sealed.
    """
    row = _remembered.get((user_id, conversation_id))
    if row is None:
        return None
    try:
        _admit(row)
    except ProductError:
        forget_standing(user_id=user_id, conversation_id=conversation_id)
        return None
    _remembered.move_to_end((user_id, conversation_id))
    return Standing(row, await _persona_description(cursor, row), head_id=head_id, running=None)


def remembers_room(*, user_id: UUID, conversation_id: UUID) -> bool:
    """Whether this is known to be a room; one that is, stays one."""
    row = _remembered.get((user_id, conversation_id))
    return row is not None and row.room


def forget_standing(*, user_id: UUID, conversation_id: UUID) -> None:
    _remembered.pop((user_id, conversation_id), None)


def _remember(row: Any) -> None:
    _remembered[row.user_id, row.id] = row
    _remembered.move_to_end((row.user_id, row.id))
    while len(_remembered) > REMEMBERED:
        _remembered.popitem(last=False)


async def _persona_description(cursor: AsyncCursor[Any], row: Any) -> str:
    # What somebody wrote as a guest stays under the guest's key after they signed in.
    if not row.persona_description:
        return ""
    key_id = key_id_of(row.persona_description)
    found = await ciphers_for(cursor, [key_id])
    if key_id not in found:
        return ""
    return found[key_id].open(row.persona_description, Place(PERSONA_TABLE, row.persona_id))
