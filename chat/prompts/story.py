"""A story in a prompt: what it is about, where it stands, and what its rules told, at the lines where they did."""

from chat.prompts.context import Story
from chat.prompts.fence import fenced
from chat.prompts.lore import Aside
from chat.prompts.script import Script
from chat.prompts.shorten import shortened
from inference.prompts import Values
from inference.tokens import LINE_OVERHEAD, estimate

HEAD = "[Story]"
MOST_TOLD = 400  # tokens of one place


def told_at(script: Script) -> dict[tuple, list[Aside]]:
    """Behind the lines that brought it about."""
    story = script.context.story
    if story is None:
        return {}
    asides = {}
    for each in story.told:
        text = f"{HEAD}\n{shortened(fenced(each.text), MOST_TOLD)}"
        asides[each.message, False] = [Aside("system", text, estimate(text) + LINE_OVERHEAD)]
    return asides


def story_in(script: Script, story: Story) -> Values:
    """By the names of the template's inputs."""
    brief = story.brief
    parts = ("story", "player", "stakes", "scene", "goals", "cast", "holds", "hints")
    named = {"player": "part", "cast": "present"}
    return {named.get(part, part): script.theirs(getattr(brief, part)) for part in parts}
