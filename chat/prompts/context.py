"""What a prompt is made of, and what comes out."""

from dataclasses import dataclass, field
from typing import Any, Literal
from uuid import UUID

from inference.base import Line

Language = Literal["en", "zh-hans"]
Kind = Literal["chat", "regenerate", "continue", "impersonate"]


@dataclass(frozen=True, slots=True)
class Sheet:
    """The character as its author wrote it, traits already in words."""

    version_id: UUID
    language: Language
    name: str
    description: str = ""
    personality: str = ""
    scenario: str = ""
    examples: str = ""
    system_prompt: str = ""
    post_history_instructions: str = ""
    traits: str = ""
    temperature: float | None = None
    top_p: float | None = None
    max_tokens: int | None = None
    stop: tuple[str, ...] = ()
    model: str = ""


@dataclass(frozen=True, slots=True)
class Persona:
    name: str
    description: str = ""


@dataclass(frozen=True, slots=True)
class Said:
    """One message of the branch."""

    id: UUID
    role: Literal["player", "character"]
    speaker: str
    text: str


@dataclass(frozen=True, slots=True)
class PromptContext:
    """`branch` is oldest first and ends with the line to be answered. `begun` is a reply to be carried on."""

    sheet: Sheet
    persona: Persona
    branch: tuple[Said, ...]
    kind: Kind = "chat"
    hint: str = ""
    begun: str = ""
    window_tokens: int = 8_192


@dataclass(frozen=True, slots=True)
class Prompt:
    """`manifest` says what went in and what was cut: ids, names and tokens, never text."""

    lines: tuple[Line, ...]
    stop: tuple[str, ...] = ()
    max_tokens: int | None = None
    manifest: dict[str, Any] = field(default_factory=dict)
