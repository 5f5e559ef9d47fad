"""From what was gathered to what the model is sent, within the budget."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal
from uuid import UUID

from chat.prompts.context import Prompt, PromptContext
from chat.prompts.fence import blunted
from chat.prompts.sections import Script, direction, examples, prefix
from chat.prompts.shorten import ending, levelled, shortened
from inference.base import Line
from inference.tokens import estimate

VERSION = "dramatis-1"
SAFETY = 0.03
KEPT_MESSAGES = 4  # the last ones always go in
REPLY_RESERVE = 600  # tokens, where the character sets no length
LINE_OVERHEAD = 4  # tokens that a role and its marks cost


@dataclass(frozen=True, slots=True)
class Played:
    """A message of the branch as the model reads it, and what that costs."""

    id: UUID
    role: Literal["user", "assistant"]
    text: str
    cost: int


def build_prompt(context: PromptContext) -> Prompt:
    """Stable prefix, examples, history, direction: never more than the window holds beside the reply.

    What does not fit goes in this order: examples, then the oldest history, whole messages at a time. Only what alone
    would fill the window loses its middle: one of the last messages, the oldest first, or a block of the prefix.
    """
    script = Script(context)
    reserve = min(context.sheet.max_tokens or REPLY_RESERVE, context.window_tokens // 2)
    total = int(context.window_tokens * (1 - SAFETY)) - reserve
    written = prefix(script)
    blocks = levelled(written, total // 2 - LINE_OVERHEAD * len(written))
    said_last, begun = direction(script), blunted(context.begun)
    tail, carried_on = shortened(said_last, total // 8), ending(begun, total // 8)
    example_block = examples(script)
    room = total - sum(estimate(text) + LINE_OVERHEAD for text in (*blocks.values(), tail, carried_on))

    taken, left_out = fitting(script, room)
    room -= sum(played.cost for played in taken)
    history = squeezed(taken, room) if room < 0 else taken
    shorter = (
        missing(written, blocks)
        | missing({"direction": said_last, "begun": begun}, {"direction": tail, "begun": carried_on})
        | missing({str(each.id): each.text for each in taken}, {str(each.id): each.text for each in history})
    )
    # Once history is cut they stay out, whatever room is left: their coming and going would change the prefix.
    with_examples = bool(example_block) and not left_out and estimate(example_block) + LINE_OVERHEAD <= room
    if with_examples:
        blocks["examples"] = example_block

    lines = [Line("system", "\n\n".join(blocks.values()))]
    lines += merged(script, history)
    if tail:
        lines.append(Line("system", tail))
    if carried_on:
        lines.append(Line("assistant", carried_on))
    return Prompt(
        lines=tuple(lines),
        stop=stop_strings(script),
        max_tokens=reserve if context.sheet.max_tokens else None,
        manifest={
            "template": VERSION,
            "character_version": str(context.sheet.version_id),
            "kind": context.kind,
            "tokens": {name: estimate(text) for name, text in blocks.items()}
            | {"history": sum(played.cost for played in history), "direction": estimate(tail)},
            "messages": len(history),
            "cut": {
                "messages": left_out,
                "examples": bool(example_block) and not with_examples,
                "shortened": shorter,
            },
        },
    )


def fitting(script: Script, room: int) -> tuple[list[Played], int]:
    """The newest messages that fit, oldest first; and how many were left out. The last ones are taken in any case."""
    branch = script.context.branch
    taken: list[Played] = []
    for said in reversed(branch):
        text = script.theirs(said.text) if said.role == "player" else blunted(said.text)
        cost = estimate(text) + LINE_OVERHEAD
        if cost > room and len(taken) >= KEPT_MESSAGES:
            break
        taken.append(Played(said.id, "user" if said.role == "player" else "assistant", text, cost))
        room -= cost
    return taken[::-1], len(branch) - len(taken)


def squeezed(history: list[Played], room: int) -> list[Played]:
    """The last messages, cut in their middle until they fit: the oldest first, the line to be answered last.

    `room` is what is left beside them, below zero. Each keeps an eighth of what there is for all.
    """
    least = (sum(played.cost for played in history) + room) // (2 * KEPT_MESSAGES)
    shorter = []
    for played in history:
        wanted = max(least, played.cost + room)
        if room < 0 and played.cost > wanted:
            text = shortened(played.text, wanted - LINE_OVERHEAD)
            room += played.cost - (cost := estimate(text) + LINE_OVERHEAD)
            played = replace(played, text=text, cost=cost)
        shorter.append(played)
    return shorter


def missing(written: Mapping[str, str], sent: Mapping[str, str]) -> dict[str, int]:
    """What lost its middle, block or message: how many tokens of it are not sent."""
    return {name: estimate(text) - estimate(sent[name]) for name, text in written.items() if sent[name] is not text}


def merged(script: Script, history: list[Played]) -> list[Line]:
    """History as user and assistant lines that alternate, beginning with the user: some servers insist."""
    lines: list[Line] = []
    for played in history:
        if lines and lines[-1].role == played.role:
            lines[-1] = Line(played.role, f"{lines[-1].content}\n\n{played.text}")
        else:
            lines.append(Line(played.role, played.text))
    if not lines or lines[0].role == "assistant":
        lines.insert(0, Line("user", script.ours("opening")))
    return lines


def stop_strings(script: Script) -> tuple[str, ...]:
    """One speaker a call: the model stops where it would begin the other's line. Most servers take four."""
    other = script.char if script.context.kind == "impersonate" else script.user
    wanted = (*script.context.sheet.stop, f"\n{other}:", f"\n{other}：")
    return tuple(dict.fromkeys(wanted))[:4]
