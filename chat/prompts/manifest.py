"""What went into a prompt and what was cut: ids, names and tokens for the receipt, and no word of anybody's."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from chat.prompts.anchor import Reminder
from chat.prompts.context import PromptContext
from chat.prompts.history import HistorySection
from chat.prompts.knowledge import KnowledgeSection
from chat.prompts.lore import Aside, LoreSection
from chat.prompts.memories import MemorySection
from chat.prompts.tail import TailSection
from inference.prompts import Compiled
from inference.tokens import estimate


@dataclass(frozen=True, slots=True)
class Parts:
    """All that a prompt is made of. `blocks` are those that stand before the talk, `written` those of them that had to
    be shortened perhaps, as they were; `gone` those that gave way; `deep` what the template says between the messages.
    """

    blocks: Mapping[str, str]
    written: Mapping[str, str]
    gone: Sequence[str]
    deep: Mapping[str, tuple[int, Aside]]
    lore: LoreSection
    history: HistorySection
    known: KnowledgeSection
    remembered: MemorySection
    tail: TailSection
    reminder: Reminder


def manifest_of(context: PromptContext, template: Compiled, parts: Parts) -> dict[str, Any]:
    told: dict[str, Any] = {
        "template": template.template(),
        "character_version": str(context.sheet.version_id),
        "kind": context.kind,
        "tokens": _tokens(parts),
        "messages": len(parts.history.played),
        "cut": _cut(parts),
    }
    told |= parts.reminder.manifest() | parts.lore.note_manifest() | parts.known.manifest()
    sent, bare = [played.id for played in parts.history.played], parts.history.bare
    return told | parts.remembered.manifest(frozenset(sent), bare) | parts.lore.manifest(sent, bare)


def _tokens(parts: Parts) -> dict[str, int]:
    tokens = {name: estimate(text) for name, text in parts.blocks.items()}
    tokens["history"] = parts.history.cost
    tokens |= {name: estimate(text) for name, text in parts.tail.said.items()}
    tokens |= {name: aside.cost for name, (_depth, aside) in parts.deep.items()}
    if found := parts.lore.found.tokens:
        tokens["lore"] = found
    for name, cost in (("knowledge", parts.known.cost), ("memories", parts.remembered.cost)):
        if cost:
            tokens[name] = cost
    if noted := parts.lore.note_manifest():
        tokens["note"] = noted["note"]["tokens"]
    return tokens


def _cut(parts: Parts) -> dict[str, Any]:
    tail, lore, history = parts.tail, parts.lore, parts.history
    cut: dict[str, Any] = {
        "messages": history.left_out,
        "examples": "examples" in parts.gone,
        "shortened": _missing(parts.written, parts.blocks)
        | _missing(tail.written | {"begun": tail.begun_written}, tail.said | {"begun": tail.begun})
        | _missing(lore.notes_written, lore.notes_said)
        | history.shorter,
    }
    if others := [name for name in parts.gone if name != "examples"]:
        cut["blocks"] = others
    if entries := lore.cut(history.bare):
        cut["lore"] = entries
    for name, left in (("knowledge", parts.known.left_out()), ("memories", parts.remembered.left_out())):
        if left:
            cut[name] = left
    return cut


def _missing(written: Mapping[str, str], sent: Mapping[str, str]) -> dict[str, int]:
    """What lost its middle, block or message: how many tokens of it are not sent."""
    return {name: estimate(text) - estimate(sent[name]) for name, text in written.items() if sent[name] is not text}
