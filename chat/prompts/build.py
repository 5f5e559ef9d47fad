"""From what was gathered to what the model is sent, within the budget."""

from typing import Literal

from chat.prompts.context import Prompt, PromptContext, Said
from chat.prompts.fence import blunted
from chat.prompts.sections import Script, direction, examples, prefix
from inference.base import Line
from inference.tokens import estimate

VERSION = "dramatis-1"
SAFETY = 0.03
KEPT_MESSAGES = 4  # the last ones always go in
REPLY_RESERVE = 600  # tokens, where the character sets no length
LINE_OVERHEAD = 4  # tokens that a role and its marks cost


def build_prompt(context: PromptContext) -> Prompt:
    """Stable prefix, examples, history, direction. Never cuts the prefix, never splits a message.

    What does not fit goes in this order: examples, then the oldest history.
    """
    script = Script(context)
    blocks = prefix(script)
    tail = direction(script)
    example_block = examples(script)
    reserve = context.sheet.max_tokens or REPLY_RESERVE
    room = int(context.window_tokens * (1 - SAFETY)) - reserve
    room -= sum(estimate(text) + LINE_OVERHEAD for text in blocks.values()) + estimate(tail) + estimate(context.begun)

    history, cut = fitting(script, room)
    room -= sum(cost for _, cost in history)
    # Once history is cut they stay out, whatever room is left: their coming and going would change the prefix.
    with_examples = bool(example_block) and not cut and estimate(example_block) <= room
    if with_examples:
        blocks["examples"] = example_block

    lines = [Line("system", "\n\n".join(blocks.values()))]
    lines += merged(script, [said for said, _ in history])
    if tail:
        lines.append(Line("system", tail))
    if context.begun:
        lines.append(Line("assistant", blunted(context.begun)))
    return Prompt(
        lines=tuple(lines),
        stop=stop_strings(script),
        max_tokens=context.sheet.max_tokens,
        manifest={
            "template": VERSION,
            "character_version": str(context.sheet.version_id),
            "kind": context.kind,
            "tokens": {name: estimate(text) for name, text in blocks.items()}
            | {"history": sum(cost for _, cost in history), "direction": estimate(tail)},
            "messages": len(history),
            "cut": {"messages": cut, "examples": bool(example_block) and not with_examples},
        },
    )


def fitting(script: Script, room: int) -> tuple[list[tuple[Said, int]], int]:
    """The newest messages that fit, oldest first, with their cost; and how many were left out."""
    branch = script.context.branch
    taken: list[tuple[Said, int]] = []
    for said in reversed(branch):
        cost = estimate(said.text) + LINE_OVERHEAD
        if cost > room and len(taken) >= KEPT_MESSAGES:
            break
        taken.append((said, cost))
        room -= cost
    return taken[::-1], len(branch) - len(taken)


def merged(script: Script, history: list[Said]) -> list[Line]:
    """History as user and assistant lines that alternate, beginning with the user: some servers insist."""
    lines: list[Line] = []
    for said in history:
        role: Literal["user", "assistant"] = "user" if said.role == "player" else "assistant"
        text = script.theirs(said.text) if said.role == "player" else blunted(said.text)
        if lines and lines[-1].role == role:
            lines[-1] = Line(role, f"{lines[-1].content}\n\n{text}")
        else:
            lines.append(Line(role, text))
    if not lines or lines[0].role == "assistant":
        lines.insert(0, Line("user", script.ours("opening")))
    return lines


def stop_strings(script: Script) -> tuple[str, ...]:
    """One speaker a call: the model stops where it would begin the other's line. Most servers take four."""
    other = script.char if script.context.kind == "impersonate" else script.user
    wanted = (*script.context.sheet.stop, f"\n{other}:", f"\n{other}：")
    return tuple(dict.fromkeys(wanted))[:4]
