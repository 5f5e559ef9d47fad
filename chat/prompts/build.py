"""From what was gathered to what the model is sent, within the budget."""

from collections.abc import Mapping, Sequence
from typing import Literal, NamedTuple
from uuid import UUID

from chat.prompts.anchor import reminder_for
from chat.prompts.company import labelled, stops
from chat.prompts.context import Prompt, PromptContext, Said
from chat.prompts.fence import blunted
from chat.prompts.knowledge import KnowledgeSection
from chat.prompts.lore import Aside, LoreSection
from chat.prompts.script import Script
from chat.prompts.sections import optional, prefix, within, words_of
from chat.prompts.shorten import ending, levelled, shortened
from chat.prompts.templates import template_for, values_of
from inference.base import Line
from inference.prompts import Compiled, Values
from inference.tokens import LINE_OVERHEAD, estimate

SAFETY = 0.03
KEPT_MESSAGES = 4  # the last ones always go in
REPLY_RESERVE = 600  # tokens, where the character sets no length


class Played(NamedTuple):
    """A message of the branch as the model reads it, with what stands before and after it, and what all that costs."""

    id: UUID
    role: Literal["user", "assistant"]
    text: str
    cost: int
    before: tuple[Aside, ...] = ()
    after: tuple[Aside, ...] = ()


