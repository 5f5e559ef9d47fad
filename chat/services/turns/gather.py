"""Step two: what the model has to know. The character's version is immutable and stays in the process."""

import hashlib
import hmac
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any, NamedTuple
from uuid import UUID

from django.conf import settings

from accounts.encryption import Cipher, Place, head_of
from accounts.errors import ContentLost
from characters.anchor import anchor_of
from characters.models import CharacterVersion
from characters.traits import compile_traits
from chat.ciphers import cached_ciphers, ciphers_by_head
from chat.database import cursor, in_thread, once_more
from chat.prompts import Note, PromptContext, Said, Sheet
from chat.prompts.context import DepthPrompt, Kind, Persona
from chat.prompts.steps import kept_of
from chat.services.turns.bond import between, bond_for
from chat.services.turns.knowledge import recalled_for
from chat.services.turns.lore import lore_of
from chat.services.turns.memories import NOBODY, Where, Whose, with_memories
from chat.services.turns.note import note_if_due
from chat.services.turns.order import WINDOW_MESSAGES, Behind
from chat.window import known_branch, read_branch
from inference.registry import window_for
from memory.bonds.standing import dynamic

SHEETS_KEPT = 500
_sheets: OrderedDict[UUID, Sheet] = OrderedDict()


async def gather(
    *,
    conversation_id: UUID,
    version_id: UUID,
    leaf: UUID | None,
    persona: Persona,
    kind: Kind,
    plan: str,
    hint: str = "",
    begun: str = "",
    note: Note | None = None,
    books: Sequence[str] = (),
    knows: UUID | None = None,
    staged: bool = True,
    whose: Whose = NOBODY,
    bond: Sequence[UUID] | None = None,
    behind: Behind | None = None,
    model: str = "",
) -> PromptContext:
    """`books`, `knows` (the character, if it has knowledge), `staged` (as it was granted) and `bond` are as `standing`
    says. `model` is asked in place of the one that the author chose.
    """
    sheet = await sheet_of(version_id, model)
    branch, whole = await read_window(conversation_id, leaf, behind)
    lore = await lore_of(conversation_id, books, branch)
    tokens = window_for(sheet.model, plan, sheet.then)
    (recalled, entries), memories = await with_memories(
        recalled_for(branch, knows=knows, staged=staged, lore=lore),
        branch,
        whose,
        Where(conversation_id, leaf, whole, tokens),
        sheet,
    )
    return PromptContext(
        sheet=sheet,
        persona=persona,
        branch=branch,
        kind=kind,
        hint=hint,
        begun=begun,
        note=await note_if_due(conversation_id, note, branch),
        window_tokens=tokens,
        talk=str(conversation_id),
        lore=replace(lore, recalled=entries) if entries else lore,
        recalled=recalled,
        memories=memories,
        bond=await bond_for(between(bond if sheet.remembers else None, conversation_id, leaf), sheet.dynamic),
        whole=whole,
    )


class Window(NamedTuple):
    """The messages of a branch that a prompt may be made of, oldest first. `whole`: it begins where the talk does."""

    said: tuple[Said, ...]
    whole: bool


async def read_window(conversation_id: UUID, leaf: UUID | None, behind: Behind | None = None) -> Window:
    """In the clear. What can no longer be read is left out, and what is muted.

    `behind` is what was read when the leaf was stored: mostly the whole window, and then nothing is asked.
    """
    if behind is None:
        return await _read_clear(None, conversation=conversation_id, leaf=leaf, wanted=WINDOW_MESSAGES, heard=True)
    where = {"conversation": conversation_id, "leaf": behind.parent_id, "wanted": WINDOW_MESSAGES - 1, "heard": True}
    rows = known_branch(page=behind.page, **where)
    if rows is not None:
        kept, whole = _stepped(rows, behind.said)
        if (found := cached_ciphers(_heads(kept))) is not None:
            return Window((*_opened(kept, found), behind.said), whole)
    return await _read_clear(behind.said, page=behind.page, **where)


async def _read_clear(newest: Said | None, **where: Any) -> Window:
    """`newest` stands behind what is read."""

    async def work() -> Window:
        async with cursor() as opened:
            rows, whole = _stepped(await read_branch(opened, **where), newest)
            said = _opened(rows, await ciphers_by_head(opened, _heads(rows)))
            return Window((*said, newest) if newest else tuple(said), whole)

    return await once_more(work)


