"""Step three: the prompt, by the template in force."""

from chat.prompts import Prompt, PromptContext, build_prompt
from chat.prompts.templates import name_of
from inference import live
from inference.registry import model_for


def prompt_for(context: PromptContext) -> Prompt:
    sheet = context.sheet
    return build_prompt(context, live.template(name_of(context), language=sheet.language, model=model_for(sheet.model)))