def build_prompt(context: PromptContext, template: Compiled | None = None) -> Prompt:
    """Stable prefix, examples, history, direction: never more than the window holds beside the reply.

    What does not fit goes in this order: examples, lore of low priority, what was recalled, then the oldest history,
    whole messages at a time, after the lore that came up there. Only what alone would fill the window loses its
    middle: one of the last messages, the oldest first, or a block of the prefix.

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
    said_last, begun = words_of(template.tail, values), blunted(context.begun)
    tail = {name: within(template.blocks[name], text, total) for name, text in said_last.items()}
    carried_on = ending(begun, total // 8)
    lore = LoreSection(script, total, template.blocks["lore"].most(total))
    blocks |= lore.blocks()
    fresh, moving = lore.at_messages(lore.found.fresh), lore.moving()
    deep = depths(template, values, total)
    moving += deep.values()
    room = total - sum(estimate(text) + LINE_OVERHEAD for text in (*blocks.values(), *tail.values(), carried_on))
    room -= sum(aside.cost for asides in fresh.values() for aside in asides) + sum(aside.cost for _, aside in moving)

    knowledge = template.blocks["knowledge"]
    known = KnowledgeSection(script, knowledge.render(values), min(knowledge.most(total), room // 2))
    room -= known.cost
    standing = lore.at_messages(lore.found.standing)
    taken, left_out = fitting(script, room, standing)
    room -= sum(played.cost for played in taken)
    history = squeezed(taken, room) if room < 0 else taken
    shorter = (
        missing(written, blocks)
        | missing(said_last | {"begun": begun}, tail | {"begun": carried_on})
        | missing(lore.notes_written, lore.notes_said)
        | {str(was.id): was.cost - now.cost for was, now in zip(taken, history, strict=True) if was is not now}
    )
    gone = []
    for name, text in optional(template, values, total).items():
        cost = estimate(text) + LINE_OVERHEAD
        # Once history is cut they stay out, whatever room is left: their coming and going would change the prefix.
        if left_out or cost > room:
            gone.append(name)
            continue
        blocks[name] = text
        room -= cost

    places = {message for message, _before in standing}
    bare = {played.id for played in history if played.id in places and not (played.before or played.after)}
    noted = lore.note_manifest()
    stable = "\n\n".join(blocks[block.name] for block in template.prefix if block.name in blocks)
    lines = [Line("system", stable)]
    opening = template.phrase("opening", values)
    talk = merged(with_asides(history, fresh, moving), opening=opening)
    stays = 1
    if context.whole and not left_out:
        rooted = [each for each in moving if each[1].rooted]
        stays += alike(talk, merged(with_asides(history, fresh, rooted), opening=opening))
    lines += talk
    for block in template.tail:
        if text := known.text if block.slot else tail[block.name]:
            lines.append(Line(block.role, text))
    if carried_on:
        lines.append(Line("assistant", carried_on))
    return Prompt(
        lines=tuple(lines),
        stop=stop_strings(script),
        max_tokens=reserve if context.sheet.max_tokens else None,
        stays=stays,
        manifest={
            "template": template.template(),
            "character_version": str(context.sheet.version_id),
            "kind": context.kind,
            "tokens": {name: estimate(text) for name, text in blocks.items()}
            | {"history": sum(played.cost for played in history)}
            | {name: estimate(text) for name, text in tail.items()}
            | {name: aside.cost for name, (_depth, aside) in deep.items()}
            | ({"lore": lore.found.tokens} if lore.found.tokens else {})
            | ({"knowledge": known.cost} if known.text else {})
            | ({"note": noted["note"]["tokens"]} if noted else {}),
            "messages": len(history),
            "cut": {
                "messages": left_out,
                "examples": "examples" in gone,
                "shortened": shorter,
            }
            | ({"blocks": others} if (others := [name for name in gone if name != "examples"]) else {})
            | ({"lore": cut} if (cut := lore.cut(bare)) else {})
            | ({"knowledge": left} if (left := known.left_out()) else {}),
        }
        | reminder.manifest()
        | noted
        | known.manifest()
        | lore.manifest([played.id for played in history], bare),
    )


def depths(template: Compiled, values: Values, total: int) -> dict[str, tuple[int, Aside]]:
    """What a template says so many messages from the end, by block."""
    found = {}
    for block in template.depths:
        if text := within(block, block.render(values), total):
            found[block.name] = block.depth_in(values), Aside(block.role, text, estimate(text) + LINE_OVERHEAD)
    return found


Asides = Mapping[tuple[UUID, bool], Sequence[Aside]]


def fitting(script: Script, room: int, standing: Asides) -> tuple[list[Played], int]:
    """The newest messages that fit, oldest first; and how many were left out. The last ones are taken in any case.

    Lore that stands at a message goes before the message does.
    """
    branch = script.context.branch
    taken: list[Played] = []
    for said in reversed(branch):
        text = spoken(script, said)
        before = tuple(standing.get((said.id, True), ())) if standing else ()
        after = tuple(standing.get((said.id, False), ())) if standing else ()
        cost, beside = estimate(text) + LINE_OVERHEAD, sum(aside.cost for aside in (*before, *after))
        if cost > room and len(taken) >= KEPT_MESSAGES:
            break
        if cost + beside > room:
            # Cut along with its lore it would be back at the next turn, when that is gone, and move the beginning.
            before, after, beside = (), (), 0
        cost += beside
        taken.append(Played(said.id, "user" if said.role == "player" else "assistant", text, cost, before, after))
        room -= cost
    return taken[::-1], len(branch) - len(taken)


def spoken(script: Script, said: Said) -> str:
    """A message as the model reads it."""
    if said.role != "player":
        return blunted(said.text)
    company = script.context.company
    return script.theirs(said.text, seed=said.id) if company is None else labelled(script, said, company)


def squeezed(history: list[Played], room: int) -> list[Played]:
    """The last messages, cut in their middle until they fit: the oldest first, the line to be answered last.

    `room` is what is left beside them, below zero. Each keeps an eighth of what there is for all.
    """
    least = (sum(played.cost for played in history) + room) // (2 * KEPT_MESSAGES)
    shorter = []
    for played in history:
        wanted = max(least, played.cost + room)
        if room < 0 and played.cost > wanted:
            beside = played.cost - estimate(played.text)
            text = shortened(played.text, max(0, wanted - beside))
            room += played.cost - (cost := estimate(text) + beside)
            played = played._replace(text=text, cost=cost)
        shorter.append(played)
    return shorter


def missing(written: Mapping[str, str], sent: Mapping[str, str]) -> dict[str, int]:
    """What lost its middle, block or message: how many tokens of it are not sent."""
    return {name: estimate(text) - estimate(sent[name]) for name, text in written.items() if sent[name] is not text}


def with_asides(history: Sequence[Played], fresh: Asides, moving: Sequence[tuple[int, Aside]]) -> list[Line]:
    """The messages with what stands between them: lore that stood, lore that is new, and what moves along."""
    if not fresh and not moving and not any(played.before or played.after for played in history):
        return [Line(played.role, played.text) for played in history]
    at_end = len(history)
    told: list[list[Aside]] = [[] for _ in range(at_end + 1)]
    places = {played.id: number for number, played in enumerate(history)}
    for number, played in enumerate(history):
        told[number] += played.before
        told[number + 1] += played.after
    for (message, before), asides in fresh.items():
        # Deeper than what went in is the top of what went in.
        told[places[message] + (not before) if message in places else 0] += asides
    for depth, aside in moving:
        told[max(0, at_end - depth)].append(aside)
    lines: list[Line] = []
    for number, asides in enumerate(told):
        # First whoever spoke last, so that their words become one line; the stage's own come together after it.
        lines += [Line(aside.role, aside.text) for aside in sorted(asides, key=lambda aside: aside.role == "system")]
        if number < at_end:
            lines.append(Line(history[number].role, history[number].text))
    return lines


def merged(history: Sequence[Line], *, opening: str) -> list[Line]:
    """User and assistant lines that alternate, beginning with the user: some servers insist."""
    lines: list[Line] = []
    for line in history:
        # What the stage says stays apart: some of it is gone, or elsewhere, at the next turn.
        if lines and lines[-1].role == line.role != "system":
            lines[-1] = Line(line.role, f"{lines[-1].content}\n\n{line.content}")
        else:
            lines.append(line)
    first = next((number for number, line in enumerate(lines) if line.role != "system"), len(lines))
    if first == len(lines) or lines[first].role == "assistant":
        lines.insert(first, Line("user", opening))
    return lines


def alike(one: Sequence[Line], other: Sequence[Line]) -> int:
    """How many lines both begin with."""
    differs = (at for at, (line, its) in enumerate(zip(one, other, strict=False)) if line != its)
    return next(differs, min(len(one), len(other)))


def stop_strings(script: Script) -> tuple[str, ...]:
    """One speaker a call: the model stops where it would begin the other's line. Most servers take four."""
    company = script.context.company
    other = script.char if script.context.kind == "impersonate" else script.user
    others = (f"\n{other}:", f"\n{other}：") if company is None else stops(company)
    wanted = (*script.context.sheet.stop, *others)
    return tuple(dict.fromkeys(wanted))[:4]
