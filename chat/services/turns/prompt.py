"""Step three: the prompt, by the template in force."""

from chat.prompts import Prompt, PromptContext, build_prompt
from chat.prompts.templates import name_of
from inference import live
from inference.registry import served_as


def prompt_for(context: PromptContext, plan: str) -> Prompt:
    """For whoever answers on this plan."""
    sheet = context.sheet
    template = live.template(name_of(context), language=sheet.language, model=served_as(sheet.model, plan))
    return build_prompt(context, template)
