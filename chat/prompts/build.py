"""From what was gathered to what the model is sent, within the budget."""

from functools import cache, partial

from chat.prompts.anchor import reminder_for
from chat.prompts.company import stops
from chat.prompts.context import Prompt, PromptContext
from chat.prompts.history import HistorySection, alike
from chat.prompts.knowledge import KnowledgeSection
from chat.prompts.lore import Aside, LoreSection
from chat.prompts.manifest import Parts, manifest_of
from chat.prompts.memories import MemorySection, together
from chat.prompts.script import Script
from chat.prompts.sections import optional, prefix, within
from chat.prompts.shorten import levelled
from chat.prompts.story import told_at
from chat.prompts.tail import TailSection
from chat.prompts.templates import template_for, values_of
from inference.base import Line
from inference.prompts import Compiled, Values
from inference.tokens import LINE_OVERHEAD, estimate

SAFETY = 0.03
REPLY_RESERVE = 600  # tokens, where the character sets no length
COMES_AND_GOES = 16  # the part of the room that is left to lore that is new, so that history needs not make room for it


def build_prompt(context: PromptContext, template: Compiled | None = None) -> Prompt:
    """Stable prefix, examples, history, direction: never more than the window holds beside the reply.

    What does not fit goes in this order: examples, lore of low priority, what was recalled and remembered, then the
    older half of the history, whole messages, after what came up there. Only what alone would fill the window
    loses its middle: one of the last messages, the oldest first, or a block of the prefix.

    `template` is the one that is shipped where none is given.
    """
    script = Script(context)
    template = template or template_for(context)
    reminder = reminder_for(context, template.numbers)
    values = template.checked(values_of(script, reminder))
    reserve = min(context.sheet.max_tokens or REPLY_RESERVE, context.window_tokens // 2)
    total = int(context.window_tokens * (1 - SAFETY)) - reserve

    written = prefix(script, template, values, total)
    blocks = levelled(written, int(total * template.prefix_share) - LINE_OVERHEAD * len(written))
    tail = TailSection(script, template, values, total)
    lore = LoreSection(script, total, template.blocks["lore"].most(total))
    blocks |= lore.blocks()
    fresh, deep = lore.at_messages(lore.found.fresh), depths(template, values, total)
    moving = [*lore.moving(), *deep.values()]

    stable_cost = sum(map(line_cost, blocks.values()))
    before = total - stable_cost - sum(aside.cost for _, aside in moving)
    remembered = MemorySection(script, template.blocks["memories"].render(values), total)
    knowledge = template.blocks["knowledge"]
    most_recalled = knowledge.most(total) if context.recalled.state or context.memories.state else 0
    most_known = most_recalled // (2 if context.memories.state else 1) if context.recalled.state else 0
    # What comes and goes must not move the beginning of the talk: room is kept for it, whether it is there or not.
    comes_and_goes = max(lore.most_in_talk, most_recalled, total // COMES_AND_GOES) + remembered.most
    share = before - tail.cost_of_words - comes_and_goes
    room = before - tail.cost - sum(aside.cost for asides in fresh.values() for aside in asides)
    standing = together(told_at(script), lore.at_messages(lore.found.standing), remembered.at_messages())
    history = HistorySection(script, standing, share=share, room=room)
    room -= history.cost
    known = KnowledgeSection(script, knowledge.render(values), min(most_known, room))
    room -= known.cost
    remembered.come_up(
        min(most_recalled - known.cost, room),
        sent=[played.id for played in history.played],
        before=stable_cost + history.cost,
    )
    fresh = together(fresh, remembered.fresh())
    room -= remembered.cost
    history.squeeze(-room)
    gone, share = [], share - history.alone_at_most
    for name, text in optional(template, values, total).items():
        # Once history is cut they stay out, whatever room is left: their coming and going would change the prefix.
        if history.left_out or line_cost(text) > min(share, room):
            gone.append(name)
            continue
        blocks[name] = text
        share, room = share - line_cost(text), room - line_cost(text)

    opening = template.phrase("opening", values)
    talk = history.lines(fresh, moving, opening=opening)
    rooted = [each for each in moving if each[1].rooted]
    parts = Parts(blocks, written, gone, deep, lore, history, known, remembered, tail, reminder)
    stable = "\n\n".join(blocks[block.name] for block in template.prefix if block.name in blocks)
    return Prompt(
        lines=(Line("system", stable), *talk, *tail.lines({"knowledge": known.text})),
        stop=stop_strings(script),
        max_tokens=reserve if context.sheet.max_tokens else None,
        stays=1 + (len(talk) if rooted == moving else alike(talk, history.lines(fresh, rooted, opening=opening))),
        noted=cache(partial(manifest_of, context, template, parts)),
    )


def line_cost(text: str) -> int:
    return estimate(text) + LINE_OVERHEAD


def depths(template: Compiled, values: Values, total: int) -> dict[str, tuple[int, Aside]]:
    """What a template says so many messages from the end, by block."""
    found = {}
    for block in template.depths:
        if text := within(block, block.render(values), total):
            found[block.name] = block.depth_in(values), Aside(block.role, text, line_cost(text))
    return found


def stop_strings(script: Script) -> tuple[str, ...]:
    """One speaker a call: the model stops where it would begin the other's line. Most servers take four: the other's
    name comes first, then what the card asks for, then the name before the colon of the other script.
    """
    company, stop = script.context.company, script.context.sheet.stop
    if company is not None:
        first, *others = stops(company) or ("",)
        wanted = (first, *stop, *others)
    else:
        other = script.char if script.context.kind == "impersonate" else script.user
        latin, wide = f"\n{other}:", f"\n{other}："
        first, second = (wide, latin) if script.context.sheet.language == "zh-hans" else (latin, wide)
        wanted = (first, *stop, second)
    return tuple(dict.fromkeys(text for text in wanted if text))[:4]
