"""A request for a completion, checked: each part of OpenAI's that means something here, and a refusal of the others."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from accounts.errors import Invalid, TooLong
from chat.services.stateless import Told
from chat.services.turns import Asked
from chat.texts import Empty, check_text

MAX_MESSAGES = 2_000
MAX_TEXT = 1_000_000  # characters, of all messages
MAX_STOPS = 4
MAX_SEED = 2**63 - 1
CONVERSATION = "metadata.conversation_id"

# Accepted where they say what is the case anyway; asked for anything else, they are refused by name.
UNUSED: dict[str, tuple[Any, ...]] = {
    "n": (1,),
    "presence_penalty": (0,),
    "frequency_penalty": (0,),
    "logprobs": (False,),
    "top_logprobs": (0,),
    "logit_bias": ({},),
    "tools": ([],),
    "functions": ([],),
    "tool_choice": ("none", "auto"),
    "parallel_tool_calls": (True, False),
    "response_format": ({"type": "text"},),
    "modalities": (["text"],),
    "store": (False,),
    "service_tier": ("auto", "default"),
}
LABELS = ("user", "safety_identifier", "prompt_cache_key")  # who asks is known by the key


class Unsupported(Invalid):
    code = "unsupported_parameter"


class Unknown(Invalid):
    code = "unknown_parameter"


@dataclass(frozen=True, slots=True)
class CompletionAsked:
    """`told` and `notes` are the talk as the client keeps it; `conversation_id` names one that we keep."""

    model: str
    told: tuple[Told, ...]
    notes: str
    stream: bool
    include_usage: bool
    conversation_id: UUID | None
    asked: Asked


def completion_asked(body: Any) -> CompletionAsked:
    """Raises Invalid, with the parameter as its field."""
    if not isinstance(body, Mapping):
        raise Invalid(_("An object is needed here."))
    given = {name: value for name, value in body.items() if value is not None}
    reader = Reader(given)
    model, stream = reader.text("model", most=200, needed=True), reader.flag("stream")
    told, notes = reader.messages()
    newer, older = reader.whole("max_completion_tokens"), reader.whole("max_tokens")
    found = CompletionAsked(
        model=model,
        told=told,
        notes=notes,
        stream=stream,
        include_usage=reader.wants_usage(),
        conversation_id=reader.conversation(),
        asked=Asked(
            temperature=reader.number("temperature", 0, 2),
            top_p=reader.number("top_p", 0, 1),
            max_tokens=newer or older,
            stop=reader.stop(),
            seed=reader.seed(),
        ),
    )
    for name in LABELS:
        reader.text(name, most=512)
    reader.refuse_the_rest()
    return found


class Reader:
    def __init__(self, given: Mapping[str, Any]) -> None:
        self._given = given
        self._read: set[str] = set()

    def text(self, name: str, *, most: int, needed: bool = False) -> str:
        value = self._take(name, "")
        if not isinstance(value, str) or len(value) > most or (needed and not value):
            raise Invalid(_("This is a text of at most %d characters.") % most, field=name, limit=most)
        return value

    def flag(self, name: str) -> bool:
        value = self._take(name, False)
        if not isinstance(value, bool):
            raise Invalid(_("This is true or false."), field=name)
        return value

    def number(self, name: str, least: float, most: float) -> float | None:
        value = self._take(name, None)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int | float) or not least <= value <= most:
            raise Invalid(_("This lies between %(least)g and %(most)g.") % {"least": least, "most": most}, field=name)
        return float(value)

    def whole(self, name: str) -> int | None:
        value = self._take(name, None)
        if value is not None and (isinstance(value, bool) or not isinstance(value, int) or not 0 < value < 2**31):
            raise Invalid(_("This is a whole number from 1 on."), field=name)
        return value

    def seed(self) -> int | None:
        value = self._take("seed", None)
        if value is not None and (isinstance(value, bool) or not isinstance(value, int) or abs(value) > MAX_SEED):
            raise Invalid(_("This must be a whole number."), field="seed")
        return value

    def stop(self) -> tuple[str, ...]:
        value = self._take("stop", [])
        found = [value] if isinstance(value, str) else value
        if not isinstance(found, list) or len(found) > MAX_STOPS or not all(isinstance(e, str) and e for e in found):
            raise Invalid(_("This is a text, or a list of up to four."), field="stop", limit=MAX_STOPS)
        return tuple(found)

    def wants_usage(self) -> bool:
        options = self._take("stream_options", {})
        if not isinstance(options, Mapping) or not isinstance(options.get("include_usage", False), bool | None):
            raise Invalid(field="stream_options")
        if strange := sorted(set(options) - {"include_usage", "include_obfuscation"}):
            raise Unknown(_("There is no such parameter."), field=f"stream_options.{strange[0]}")
        return bool(options.get("include_usage"))

    def conversation(self) -> UUID | None:
        metadata = self._take("metadata", {})
        if not isinstance(metadata, Mapping):
            raise Invalid(field="metadata")
        named = metadata.get("conversation_id")
        return None if named is None else conversation_named(named, CONVERSATION)

    def messages(self) -> tuple[tuple[Told, ...], str]:
        """The lines, and what stands in the client's own system messages."""
        messages = self._take("messages", [])
        if not isinstance(messages, list) or not messages:
            raise Invalid(_("A list with at least one message is needed here."), field="messages")
        if len(messages) > MAX_MESSAGES:
            raise TooLong(field="messages", limit=MAX_MESSAGES)
        told, notes, size = [], [], 0
        for number, message in enumerate(messages):
            role, text = message_at(f"messages.[{number}]", message)
            size += len(text)
            if role in ("system", "developer"):
                notes.append(text)
            else:
                told.append(Told(role == "user", text))
        if size > MAX_TEXT:
            raise TooLong(field="messages", limit=MAX_TEXT)
        return tuple(told), "\n\n".join(text for text in notes if text.strip())

    def refuse_the_rest(self) -> None:
        for name, value in self._given.items():
            if name in self._read:
                continue
            if name not in UNUSED:
                raise Unknown(_("There is no such parameter."), field=name)
            # Not `in`: 1 is no True here.
            if not any(type(value) is type(usual) and value == usual for usual in allowed(name)):
                raise Unsupported(_("Characters do not do that: leave it out."), field=name)

    def _take(self, name: str, otherwise: Any) -> Any:
        self._read.add(name)
        return self._given.get(name, otherwise)


