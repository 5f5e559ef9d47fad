"""“Draft it for me”: a model fills the form from a sentence.

Nothing is written to the draft here: the page proposes, its author decides field by field.
"""

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID

import structlog
from django.utils.translation import gettext_lazy as _

from accounts.errors import Invalid, TooLong
from accounts.models import Operation, User
from accounts.spending.answers import Answer, asking_once
from accounts.spending.calls import Call
from characters import assist_schema
from characters.eventstream import Emit, Work
from characters.prompts import DRAFT
from characters.services.model_words import Silent, in_words
from inference import live
from inference.base import ChatRequest, Line, ModelError, Refused, Usage
from inference.calibration import calibrated
from inference.prices import Cost
from inference.prompts import Compiled
from inference.registry import model_for, most_cost, served_as

log = structlog.get_logger(__name__)

MAX_SENTENCE = 2_000
MAX_TOKENS = 4_000
USUAL_TOKENS = 1_500  # of a draft that fills the form
TEMPERATURE = 0.9
# What is written already goes along, so that the rest fits it; the long texts only by their beginning.
GIVEN = ("name", "tagline", "epithet", "about", "description", "personality", "scenario")
GIVEN_LENGTH = 1_500

_LANGUAGES = {"en": "English", "zh-hans": "Simplified Chinese (简体中文)"}


def checked_sentence(value: Any) -> str:
    """Raises Invalid with field "sentence"."""
    sentence = value.replace("\x00", "").strip() if isinstance(value, str) else ""
    if not sentence:
        raise Invalid(_("Say in a sentence whom you have in mind."), field="sentence")
    if len(sentence) > MAX_SENTENCE:
        raise TooLong(field="sentence", limit=MAX_SENTENCE)
    return sentence


def drafting(
    *,
    user: User,
    sentence: str,
    content: Mapping[str, Any],
    language: str,
    character_id: UUID | None = None,
    again: bool = False,
) -> Work:
    """Emits `writing` {fields} as the answer grows and `draft` {language, fields: {field: value}} at its end.

    `content` are the fields of the form as they stand: what is proposed has to fit them. The language is the
    sentence's own. What was drafted of the same lately comes once more, unless another draft is wanted `again`. Raises
    the product's words for what the model does wrong.
    """
    language = assist_schema.language_of(sentence, language)
    template = _template(user, content, language)
    request = _request(template, user, sentence, content, language)

    async def drafted_by_model(emit: Emit, request: ChatRequest) -> dict[str, Any]:
        call, words = Call.by(user, Operation.SHEET, character_id), str(template.template())
        async with asking_once(call, request, template=words, anew=again) as pieces:
            said = await _said(emit, pieces)
            fields = assist_schema.read_answer(said)
            if not fields:
                raise Silent(f"{len(said)} characters, no field")
            pieces.keep()
            return fields

    async def work(emit: Emit) -> None:
        emit("writing", {"fields": []})
        try:
            try:
                fields = await drafted_by_model(emit, request)
            except Refused as error:
                if error.status not in (400, 422):
                    raise
                # A server that knows no schemas: the rules ask for JSON too.
                fields = await drafted_by_model(emit, replace(request, schema=None))
        except ModelError as error:
            log.warning("draft_not_written", code=error.code, model=request.model)
            raise in_words(error) from error
        emit("draft", {"language": language, "fields": fields})

    return work


def cost_of_drafting(*, user: User, content: Mapping[str, Any], language: str) -> Cost | None:
    """About what it will cost; None where the model has no price."""
    request = _request(_template(user, content, language), user, "", content, language)
    return most_cost(request, Usage(calibrated(request.model, request.lines), USUAL_TOKENS))


def _template(user: User, content: Mapping[str, Any], language: str) -> Compiled:
    return live.template(DRAFT, language=language, model=served_as(_model(content), user.plan_id or ""))


def _request(template: Compiled, user: User, sentence: str, content: Mapping[str, Any], language: str) -> ChatRequest:
    plan = user.plan_id or ""
    return ChatRequest(
        model=model_for(_model(content), plan),
        lines=lines_of(template, sentence, content, language),
        temperature=TEMPERATURE,
        max_tokens=MAX_TOKENS,
        schema=assist_schema.schema(asked_by(template)),
        plan=plan,
    )


async def _said(emit: Emit, pieces: Answer) -> str:
    said, told = "", 0
    async for piece in pieces:
        said += piece
        begun = assist_schema.keys_begun(said)
        if len(begun) > told:
            told = len(begun)
            emit("writing", {"fields": begun})
    return said


def _model(content: Mapping[str, Any]) -> str:
    """The one that the form names; empty for the house's own."""
    generation = content.get("generation")
    named = generation.get("model") if isinstance(generation, Mapping) else ""
    return named if isinstance(named, str) else ""


def asked_by(template: Compiled) -> dict[str, str]:
    """By text of the sheet, what it is to be."""
    return {name: words.render({}) for name, words in template.phrases.items()}


def lines_of(template: Compiled, sentence: str, content: Mapping[str, Any], language: str) -> tuple[Line, ...]:
    asked = asked_by(template)
    looks = assist_schema.schema(asked)["properties"]["portrait"]["properties"]
    values = template.checked(
        {
            "language": _LANGUAGES[language],
            "keys": "\n".join(f"- {name}: {text}" for name, text in asked.items()),
            "looks": "; ".join(f"{name} is one of {', '.join(each['enum'])}" for name, each in looks.items()) + ".",
            "sentence": sentence,
            "given": _given(content),
        }
    )
    blocks = (*template.prefix, *template.tail)
    return tuple(Line(block.role, text) for block in blocks if (text := block.render(values)))


def _given(content: Mapping[str, Any]) -> str:
    given = {name: text[:GIVEN_LENGTH] for name in GIVEN if isinstance(text := content.get(name), str) and text.strip()}
    return json.dumps(given, ensure_ascii=False) if given else ""
