"""Which template a prompt is made by, and what the product hands in to it."""

from pathlib import Path

from chat.prompts.anchor import Reminder
from chat.prompts.bond import bond_in, voice_in
from chat.prompts.company import people_in, stage_in
from chat.prompts.context import PromptContext
from chat.prompts.fence import fenced, named
from chat.prompts.memories import pinned_in
from chat.prompts.script import Script
from chat.prompts.story import story_in
from chat.prompts.tone import wish_in
from inference.prompts import Compiled, Occasion, Shelf, Values, ship, shipped

REPLY, ROOM, PLAY = "chat.reply", "chat.room", "chat.play"

ship(Path(__file__).parent)


def template_for(
    context: PromptContext, shelf: Shelf | None = None, *, family: str = "", environment: str = ""
) -> Compiled:
    """All kinds of turns of a talk share one: they share the beginning that providers keep."""
    occasion = Occasion(context.sheet.language, family, environment)
    return (shelf or shipped()).template(name_of(context), occasion)


def name_of(context: PromptContext) -> str:
    if context.story is not None:
        return PLAY
    return REPLY if context.company is None else ROOM


def values_of(script: Script, reminder: Reminder) -> Values:
    """By the names of the templates' inputs. What people wrote comes fenced; nothing of it is read as a template."""
    context, sheet, theirs = script.context, script.context.sheet, script.theirs
    values = {
        "kind": context.kind,
        "char": script.char,
        "user": script.user,
        "name": script.name,
        "description": theirs(sheet.description),
        "personality": theirs(sheet.personality),
        "traits": fenced(sheet.traits),
        "scenario": theirs(sheet.scenario),
        "player": theirs(context.persona.description),
        "notes": theirs(context.notes),
        "examples": theirs(sheet.examples),
        "post_history": theirs(sheet.post_history_instructions, original="", said_at_end=True),
        "hint": theirs(context.hint),
        "pinned": pinned_in(script),
        "remembers": bool(context.memories.state),
        "summary": fenced(context.memories.summary),
        "bond": bond_in(script),
        "voice": voice_in(script),
        "drift": reminder.drift_text,
        "anchor": reminder.text,
        "anchor_depth": reminder.depth,
    }
    wish = wish_in(script)
    if context.company is not None:
        director = named(context.director) if context.director else script.user
        values |= {
            "stage": stage_in(script, context.company),
            "people": people_in(context.company),
            "director": director,
            # {{user}} in a hint, as in a line, is whoever wrote it.
            "hint": theirs(context.hint, user=director),
        }
    if wish:
        values["hint"] = f"{values['hint']} {wish}".strip()
    if context.story is not None:
        values |= story_in(script, context.story)
    return values