def allowed(name: str) -> tuple[Any, ...]:
    usual = UNUSED[name]
    return (*usual, *(float(each) for each in usual if type(each) is int))


def message_at(place: str, message: Any) -> tuple[str, str]:
    if not isinstance(message, Mapping):
        raise Invalid(_("An object is needed here."), field=place)
    role = message.get("role")
    if role not in ("system", "developer", "user", "assistant"):
        raise Invalid(_("Roles are system, developer, user and assistant."), field=f"{place}.role")
    if message.get("tool_calls") or message.get("function_call"):
        raise Unsupported(_("Characters do not do that: leave it out."), field=f"{place}.tool_calls")
    text = text_of(f"{place}.content", message.get("content"))
    if role in ("user", "assistant") and not text.strip():
        raise Empty(field=f"{place}.content")
    return role, check_text(text, field=f"{place}.content", limit=MAX_TEXT)


def text_of(place: str, content: Any) -> str:
    if isinstance(content, str):
        return content
    if not isinstance(content, list):
        raise Invalid(_("This is a text, or a list of parts."), field=place)
    texts = []
    for number, part in enumerate(content):
        if not isinstance(part, Mapping) or part.get("type") != "text" or not isinstance(part.get("text"), str):
            raise Unsupported(_("Only parts of the type “text” are understood."), field=f"{place}.[{number}]")
        texts.append(part["text"])
    return "".join(texts)


def conversation_named(text: Any, field: str) -> UUID:
    try:
        return UUID(text)
    except (ValueError, TypeError, AttributeError):
        raise Invalid(_("This must be a UUID."), field=field) from None
