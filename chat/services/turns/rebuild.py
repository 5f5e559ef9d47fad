"""The prompt of an earlier turn, built again for whoever wrote the card: no word of it was kept.

It is built by the version of the template that was in force then. What went in may have changed since (a persona, a
lorebook, a deleted line); the digest in the manifest tells whether it is still the same, letter by letter. Of a room's
prompt nobody is shown what others whispered, noted or wrote of themselves.
"""

from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from psycopg import AsyncCursor

from accounts.encryption import Place, key_id_of
from accounts.errors import ContentLost, NotFound
from accounts.ids import uuid7
from chat.ciphers import ciphers_for
from chat.database import cursor, fetch_all, in_thread
from chat.models import Turn
from chat.prompts import Note, Persona, Prompt, PromptContext, build_prompt, digest_of
from chat.prompts.templates import name_of
from chat.selectors.receipt import family_in, template_in
from chat.services.rooms.scene import read_scene
from chat.services.turns.asked import Asked
from chat.services.turns.feelings import tone_of
from chat.services.turns.gather import gather
from chat.services.turns.memories import Whose, as_noted
from chat.services.turns.room_gather import Eyes, gather_heard
from chat.services.turns.room_order import read_books
from chat.services.turns.room_path import addressed, read_path
from chat.services.turns.standing import Standing, read_standing
from inference import live
from inference.prompts import Shelf, Unfit
from inference.selectors import NoSuchVersion, shelf_as_it_was

# Of these books, those that somebody wrote.
OWN_BOOKS = """
select b.id from characters_lorebook b left join characters_character c on c.id = b.character_id
where b.id = any(%(books)s::uuid[]) and %(user)s in (b.owner_id, c.owner_id)
"""


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """`held_back`: there was more in it, which is not for whoever looks. `template` is what made it then; `gone`: it is
    no longer there, so what is in force now was used.
    """

    prompt: Prompt
    exact: bool
    template: str
    gone: bool
    held_back: bool = False


async def rebuild_prompt(turn: Turn, *, user_id: UUID) -> Rebuilt:
    """As `user_id`, who takes part in the talk, would have it built. NotFound where nothing is left to build it of."""
    version = turn.manifest.get("character_version")
    if version is None:
        raise NotFound
    async with cursor() as opened:
        standing = await read_standing(
            opened, user_id=user_id, conversation_id=turn.conversation_id, client_id=uuid7(), lock=False
        )
        hint = await _hint(opened, turn)
    note = replace(standing.note, every=1) if standing.note and "note" in turn.manifest else None
    eyes = Eyes(user_id)
    if standing.row.room:
        context = await _heard(turn, standing, eyes, version_id=UUID(version), hint=hint, note=note)
        return await _built(turn, await _toned(turn, context, standing), held_back=eyes.held_back)
    language = standing.row.version_language
    context = await gather(
        whose=Whose(given=await as_noted(turn.manifest, language, user_id, standing.cipher, standing.row.zone)),
        conversation_id=turn.conversation_id,
        version_id=UUID(version),
        leaf=turn.parent_id,
        persona=standing.persona,
        kind=turn.kind,  # type: ignore[arg-type]
        plan=standing.row.plan,
        hint=hint,
        note=note,
        books=standing.row.books,
        knows=standing.row.knows,
        staged=standing.row.staged,
        bond=standing.row.bond,
        model=turn.manifest.get("asked_model", ""),
    )
    return await _built(turn, await _toned(turn, context, standing))


async def _toned(turn: Turn, context: PromptContext, standing: Standing) -> PromptContext:
    tone = await tone_of(
        context.branch,
        wish=turn.manifest.get("tone", 0),
        reads=standing.row.reads,
        alone=not standing.row.room or context.company is None or len(context.company.people) <= 1,
        speaker=turn.speaker if standing.row.room else "",
    )
    return replace(context, tone=tone)


async def _built(turn: Turn, context: PromptContext, *, held_back: bool = False) -> Rebuilt:
    told, versions = template_in(turn.manifest)
    shelf = await _shelf_of(versions)
    occasion = live.occasion_of(context.sheet.language, family_in(turn.manifest))
    template = (shelf or live.templates()).template(name_of(context), occasion)
    prompt = build_prompt(Asked(max_tokens=turn.manifest.get("max_tokens")).of(context), template)
    exact = digest_of(prompt.lines) == turn.manifest.get("digest")
    return Rebuilt(prompt, exact, f"{told} {versions[told]}", gone=shelf is None, held_back=held_back)


@in_thread
def _shelf_of(versions: dict[str, str]) -> Shelf | None:
    try:
        return shelf_as_it_was(versions)
    except (NoSuchVersion, Unfit):
        return None


async def _heard(
    turn: Turn, standing: Standing, eyes: Eyes, *, version_id: UUID, hint: str, note: Note | None
) -> PromptContext:
    """What the speaker had heard, less what `eyes` may not see. NotFound for a character that has left."""
    viewer = standing.row.user_id
    async with cursor() as opened:
        scene = await read_scene(opened, turn.conversation_id, turn.parent_id)
        actor = scene.member(turn.character_id).actor
        path = await read_path(opened, turn.conversation_id, turn.parent_id)
        person = addressed(scene, [step for step in path if step.audience.shown_to(viewer)], actor)
    known = await read_books(turn.conversation_id, standing.row.owner_id, actor=actor, person=person)
    books = {"books": [book.split()[0] for book in known.books], "user": viewer}
    own = {str(row.id) for row in await fetch_all(OWN_BOOKS, books)}
    return await gather_heard(
        conversation_id=turn.conversation_id,
        scene=scene,
        actor=actor,
        version_id=version_id,
        leaf=turn.parent_id,
        persona=Persona(person.name),
        kind=turn.kind,  # type: ignore[arg-type]
        plan=standing.row.plan,
        hint=hint if not hint or eyes.may(turn.started_by_id == viewer) else "",
        director=scene.person(viewer).name,  # nobody else is shown the hint
        note=note if note is None or eyes.may(standing.row.owner_id == viewer) else None,
        books=[book for book in known.books if eyes.may(book.split()[0] in own)],
        knows=actor.id if known.knows else None,
        staged=known.staged,
        whose=Whose(
            given=await as_noted(
                turn.manifest, standing.row.version_language, viewer, standing.cipher, standing.row.zone
            )
        ),
        bond=known.bond,
        eyes=eyes,
        model=turn.manifest.get("asked_model", ""),
    )


async def _hint(cursor: AsyncCursor[Any], turn: Turn) -> str:
    """What was asked of the reply; empty where that can no longer be read: then the digest tells."""
    if not turn.hint:
        return ""
    found = await ciphers_for(cursor, [key_id_of(turn.hint)])
    try:
        return found[key_id_of(turn.hint)].open(turn.hint, Place("hint", turn.pk))
    except (KeyError, ContentLost):
        return ""
