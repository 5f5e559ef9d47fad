"""A room in a prompt: who is there, whose line is whose, and where the model has to stop."""

import re
from functools import lru_cache

from chat.prompts.context import Company, Said
from chat.prompts.fence import blunted, named
from chat.prompts.script import Script
from chat.prompts.shorten import shortened

PEOPLE_TOLD = 12  # whose personas are told, at most
PERSONA_TOKENS = 120  # of each


def stage_in(script: Script, company: Company) -> str:
    """What everybody in the room knows of the other characters, a line each."""
    return "\n".join(
        f"- {named(name)}" + (f": {script.theirs(tagline)}" if tagline else "") for name, tagline in company.cast
    )


def people_in(company: Company) -> str:
    """Who plays along, a line each."""
    lines = []
    for person in company.people[:PEOPLE_TOLD]:
        told = " ".join(shortened(blunted(person.description), PERSONA_TOKENS).split())
        lines.append(f"- {named(person.name)}" + (f": {told}" if told else ""))
    return "\n".join(lines)


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
