"""How the character stands with whom it answers, and how it sounds: one statement a turn, none where nothing is.

The row that every turn reads first (`standing.py`) names the pair and the talks in which something moved.
"""

from base64 import b64decode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from accounts.encryption import Cipher, Place, key_id_of
from accounts.errors import ContentLost
from characters.traits import Setting
from chat.ciphers import ciphers_for
from chat.database import cursor, once_more
from chat.prompts.context import Bond
from chat.told import LINES, read_branches, told_on
from memory.bonds.standing import Past, stand
from memory.places import SAMPLE as SAMPLE_PLACE
from memory.places import STEP
from memory.told import Told, mark_of

# Steps and sample on every row of the talks' lines: mostly there is one talk, or there are few.
SAMPLE = "left join memory_stylesample sample on sample.pair_id = %(pair)s"
# In a room it is one for all who are there, of what was said there: what stands before the talk must not depend on who
# is spoken to.
SAMPLE_IN_ROOM = """
left join lateral (
    select i.* from memory_stylesample i join memory_pair y on y.id = i.pair_id
    where i.conversation_id = %(talk)s and y.character_id = %(character)s
    order by i.liked desc, i.chosen_at, i.id limit 1
) sample on true
"""
READ = f"""
select steps.steps, sample.id as sample_row, sample.message_id as sample_id, sample.text as sample, lines.*
from (
    select coalesce(json_agg(json_build_array(
        s.id, s.conversation_id, s.message_id, s.revision, s.event, s.moves, s.mood, encode(s.words, 'base64')
    ) order by s.message_id, s.id), '[]') as steps
    from memory_bondstep s where s.pair_id = %(pair)s and s.undone_at is null
        and (%(character)s::uuid is null or s.conversation_id = %(talk)s)
) steps
{{sample}}
left join ({LINES}) lines on true
"""  # noqa: S608  only our own statements are put in
WORDS = 7  # of a step, the place of what it is called


@dataclass(frozen=True, slots=True)
class Between:
    """The pair, and the talks in which something moved. `conversation_id` is this talk, whose branch ends in `leaf`.

    In a room `speaker` is the character, and the pair, if there is one, is it and whom it addresses: only what
    happened there counts, and of that what everybody heard.
    """

    pair_id: UUID | None
    talks: tuple[UUID, ...]
    conversation_id: UUID
    leaf: UUID | None
    speaker: UUID | None = None


def between(row: Sequence[UUID] | None, conversation_id: UUID, leaf: UUID | None) -> Between | None:
    """`row` as `standing` has it: the pair, then the talks. None where there is neither bond nor sample."""
    return Between(row[0], tuple(row[1:]), conversation_id, leaf) if row else None


def in_room(row: Sequence[UUID | None] | None, conversation_id: UUID, leaf: UUID, speaker: UUID) -> Between | None:
    """`row` as `read_books` has it: the pair alone."""
    return Between(row[0], (conversation_id,), conversation_id, leaf, speaker) if row else None


async def bond_for(where: Between | None, settings: Sequence[Setting]) -> Bond:
    """Steps whose lines are told: on this talk's branch, and on those that the others are on."""
    if where is None:
        return Bond()

    async def work() -> Bond:
        async with cursor() as opened:
            rows, told = await _read(opened, where)
            steps, sample = rows[0].steps, rows[0].sample
            sealed = [sample] if sample else []
            sealed += [b64decode(step[WORDS]) for step in steps if step[WORDS]]
            ciphers = await ciphers_for(opened, {key_id_of(each) for each in sealed})
        past = [
            Past(moves, mood, event, _opened(ciphers, b64decode(words), Place(STEP, UUID(step))), talk == here)
            for step, talk, line, revision, event, moves, mood, words in steps
            if told.has(mark_of(UUID(line), revision))
        ]
        if where.speaker is not None and sample and not told.says(rows[0].sample_id):
            sample = b""
        text = _opened(ciphers, sample, Place(SAMPLE_PLACE, rows[0].sample_row)) if sample else ""
        return Bond(stand(settings, past) if past else None, text, rows[0].sample_id if text else None)

    here = str(where.conversation_id)
    return await once_more(work)


def _opened(ciphers: Mapping[UUID, Cipher], sealed: bytes, place: Place) -> str:
    """Empty where there is nothing, or where it can no longer be read."""
    cipher = ciphers.get(key_id_of(sealed)) if sealed else None
    if cipher is None:
        return ""
    try:
        return cipher.open(sealed, place)
    except ContentLost:
        return ""


async def _read(opened: Any, where: Between) -> tuple[list[Any], Told]:
    leaves = {talk: where.leaf if talk == where.conversation_id else None for talk in where.talks}
    walk, rows = read_branches(leaves), []
    try:
        _lines, values = next(walk)
        asked = {"pair": where.pair_id, "character": where.speaker, "talk": where.conversation_id}
        statement = READ.format(sample=SAMPLE if where.speaker is None else SAMPLE_IN_ROOM)
        await opened.execute(statement, values | asked)
        rows = await opened.fetchall()
        query = walk.send([row for row in rows if row.id is not None])
        while True:
            await opened.execute(*query)
            query = walk.send(await opened.fetchall())
    except StopIteration as end:
        if where.speaker is not None:
            return rows, Told({mark for branch in end.value.values() for mark in branch.aloud})
        return rows, told_on(end.value)
