"""The blocks of a prompt, in the order that keeps its beginning byte-identical from turn to turn."""

from chat.prompts.script import Script
from chat.prompts.shorten import shortened
from inference.prompts import Compiled, CompiledBlock, Values, kept, yielding

RULES = "rules"


def prefix(script: Script, template: Compiled, values: Values, total: int) -> dict[str, str]:
    """The stable blocks by name; empty ones are left out."""
    blocks = {block.name: block.render(values) for block in kept(template.prefix) if not block.slot}
    if own := script.context.sheet.system_prompt:
        # The card's override; {{original}} stands for what it replaces.
        blocks[RULES] = script.theirs(own, original=blocks[RULES])
    return {name: within(template.blocks[name], text, total) for name, text in blocks.items() if text}


def optional(template: Compiled, values: Values, total: int) -> dict[str, str]:
    """What stands before the talk while there is room, the last to go first."""
    blocks = {block.name: within(block, block.render(values), total) for block in yielding(template.prefix)}
    return {name: text for name, text in blocks.items() if text}


def within(block: CompiledBlock, text: str, total: int) -> str:
    """As much of it as the block may take."""
    return shortened(text, block.most(total)) if text and block.bounded else text
