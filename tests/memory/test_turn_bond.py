"""What a turn reads of a bond and of a voice: one statement where there is one, none where there is none."""

from typing import Any

import psycopg
import pytest
from asgiref.sync import sync_to_async

from accounts.ids import uuid7
from chat.database import close_pool, cursor
from chat.prompts import PromptContext, build_prompt
from chat.services.edits import select_alternative
from chat.services.remembering import remember_talk
from chat.services.turns.gather import gather
from chat.services.turns.standing import read_standing
from memory.services.bonds import undo_step
from memory.services.wishes import choose_mode
from tests.memory.known import Acquainted

TRAITS = {"trust": {"value": 35, "pinned": False, "low": 15, "high": 85}}
SOUND = '*I set the cup down.* "You\'re late again, and it has rained. Sit by the stove and tell me what kept you."'


@pytest.fixture
async def read(committed: None, monkeypatch: pytest.MonkeyPatch):
    """read(talk): what a turn would be told, and the statements that were asked for it after the first."""
    said: list[str] = []
    execute = psycopg.AsyncCursor.execute

    async def noted(self: Any, query: Any, *args: Any, **kwargs: Any) -> Any:
        said.append(str(query))
        return await execute(self, query, *args, **kwargs)

    async def of(talk: Acquainted) -> tuple[PromptContext, list[str]]:
        async with cursor() as opened:
            standing = await read_standing(
                opened, user_id=talk.owner.pk, conversation_id=talk.id, client_id=uuid7(), lock=False
            )
        row = standing.row
        with monkeypatch.context() as patched:
            patched.setattr(psycopg.AsyncCursor, "execute", noted)
            said.clear()
            context = await gather(
                conversation_id=talk.id,
                version_id=row.version_id,
                leaf=standing.head_id,
                persona=standing.persona,
                kind="chat",
                plan=row.plan,
                books=row.books,
                knows=row.knows,
                staged=row.staged,
                bond=row.bond,
            )
        return context, [each for each in said if "bondstep" in each or "stylesample" in each]

    yield of
    await close_pool()


def made(*lines: str, **content: Any) -> Acquainted:
    talk = Acquainted(traits=TRAITS, **content)
    talk.script(*lines)
    return talk


async def in_thread(work: Any, *args: Any, **fields: Any) -> Any:
    return await sync_to_async(work)(*args, **fields)


async def test_a_talk_without_a_bond_asks_for_none(read) -> None:
    talk = await in_thread(made, "The rain has stopped.", "So it has.")
    context, asked = await read(talk)
    assert asked == []
    assert context.bond.standing is None
    assert (
        "bond" not in build_prompt(context).manifest["tokens"] or not build_prompt(context).manifest["tokens"]["bond"]
    )
    await in_thread(remember_talk, talk.id)
    context, asked = await read(talk)
    assert asked == [], "what is only kept word for word is no bond"


async def test_what_happened_is_told_to_the_model_in_one_statement_more(read) -> None:
    talk = await in_thread(made, "I've never told anyone this. Call me Bird.", SOUND, "Well?", "Well.")
    await in_thread(remember_talk, talk.id)
    context, asked = await read(talk)
    assert len(asked) == 1
    assert context.bond.standing.calls_player == ("Bird",)
    assert context.bond.standing.mood == "moved"
    assert context.bond.sample == SOUND
    prompt = build_prompt(context)
    told = "\n".join(line.content for line in prompt.lines)
    assert "[Bond]" in prompt.lines[-1].content + prompt.lines[-2].content
    assert "Mira calls You “Bird”." in told
    assert "[Voice]" in prompt.lines[0].content
    assert prompt.manifest["voice"] == {"sample": str(context.bond.sample_id), "drift": []}
    assert prompt.manifest["tokens"]["bond"] > 10


async def test_the_branch_decides_and_what_was_taken_back_is_not_told(read) -> None:
    talk = await in_thread(made, "Thank you.", "Not at all.")
    [kind] = [each for each in await in_thread(talk.lines) if each.content == "Thank you."]
    await in_thread(talk.say, "You're an idiot.", below=talk.opening, role="player")
    for head in (None, kind.id):
        if head:
            await in_thread(select_alternative, **talk.who, message_id=head)
        await in_thread(remember_talk, talk.id)
    context, _ = await read(talk)
    assert context.bond.standing.mood == "glad"
    assert context.bond.standing.closeness == 1

    def take_all_back() -> None:
        for step in talk.mind.pair.steps.all():
            undo_step(user=talk.owner, step_id=step.pk)

    await in_thread(take_all_back)
    context, asked = await read(talk)
    assert (context.bond.standing, asked) == (None, [])


async def test_what_happened_in_one_talk_counts_in_the_next_but_its_mood_does_not(read) -> None:
    first = await in_thread(made, "I lied to you.", "I see.")
    await in_thread(remember_talk, first.id)

    def another() -> Acquainted:
        from chat.services.conversations import start_conversation

        talk = Acquainted.__new__(Acquainted)
        version = first.row.cast.get().version
        talk.owner, talk.character_id = first.owner, first.character_id
        talk.row = start_conversation(owner=first.owner, character=version.character, version=version)
        assert talk.row.head_id is not None
        talk.opening = talk.row.head_id
        talk.script("Evening.", "Hm.")
        return talk

    context, asked = await read(await in_thread(another))
    assert len(asked) == 1
    [trust] = context.bond.standing.sliders
    assert (trust.value, context.bond.standing.mood) == (29, "")


@pytest.mark.parametrize("who", ["the player", "the author"])
async def test_who_wants_nothing_remembered_meets_a_stranger(read, who: str) -> None:
    policy: dict[str, Any] = {
        "memory_policy": {"mode": "off" if who == "the author" else "automatic", "kinds": [], "limit": 5}
    }
    talk = await in_thread(made, "Thank you.", SOUND, **policy)
    await in_thread(remember_talk, talk.id)
    if who == "the player":
        await in_thread(choose_mode, **talk.whose, mode="off")
    context, asked = await read(talk)
    assert (context.bond.standing, context.bond.sample, asked) == (None, "", [])
