"""A test talk with a character that is still being written: the same prompt, the same model, and nothing is kept.

What was said so far comes with every request; no row, no stream in Redis, no log knows of it. It costs what a line in
a talk costs.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from accounts.age import admit_person
from accounts.errors import Invalid, TooLong
from accounts.ids import uuid7
from accounts.judging import Place, judged
from accounts.models import Operation, User
from accounts.selectors import default_persona, open_persona, persona_called
from accounts.spending.calls import Call
from accounts.spending.spend import asking
from characters.content import checked, columns_of
from characters.eventstream import Emit, Work
from characters.macros import expand_names
from characters.models import CharacterVersion, Draft, Knowledge, Language, Rating
from characters.selectors.lore import books_of_character
from characters.services.model_words import Silent, in_words
from chat import protocol
from chat.prompts import Lore, Persona, Prompt, PromptContext, Said
from chat.services.turns.answer import request_for
from chat.services.turns.gather import sheet_from
from chat.services.turns.judging import judge_beside
from chat.services.turns.knowledge import recall_spent, recalled_for
from chat.services.turns.prompt import prompt_for
from inference.base import ModelError
from inference.registry import window_for
from inference.tokens import estimate_lines
from moderation.decision import age_of

MAX_LINES = 80
MAX_TEXT = 400_000
NAMELESS = {Language.ENGLISH: "Somebody", Language.CHINESE: "无名氏"}

Kind = Literal["chat", "regenerate"]


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """One request: the form as it stands, and what was said so far, the line to be answered last."""

    user: User
    version: CharacterVersion
    persona: Persona
    said: tuple[Said, ...]
    kind: Kind = "chat"
    # The number of the opening it began with, and the character if it has texts to recall.
    greeting: int | None = None
    knows: UUID | None = None
    rating: str = Rating.GENERAL


def rehearsal(
    *,
    user: User,
    draft: Draft,
    content: Mapping[str, Any],
    lines: Sequence[Any],
    greeting: int | None = None,
    again: bool = False,
) -> Rehearsal:
    """Raises Invalid: with the field of the form that is wrong, or for lines that are none."""
    admit_person(user)
    version = version_of(draft, content)
    persona = persona_of(user, draft.language)
    rating = str(content.get("rating") or draft.content.get("rating") or Rating.GENERAL)
    known = Knowledge.objects.filter(character=draft.character, enabled=True, deleted_at=None)
    return Rehearsal(
        user,
        version,
        persona,
        said=_judged(_said(lines, version, persona), user, rating),
        rating=rating,
        kind="regenerate" if again else "chat",
        greeting=greeting,
        knows=draft.character_id if draft.character and known.exists() else None,
    )


def version_of(draft: Draft, content: Mapping[str, Any]) -> CharacterVersion:
    """The form as a version that is never stored. A character without a name can be tried too."""
    named = {**content, "name": str(content.get("name") or "").strip() or NAMELESS[Language(draft.language)]}
    version = CharacterVersion(language=draft.language, number=1, **columns_of(checked(draft.language, named)))
    if draft.character_id is not None:
        version.character_id = draft.character_id
    return version


def persona_of(user: User, language: str) -> Persona:
    persona = default_persona(user)
    if persona is None:
        return Persona(persona_called("You", language))
    return Persona(persona_called(persona.name, language), open_persona(persona).description)


def greetings_of(version: CharacterVersion, persona: Persona) -> list[str]:
    """The openings as a player reads them."""
    return [expand_names(text, char=version.nickname or version.name, user=persona.name) for text in version.greetings]


def context_of(rehearsed: Rehearsal) -> PromptContext:
    sheet = sheet_from(rehearsed.version)
    return PromptContext(
        sheet=sheet,
        persona=rehearsed.persona,
        branch=rehearsed.said,
        kind=rehearsed.kind,
        window_tokens=window_for(sheet.model, rehearsed.user.plan_id or "", sheet.then),
        lore=Lore(books_of_character(rehearsed.version.character_id), greeting=rehearsed.greeting),
    )


def size_of(prompt: Prompt, window: int) -> dict[str, Any]:
    """What the prompt weighs, by part, against the model's window; and what did not fit."""
    tokens = {name: count for name, count in prompt.manifest["tokens"].items() if count}
    return {
        "parts": tokens,
        "total": estimate_lines(prompt.lines),
        "window": window,
        "cut": prompt.manifest["cut"],
    }


def answering(rehearsed: Rehearsal) -> Work:
    """Emits `prompt` (its size), `piece`s and `end`. Raises the product's words for what the model does wrong, and
    NotAllowed where a rule stands against what it says.
    """
    context = context_of(rehearsed)

    async def work(emit: Emit) -> None:
        remembered = await _with_recalled(context, rehearsed.knows)
        plan = rehearsed.user.plan_id or ""
        prompt = prompt_for(remembered, plan)
        emit("prompt", size_of(prompt, context.window_tokens))
        request = request_for(prompt, remembered, rehearsed.user.pk, plan)
        user, spoken = rehearsed.user, list[str]()
        judge = judge_beside(rating=rehearsed.rating, age=age_of(user))
        call = Call.by(user, Operation.TRYOUT, rehearsed.version.character_id)
        try:
            async with asking(call, request, beside=recall_spent(call, remembered.recalled.read)) as pieces:
                async for piece in pieces:
                    spoken.append(judge.feed(piece))
                    emit("piece", {"text": spoken[-1]})
                    if judge.is_stopped:
                        break
                spoken.append(judge.close())
                emit("piece", {"text": spoken[-1]})
            decision = await judge.whole("".join(spoken))
            if not decision.passes:
                raise decision.refusal("lines")
            if not any(spoken):
                raise Silent
        except ModelError as error:
            raise in_words(error, said=any(spoken)) from error
        emit("end", {"prompt": pieces.usage.prompt, "completion": pieces.usage.completion})

    return work


async def _with_recalled(context: PromptContext, knows: UUID | None) -> PromptContext:
    recalled, entries = await recalled_for(context.branch, knows=knows, staged=False, lore=context.lore)
    return replace(context, recalled=recalled, lore=replace(context.lore, recalled=entries))


def _judged(said: tuple[Said, ...], user: User, rating: str) -> tuple[Said, ...]:
    """The line that is to be answered; those before it were, each in its turn."""
    *before, last = said
    text = judged(last.text, Place("input", "chat", rating), field="lines", user=user)  # type: ignore[arg-type]
    return *before, last._replace(text=text)


def _said(lines: Sequence[Any], version: CharacterVersion, persona: Persona) -> tuple[Said, ...]:
    if len(lines) > MAX_LINES:
        raise Invalid(_("This rehearsal is long enough. Begin anew."), field="lines", limit=MAX_LINES)
    said = []
    for line in lines:
        role, text = (line.get("role"), line.get("text")) if isinstance(line, Mapping) else (None, None)
        if role not in ("player", "character") or not isinstance(text, str) or not text.strip():
            raise Invalid(_("That is not something we can take."), field="lines")
        if len(text) > protocol.MAX_CONTENT and role == "player":
            raise TooLong(field="lines", limit=protocol.MAX_CONTENT)
        speaker = persona.name if role == "player" else version.name
        said.append(Said(id=uuid7(), role=role, speaker=speaker, text=text))
    if sum(len(each.text) for each in said) > MAX_TEXT:
        raise TooLong(field="lines", limit=MAX_TEXT)
    if not said or said[-1].role != "player":
        raise Invalid(_("There is no line to answer."), field="lines")
    return tuple(said)
