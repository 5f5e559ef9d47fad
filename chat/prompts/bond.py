"""How a character stands with whom it talks to, and how it sounds: in words for the model."""

from chat.prompts.context import Bond, PromptContext
from chat.prompts.fence import fenced, named
from chat.prompts.script import Script
from chat.prompts.tone import tone_in
from memory.bonds.standing import Standing, in_words
from memory.style.drift import Drift, drift

DRIFT_OF = 8  # replies that are looked at, beside the sample


def bond_in(script: Script) -> str:
    """A sentence each; empty where nothing has happened yet, and nothing can be heard in what was said."""
    bond, told = script.context.bond, []
    if script.context.kind == "impersonate":
        return ""
    if bond.standing is not None:
        told = in_words(_fenced(bond.standing), script.context.sheet.language, char=script.char, user=script.user)
    told += tone_in(script)
    return "\n".join(f"- {each}" for each in told)


def _fenced(standing: Standing) -> Standing:
    """Names and jokes are words that somebody said."""
    return standing._replace(
        calls_player=tuple(named(each) for each in standing.calls_player),
        calls_character=tuple(named(each) for each in standing.calls_character),
        shared=tuple(named(each) for each in standing.shared),
    )


def voice_in(script: Script) -> str:
    """The sample of the character's voice, as it was said."""
    return fenced(script.context.bond.sample)


def drift_in(context: PromptContext) -> list[Drift]:
    """How far the last replies are from the sample; nothing where there is none, or the next line is the player's."""
    bond: Bond = context.bond
    if not bond.sample or context.kind == "impersonate":
        return []
    replies = [said.text for said in context.branch if said.role == "character" and said.id != bond.sample_id]
    player = [said.text for said in context.branch if said.role == "player"]
    # The opening is the author's: longer than any reply.
    own = replies[1:] if context.whole and context.branch and context.branch[0].role == "character" else replies
    return drift(bond.sample, own[-DRIFT_OF:], player[-2:])
