"""Step three: the prompt, by the template in force, or by the one that an experiment gives the talk."""

from uuid import UUID

from chat.prompts import Prompt, PromptContext, build_prompt
from chat.prompts.templates import name_of
from chat.services.turns.gather import sheet_of
from inference import live
from inference.experiments.running import NO_PART, Part, known, part_of
from inference.prompts import Shelf
from inference.registry import served_as


async def part_in(talk: UUID, version_id: UUID, plan: str) -> Part:
    """What experiments give this talk, if any run. The character's sheet is in the process, or is fetched once."""
    if not known.current:
        return NO_PART
    return part_of(talk, asked=(await sheet_of(version_id)).model, plan=plan)


def prompt_for(context: PromptContext, plan: str, shelf: Shelf | None = None) -> Prompt:
    """For whoever answers on this plan; by the templates in force where no `shelf` is given."""
    sheet = context.sheet
    occasion = live.occasion_of(sheet.language, served_as(sheet.model, plan, sheet.then))
    return build_prompt(context, (shelf or live.templates()).template(name_of(context), occasion))
