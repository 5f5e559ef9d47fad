"""A reply to a talk that somebody else keeps: the same prompt, the same model, and nothing is stored.

What was said so far comes with every request. It costs what a line in a talk costs.
"""

from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass, replace
from hashlib import blake2b
from uuid import UUID

from accounts.age import admit_person
from accounts.judging import Place, judged
from accounts.models import Operation, User
from accounts.spending.calls import Call, Spent
from accounts.spending.spend import asking
from characters.models import Character, Knowledge
from characters.selectors import edition_of
from characters.selectors.lore import books_of_character
from characters.services.model_words import Silent, in_words
from chat.prompts import Lore, PromptContext, Said
from chat.services.speech import Speech
from chat.services.tryout import persona_of
from chat.services.turns import Asked
from chat.services.turns.answer import request_for
from chat.services.turns.caring import softened
from chat.services.turns.gather import sheet_from
from chat.services.turns.judging import ReplyJudge, judge_beside
from chat.services.turns.knowledge import recall_spent, recalled_for
from chat.services.turns.prompt import prompt_for
from inference.base import ChatRequest, Declined, ModelError
from inference.registry import window_for
from moderation.decision import age_of


@dataclass(frozen=True, slots=True)
class Told:
    """One line of the talk as the program told it."""

    by_player: bool
    text: str


@dataclass(frozen=True, slots=True)
class Scene:
    """All that the reply depends on. `knows` is the character if it has texts to recall; `staged`: somebody else's;
    `rating` is the character's.
    """

    user: User
    context: PromptContext
    character_id: UUID
    knows: UUID | None
    staged: bool
    asked: Asked
    rating: str


def scene(*, user: User, character: Character, told: Sequence[Told], notes: str, asked: Asked) -> Scene:
    """A line of the character's that stands last is carried on. Raises CharacterVersion.DoesNotExist, NotAllowed.

    All of it is judged, with every request: nobody else knows what was said so far.
    """
    admit_person(user)
    version, staged = edition_of(character), character.owner_id != user.pk
    said = Place("input", "api", character.rating)

    def allowed(text: str) -> str:
        return judged(text, said, field="messages", user=user)

    told = [replace(line, text=allowed(line.text)) if line.by_player else line for line in told]
    notes = allowed(notes)
    persona = persona_of(user, version.language)
    begun = "" if not told or told[-1].by_player else told[-1].text
    branch = tuple(
        Said(_id(number, line), "player", persona.name, line.text)
        if line.by_player
        else Said(_id(number, line), "character", version.name, line.text)
        for number, line in enumerate(told[:-1] if begun else told)
    )
    sheet = sheet_from(version)
    context = PromptContext(
        sheet=sheet,
        persona=persona,
        branch=branch,
        kind="continue" if begun else "chat",
        begun=begun,
        window_tokens=window_for(sheet.model, user.plan_id or "", sheet.then),
        lore=Lore(books_of_character(character.pk, staged=staged)),
        notes=notes,
    )
    known = Knowledge.objects.filter(character=character, enabled=True, deleted_at=None)
    known = known.filter(staged__isnull=False) if staged else known
    knows = character.pk if known.exists() else None
    return Scene(user, asked.of(context), character.pk, knows, staged, asked, character.rating)


def _id(number: int, line: Told) -> UUID:
    """The same for the same line at the same place: what is left to chance falls as it did the last time."""
    text = f"{number} {line.by_player} {line.text}".encode("utf-8", "surrogatepass")
    return UUID(bytes=blake2b(text, digest_size=16).digest())


@dataclass(frozen=True, slots=True)
class Question:
    """What the model is asked, on whose account; `beside`: what was used to make it. `judge` listens to the answer."""

    request: ChatRequest
    call: Call
    beside: tuple[Spent, ...]
    judge: ReplyJudge


async def question_of(scene: Scene, key_id: UUID | None = None) -> Question:
    context = scene.context
    recalled, entries = await recalled_for(context.branch, knows=scene.knows, staged=scene.staged, lore=context.lore)
    context = replace(context, recalled=recalled, lore=replace(context.lore, recalled=entries))
    plan = scene.user.plan_id or ""
    request = request_for(softened(prompt_for(context, plan), context), context, scene.user.pk, plan)
    call = Call.by(scene.user, Operation.STATELESS, scene.character_id, key_id)
    judge = judge_beside(rating=scene.rating, age=age_of(scene.user), surface="api")
    return Question(scene.asked.with_seed(request), call, recall_spent(call, recalled.read), judge)


async def speaking(question: Question, speech: Speech) -> AsyncGenerator[str]:
    """The words, as they come. Closing it stops the model. Raises the product's words for what the model does wrong.

    Where a rule stands against them they end, as this protocol says it: `content_filter`.
    """
    judge = question.judge
    try:
        async with asking(question.call, question.request, beside=question.beside) as reply:
            try:
                async for piece in reply:
                    if said := judge.feed(piece):
                        speech.text += said
                        yield said
                    if judge.is_stopped:
                        break
                if held := judge.close():
                    speech.text += held
                    yield held
            finally:
                speech.finish, speech.usage = reply.finish or "stop", reply.usage
        decision = await judge.whole(speech.text)
        if not decision.passes:
            speech.text, speech.finish = "", "content_filter"
            return
        if not speech.text:
            raise Silent
    except ModelError as error:
        if isinstance(error, Declined) and speech.text:
            return  # `finish` says it: this protocol has a word for it
        raise in_words(error, said=bool(speech.text)) from error