def _stepped(newest_first: Sequence[Any], newest: Said | None = None) -> tuple[Sequence[Any], bool]:
    """The rows that go in beside `newest`, and whether these are all."""
    ids = [row.id for row in newest_first]
    many = kept_of([newest.id, *ids]) - 1 if newest else kept_of(ids)
    return newest_first[:many], len(ids) + bool(newest) < WINDOW_MESSAGES


def _heads(rows: Sequence[Any]) -> set[bytes]:
    return {head_of(row.body) for row in rows}


def _opened(rows: Sequence[Any], ciphers: Mapping[bytes, Cipher]) -> list[Said]:
    return [said for row in reversed(rows) if (said := _said(row, ciphers)) is not None]


def _said(row: Any, ciphers: Mapping[bytes, Cipher]) -> Said | None:
    cipher = ciphers.get(head_of(row.body))
    if row.status == "withdrawn" or cipher is None:
        return None
    try:
        return Said(row.id, row.role, row.speaker, cipher.open(row.body, Place("message", row.id)))
    except ContentLost:
        return None


async def read_heard(
    conversation_id: UUID, leaf: UUID | None, keep: Callable[[Any], bool]
) -> tuple[list[tuple[Said, UUID | None]], bool]:
    """The window of a room in the clear, as far as it is to be kept, each line with the character that said it; and
    whether it begins where the talk does."""

    async def work() -> tuple[list[tuple[Said, UUID | None]], bool]:
        async with cursor() as opened:
            where = {"conversation": conversation_id, "leaf": leaf, "wanted": WINDOW_MESSAGES, "heard": True}
            rows, whole = _stepped(await read_branch(opened, keep=keep, **where))
            ciphers = await ciphers_by_head(opened, _heads(rows))
            both = ((_said(row, ciphers), row.character_id) for row in reversed(rows))
            return [(said, character) for said, character in both if said is not None], whole

    return await once_more(work)


async def sheet_of(version_id: UUID, model: str = "") -> Sheet:
    """With this `model` in place of the author's choice, if one is named."""
    if (sheet := _sheets.get(version_id)) is not None:
        _sheets.move_to_end(version_id)
    else:
        sheet = _sheets[version_id] = await _read_sheet(version_id)
        while len(_sheets) > SHEETS_KEPT:
            _sheets.popitem(last=False)
    return replace(sheet, model=model, then=()) if model else sheet


@in_thread
def _read_sheet(version_id: UUID) -> Sheet:
    return sheet_from(CharacterVersion.objects.get(pk=version_id))


def sheet_from(version: CharacterVersion) -> Sheet:
    """The version, stored or not, as a prompt takes it."""
    generation = version.generation
    return Sheet(
        version_id=version.pk,
        language="zh-hans" if version.language == "zh-hans" else "en",
        name=version.name,
        description=version.description,
        personality=version.personality,
        scenario=version.scenario,
        examples=version.examples,
        system_prompt=version.system_prompt,
        post_history_instructions=version.post_history_instructions,
        nickname=version.nickname,
        depth_prompt=_note(version),
        traits=compile_traits(version.traits, version.language, version.name),
        anchor=anchor_of(version.traits, version.language, version.name),
        temperature=generation.get("temperature"),
        top_p=generation.get("top_p"),
        max_tokens=generation.get("max_tokens"),
        stop=tuple(generation.get("stop") or ()),
        model=generation.get("model") or "",
        then=tuple(name for each in ("second_model", "third_model") if (name := generation.get(each))),
        remembers=version.memory_policy.get("mode") != "off",
        dynamic=dynamic(version.traits),
    )


def _note(version: CharacterVersion) -> DepthPrompt | None:
    note = version.depth_prompt
    return DepthPrompt(note["text"], note.get("depth", 4), note.get("role", "system")) if note.get("text") else None


@lru_cache(maxsize=4_000)
def pseudonym(user_id: UUID) -> str:
    """What a provider is told of a user: stable, and meaningless outside this deployment."""
    return hmac.digest(settings.SECRET_KEY.encode(), user_id.bytes, hashlib.sha256)[:8].hex()
