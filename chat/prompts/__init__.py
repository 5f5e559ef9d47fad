"""Prompt assembly: what was gathered in, a prompt and its manifest out. Pure: no model, no Django, no clock."""

from chat.prompts.build import build_prompt
from chat.prompts.context import DepthPrompt, Lore, Note, Persona, Prompt, PromptContext, Said, Sheet

__all__ = ["DepthPrompt", "Lore", "Note", "Persona", "Prompt", "PromptContext", "Said", "Sheet", "build_prompt"]
