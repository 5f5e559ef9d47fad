"""The blocks of a prompt, in the order that keeps its beginning byte-identical from turn to turn."""

from pathlib import Path
from uuid import UUID

import yaml

from characters.macros import expand, has_macros
from chat.prompts.context import PromptContext
from chat.prompts.fence import fenced, named

WORDING: dict[str, dict[str, str]] = yaml.safe_load(Path(__file__).with_name("wording.yaml").read_text("utf-8"))


class Script:
    """The words of one prompt: our wording with names in, their text fenced."""

    def __init__(self, context: PromptContext) -> None:
        self.context = context
        self.name = named(context.sheet.name)
        self.char = named(context.sheet.nickname) if context.sheet.nickname else self.name
        self.user = named(context.persona.name)
        self._words = WORDING[context.sheet.language]

    def ours(self, key: str, **values: str) -> str:
        return self._words[key].format(char=self.char, user=self.user, **values)

    def theirs(
        self,
        text: str,
        *,
        original: str | None = None,
        seed: UUID | str = "",
        said_at_end: bool = False,
        user: str | None = None,
    ) -> str:
        """Fenced, its macros carried out. Chance is drawn once a talk; `said_at_end`, anew at every message."""
        if not has_macros(text):
            return fenced(text)
        if said_at_end and self.context.branch:
            seed = f"{self.context.talk} {self.context.branch[-1].id}"
        return fenced(
            expand(
                text,
                char=self.char,
                user=user or self.user,
                original=original,
                seed=str(seed or self.context.talk),
                talk=self.context.talk,
            )
        )


# The stable part from first to last; where lore stands in it is for `lore` to say.
ORDER = (
    "rules",
    "lore_before",
    "character",
    "lore_after",
    "traits",
    "scenario",
    "lore_scenario",
    "persona",
    "notes",
    "lore_before_examples",
    "examples",
    "lore_after_examples",
)


def prefix(script: Script) -> dict[str, str]:
    """The stable blocks by name; empty ones are left out. In a room `company` tells of the people."""
    sheet, persona = script.context.sheet, script.context.persona
    company = script.context.company
    rules = script.ours("rules" if company is None else "rules_room")
    if sheet.system_prompt:
        # The card's override; {{original}} stands for what it replaces.
        rules = script.theirs(sheet.system_prompt, original=rules)
    character = script.theirs(sheet.description)
    if sheet.personality:
        character += f"\n\n{script.ours('personality')}: {script.theirs(sheet.personality)}"
    notes = script.theirs(script.context.notes)
    player = script.theirs(persona.description) or script.ours("nobody")
    blocks = {
        "rules": rules,
        "character": f"[Character: {script.name}]\n{character}",
        "traits": f"[Traits]\n{script.ours('temper')}:\n{fenced(sheet.traits)}" if sheet.traits else "",
        "scenario": f"[Scenario]\n{script.theirs(sheet.scenario)}" if sheet.scenario else "",
        "persona": f"[Player: {script.user}]\n{player}" if company is None else "",
        "notes": f"[Notes]\n{script.ours('notes')}\n{notes}" if notes else "",
    }
    return {name: text for name, text in blocks.items() if text}


def examples(script: Script) -> str:
    """The card's example dialogue; the first thing to go when history grows."""
    text = script.theirs(script.context.sheet.examples)
    return f"[Examples]\n{script.ours('examples_intro')}\n{text}" if text else ""


def direction(script: Script) -> str:
    """The last word to the model: what this reply has to be."""
    context = script.context
    parts = []
    if context.sheet.post_history_instructions and context.kind != "impersonate":
        parts.append(script.theirs(context.sheet.post_history_instructions, original="", said_at_end=True))
    if context.kind in ("regenerate", "continue", "impersonate"):
        parts.append(script.ours(context.kind))
    if context.company is not None and context.kind != "impersonate":
        parts.append(script.ours("cue"))
    if context.hint:
        parts.append(script.ours("hint", hint=script.theirs(context.hint)))
    return "[Direction]\n" + "\n".join(parts) if parts else ""
