"""What a character of a room has to know: what it heard, and who is there."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from accounts.encryption import Place, key_id_of
from accounts.errors import ContentLost
from accounts.selectors import PERSONA_TABLE
from chat.ciphers import ciphers_for
from chat.database import cursor, once_more
from chat.prompts import Company, Note, Persona, PromptContext, Said, Sheet
from chat.prompts.context import Kind
from chat.scene import Actor, SpeakerGuard, audience_of, labels_of
from chat.services.plays.telling import story_for
from chat.services.rooms.scene import Present, Scene, read_scene
from chat.services.turns.bond import bond_for, in_room
from chat.services.turns.gather import Window, read_heard, sheet_of
from chat.services.turns.knowledge import recalled_for
from chat.services.turns.lore import lore_of
from chat.services.turns.memories import NOBODY, Where, Whose, with_memories
from chat.services.turns.note import note_if_due
from chat.services.turns.order import Order
from chat.services.turns.room_order import read_books
from chat.services.turns.standing import Standing
from inference.registry import window_for
from memory.scope import Scope


@dataclass(slots=True)
class Eyes:
    """Who is going to read a prompt. The model is given all that its character knows; a person, nothing that others
    whispered or wrote of themselves: `held_back` says whether there was any of that.
    """

    user_id: UUID | None = None
    held_back: bool = False

    def may(self, allowed: bool) -> bool:
        self.held_back |= not allowed
        return allowed

    def see(self, row: Any) -> bool:
        return self.user_id is None or self.may(audience_of(row).shown_to(self.user_id))

    def read_of(self, person: Present) -> bool:
        return self.user_id in (None, person.user_id) or self.may(not person.description)


async def gather_in_room(order: Order, model: str = "") -> PromptContext:
    assert order.scene is not None
    assert order.actor is not None
    assert order.person is not None
    known = await read_books(order.live.conversation_id, order.owner_id, actor=order.actor, person=order.person)
    return await gather_heard(
        conversation_id=order.live.conversation_id,
        scene=order.scene,
        actor=order.actor,
        version_id=order.version_id,
        leaf=order.leaf,
        persona=order.persona,
        kind=order.live.kind,
        plan=order.plan,
        hint=order.hint,
        director=order.scene.person(order.user_id).name if order.hint else "",
        begun=order.begun,
        note=order.note,
        books=known.books,
        knows=order.actor.id if known.knows else None,
        staged=known.staged,
        whose=Whose(
            known.remembers,
            Scope(order.user_id, order.actor.id, order.live.conversation_id, order.live.audience.seen_by),
            order.cipher,
            heard_all=order.actor.heard_since is None,
            zone=order.zone,
        ),
        bond=known.bond,
        model=model,
    )


async def gather_heard(
    *,
    conversation_id: UUID,
    scene: Scene,
    actor: Actor,
    version_id: UUID,
    leaf: UUID,
    persona: Persona,
    kind: Kind,
    plan: str,
    hint: str,
    note: Note | None,
    books: Sequence[str],
    knows: UUID | None,
    staged: bool,
    director: str = "",
    begun: str = "",
    whose: Whose = NOBODY,
    bond: Sequence[UUID] | None = None,
    eyes: Eyes | None = None,
    model: str = "",
) -> PromptContext:
    """As `gather.gather`, of what this character heard."""
    eyes = eyes or Eyes()

    def keep(row: Any) -> bool:
        return actor.heard(row.id, row.heard_by) and eyes.see(row)

    sheet = await sheet_of(version_id, model)
    branch, whole = await room_window(conversation_id, leaf, keep, own=actor.id)
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
        director=director,
        begun=begun,
        note=await note_if_due(conversation_id, note, branch),
        window_tokens=tokens,
        talk=str(conversation_id),
        lore=replace(lore, recalled=entries) if entries else lore,
        recalled=recalled,
        memories=memories,
        company=await company_of(scene, branch, own=actor, eyes=eyes),
        bond=await bond_for(in_room(bond if sheet.remembers else None, conversation_id, leaf, actor.id), sheet.dynamic),
        story=await story_for(scene.play, actor.id, branch),
        whole=whole,
    )


async def gather_draft_in_room(standing: Standing, *, hint: str, model: str = "") -> PromptContext:
    """For the next line of a person, who knows what they have seen and nothing of what a character is made of."""
    row = standing.row

    def keep(message: Any) -> bool:
        return audience_of(message).shown_to(row.user_id)

    async def work() -> Scene:
        async with cursor() as opened:
            return await read_scene(opened, row.id, standing.head_id)

    scene = await once_more(work)
    person = scene.person(row.user_id)
    branch, whole = await room_window(row.id, standing.head_id, keep, own=None)
    sheet = await sheet_of(row.version_id, model)
    nobody = Actor(id=row.user_id, name=person.name)
    return PromptContext(
        sheet=Sheet(
            version_id=sheet.version_id, language=sheet.language, name=sheet.name, model=sheet.model, then=sheet.then
        ),
        persona=Persona(person.name, standing.persona.description),
        branch=branch,
        kind="impersonate",
        hint=hint,
        window_tokens=window_for(sheet.model, row.plan, sheet.then),
        talk=str(row.id),
        company=await company_of(scene, branch, own=nobody, eyes=Eyes()),
        whole=whole,
    )


async def room_window(
    conversation_id: UUID, leaf: UUID | None, keep: Callable[[Any], bool], *, own: UUID | None
) -> Window:
    """What `keep` lets through, with the lines of `own` in the character's role and all others in the player's."""
    rows, whole = await read_heard(conversation_id, leaf, keep)
    said = (
        each if character == own and each.role == "character" else each._replace(role="player")
        for each, character in rows
    )
    return Window(tuple(said), whole)


async def company_of(scene: Scene, branch: Iterable[Said], *, own: Actor, eyes: Eyes) -> Company:
    """Everybody else: whose names a line may begin with, who spoke last first."""
    others = [actor for actor in scene.actors if actor.id != own.id]
    spoke = [said.speaker for said in reversed(list(branch)) if said.role == "player"]
    called = [name for actor in others for name in actor.called]
    people = await _personas(scene, eyes)
    return Company(
        cast=tuple((actor.name, actor.tagline) for actor in others if actor.on_stage),
        people=people,
        names=labels_of([*spoke, *called, *(person.name for person in people)], but=own.called),
    )


def guard_of(company: Company, actor: Actor) -> SpeakerGuard:
    return SpeakerGuard(company.names, own=actor.called)


async def _personas(scene: Scene, eyes: Eyes) -> tuple[Persona, ...]:
    playing = [person for person in scene.people if person.role != "spectator"]
    told_of = [person for person in playing if eyes.read_of(person)]
    sealed = {person.user_id: bytes(person.description) for person in told_of if person.description}

    async def work() -> Any:
        async with cursor() as opened:
            return await ciphers_for(opened, {key_id_of(body) for body in sealed.values()})

    found = await once_more(work) if sealed else {}

    def told(person: Any) -> str:
        body = sealed.get(person.user_id)
        cipher = found.get(key_id_of(body)) if body else None
        if cipher is None:
            return ""
        try:
            return str(cipher.open(body, Place(PERSONA_TABLE, person.persona_id)))
        except ContentLost:
            return ""

    return tuple(Persona(person.name, told(person)) for person in playing)
