"""A room in a prompt: who is there, whose line is whose, and where the model has to stop."""

import re
from functools import lru_cache

from chat.prompts.context import Company, Said
from chat.prompts.fence import blunted, named
from chat.prompts.sections import Script
from chat.prompts.shorten import shortened

PEOPLE_TOLD = 12  # whose personas are told, at most
PERSONA_TOKENS = 120  # of each


def cast_list(script: Script, company: Company) -> str:
    """What everybody in the room knows of the others."""
    characters = [
        f"- {named(name)}" + (f": {script.theirs(tagline)}" if tagline else "") for name, tagline in company.cast
    ]
    people = []
    for person in company.people[:PEOPLE_TOLD]:
        told = " ".join(shortened(blunted(person.description), PERSONA_TOKENS).split())
        people.append(f"- {named(person.name)}" + (f": {told}" if told else ""))
    parts = []
    if characters:
        parts.append("\n".join([script.ours("cast_characters"), *characters]))
    if people:
        parts.append("\n".join([script.ours("cast_people"), *people]))
    return "[Cast]\n" + "\n".join(parts) if parts else ""


def _entry(name: str, told: str) -> str:
    return ": ".join(filter(None, (f"- {named(name)}", " ".join(told.split()))))


def labelled(script: Script, said: Said, company: Company) -> str:
    """Another one's line, with the name before it. What in it poses as somebody else's line is in quotation marks."""
    # {{user}} in a line is whoever said it.
    text = script.theirs(said.text, seed=said.id, user=named(said.speaker))
    return f"{named(said.speaker)}: {_poses(company.names).sub(_quoted, text)}"


def stops(company: Company) -> tuple[str, ...]:
    """Where others would begin, who spoke last first. The guard on the stream knows all of them."""
    return tuple(f"\n{name}:" for name in company.names)


@lru_cache(maxsize=500)
def _poses(names: tuple[str, ...]) -> re.Pattern[str]:
    written = "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True)) or r"(?!)"
    return re.compile(rf"(?im)^([ \t*_]*)({written})(?=[ \t*_]*[:：])")


def _quoted(found: re.Match[str]) -> str:
    return f"{found[1]}“{found[2]}”"
