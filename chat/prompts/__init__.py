"""Prompt assembly: what was gathered in, a prompt and its manifest out. Pure: no model, no Django, no clock."""

from chat.prompts.build import build_prompt
from chat.prompts.context import (
    Company,
    DepthPrompt,
    Lore,
    Note,
    Persona,
    Prompt,
    PromptContext,
    Said,
    Sheet,
    Story,
    ToldAt,
)
from chat.prompts.digest import digest_of
from chat.prompts.templates import template_for

__all__ = [
    "Company", "DepthPrompt", "Lore", "Note", "Persona", "Prompt", "PromptContext", "Said", "Sheet", "Story",
    "ToldAt", "build_prompt", "digest_of", "template_for",
]  # fmt: skip
