"""What an edition is made of, as the API says and takes it. Whether it is right, `characters.content` decides."""

from collections.abc import Mapping
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from characters.content import (
    DEPTH_ROLES,
    MAX_DEPTH,
    MAX_DEPTH_TEXT,
    MAX_GREETING,
    MAX_GREETINGS,
    MAX_LENGTHS,
    MEMORY_KINDS,
    MEMORY_MODES,
    content_of,
)
from characters.models import CharacterVersion, Language, Rating, Visibility
from characters.portraits.arguments import CHOICES
from characters.traits import TRAITS

_POSITION = {"type": "integer", "minimum": 0, "maximum": 100}
_SLIDER = {
    "type": "object",
    "properties": {"value": _POSITION, "pinned": {"type": "boolean"}, "low": _POSITION, "high": _POSITION},
    "required": ["value"],
}


def _object(says: str, properties: Mapping[str, Any]) -> dict[str, Any]:
    return {"type": "object", "description": says, "properties": dict(properties), "additionalProperties": False}


@extend_schema_field(
    _object(
        "Sliders from 0 to 100 between two named ends. A pinned one never changes, others move from low to high.",
        dict.fromkeys(TRAITS, _SLIDER),
    )
)
class Traits(serializers.JSONField):
    pass


@extend_schema_field(
    _object(
        "How the model answers; what is left out the house decides.",
        {
            "temperature": {"type": "number", "minimum": 0, "maximum": 2},
            "top_p": {"type": "number", "minimum": 0, "maximum": 1},
            "max_tokens": {"type": "integer", "minimum": 16, "maximum": 32_000},
            "stop": {"type": "array", "items": {"type": "string", "maxLength": 100}, "maxItems": 16},
            "model": {
                "type": "string",
                "maxLength": 200,
                "description": "One that this server offers. Any other is kept, and the house's own answers.",
            },
            "second_model": {
                "type": "string",
                "maxLength": 200,
                "description": "Who answers where `model` cannot, or may not be used on the player's plan.",
            },
            "third_model": {"type": "string", "maxLength": 200, "description": "Who answers where neither can."},
        },
    )
)
class Generation(serializers.JSONField):
    pass


@extend_schema_field(
    _object(
        "What the character may remember.",
        {
            "mode": {"type": "string", "enum": list(MEMORY_MODES)},
            "kinds": {"type": "array", "items": {"type": "string", "enum": list(MEMORY_KINDS)}},
            "limit": {"type": "integer", "minimum": 0, "maximum": 10_000},
        },
    )
)
class MemoryPolicy(serializers.JSONField):
    pass


@extend_schema_field(
    _object(
        "How the portrait is drawn, where no picture was brought.",
        {
            "seed": {"type": "string", "maxLength": 60},
            "number": {"type": "string", "maxLength": 6, "description": "A Roman numeral."},
            **{
                name: {"type": "string", "enum": list(values)}
                for name, values in CHOICES.items()
                if name not in ("mood",)
            },
        },
    )
)
class PortraitField(serializers.JSONField):
    pass


@extend_schema_field(
    _object(
        "Said again so many messages above the newest line; empty without one.",
        {
            "text": {"type": "string", "maxLength": MAX_DEPTH_TEXT},
            "depth": {"type": "integer", "minimum": 0, "maximum": MAX_DEPTH},
            "role": {"type": "string", "enum": list(DEPTH_ROLES)},
        },
    )
)
class DepthPrompt(serializers.JSONField):
    pass


@extend_schema_field({"type": "object", "description": "What pages show beside the texts.", "additionalProperties": {}})
class Presentation(serializers.JSONField):
    pass


_SAYS = {
    "name": "The one field that is needed.",
    "nickname": "What {{char}} stands for, if not the name.",
    "tagline": "One line for lists.",
    "about": "For players, on the character's page.",
    "description": "For the model: who this is, secrets included.",
    "personality": "For the model.",
    "scenario": "For the model: where things stand when a talk begins.",
    "examples": "For the model: how the character speaks.",
    "creator_notes": "The author's note to players.",
}


def _text(limit: int, says: str | None) -> serializers.CharField:
    return serializers.CharField(
        max_length=limit, required=False, allow_blank=True, trim_whitespace=False, help_text=says
    )


class ContentSerializer(serializers.Serializer[Any]):
    """The fields of an edition. In a change, what is left out stays as it is."""

    greetings = serializers.ListField(
        child=serializers.CharField(max_length=MAX_GREETING, allow_blank=True, trim_whitespace=False),
        max_length=MAX_GREETINGS,
        required=False,
        help_text="Openings, the first one first.",
    )
    traits = Traits(required=False)
    generation = Generation(required=False)
    memory_policy = MemoryPolicy(required=False)
    portrait = PortraitField(required=False)
    presentation = Presentation(required=False)
    depth_prompt = DepthPrompt(required=False)
    picture = serializers.UUIDField(required=False, allow_null=True, help_text="One of your pictures.")

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        texts = {name: _text(limit, _SAYS.get(name)) for name, limit in MAX_LENGTHS.items()}
        return {**texts, **super().get_fields()}


CONTENT = ("language", "tags", "rating")


def content_from(given: Mapping[str, Any]) -> dict[str, Any]:
    """What `characters.content` takes, of what a body gave."""
    content = {name: value for name, value in given.items() if name not in CONTENT}
    if "picture" in content:
        content["picture"] = str(content["picture"] or "")
    return content


def content_to(version: CharacterVersion) -> dict[str, Any]:
    content = content_of(version)
    content.pop("card")
    return content | {"picture": content["picture"] or None}


def language_field(**options: Any) -> serializers.ChoiceField:
    return serializers.ChoiceField(Language.choices, help_text="Of this edition.", **options)


def rating_field(**options: Any) -> serializers.ChoiceField:
    return serializers.ChoiceField(Rating.choices, **options)


def visibility_field(**options: Any) -> serializers.ChoiceField:
    return serializers.ChoiceField(Visibility.choices, **options)


def tags_field(**options: Any) -> serializers.ListField:
    return serializers.ListField(
        child=serializers.CharField(max_length=40), max_length=12, help_text="By code or name.", **options
    )
