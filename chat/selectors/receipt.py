"""The receipt of a reply: what the model was given for it, why, what was left out, and what it took.

Made from the turn's manifest, which holds ids and figures alone. Names of lore and knowledge are told to whoever wrote
them; others are told how much there was, and why.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.errors import NotFound
from accounts.models import User
from accounts.spending.words import money
from characters.lore_words import CAUSES, WHY
from characters.models import CharacterVersion, Knowledge, LoreEntry
from characters.trait_words import WORDS
from chat.models import Message, Room, Turn
from chat.scene import audience_of
from chat.selectors import conversations_for
from memory.selectors.came_up import words_of
from moderation.told import sentence_of_code

Label = str | Promise
# What a player can tell apart; the first block whose name begins so takes the tokens.
GROUPS: tuple[tuple[str, Label], ...] = (
    ("lore", _("Lore")),
    ("examples", _("Examples")),
    ("persona", _("Whom you play")),
    ("knowledge", _("Knowledge")),
    ("memories", _("Memories")),
    ("pinned", _("Memories")),
    ("summary", _("What happened before")),
    ("bond", _("How you stand")),
    ("voice", _("Voice")),
    ("drift", _("Voice")),
    ("history", _("What was said")),
    ("direction", _("Direction")),
    ("rules", _("Rules of the house")),
    ("", _("The character")),
)
STAGES: Mapping[str, Label] = {
    "opening": _("the opening"),
    "deep": _("deep in the talk"),
    "closing": _("the closing"),
}
REMEMBERED: Mapping[str, Label] = {
    "pinned": _("pinned"),
    "standing": _("always in mind"),
    "placed": _("still in mind"),
    "recalled": _("came to mind"),
}
NOT_REMEMBERED: Mapping[str, Label] = {
    "late": _("Memories took too long; the reply went on without them."),
    "failed": _("Memories could not be looked up; the reply went on without them."),
}
MADE_ROOM: Mapping[str, Label] = {"made_room": _("made room")}


STRAYED: Mapping[str, Label] = {
    "length": _("its length"),
    "register": _("its register"),
    "person": _("the person it tells itself in"),
    "language": _("its language"),
    "catchphrase": _("the same words again and again"),
    "program": _("the talk of a program"),
}


@dataclass(frozen=True, slots=True)
class Block:
    """A part of the prompt; `start` and `share` are per mille of all of it, for the picture."""

    label: Label
    tokens: int
    start: int
    share: int


@dataclass(frozen=True, slots=True)
class Used:
    """Lore, a passage or a memory that went in or was cut: `name` for whose it is, `count` of those that others are not
    told.
    """

    name: str
    why: Label
    tokens: int
    count: int = 1
    score: float | None = None


@dataclass(frozen=True, slots=True)
class Staged:
    """Where in the talk it was said, and of what the character was reminded; `persona` and `task` in per cent."""

    label: Label
    persona: int
    task: int
    traits: str
    depth: int


class Tried(NamedTuple):
    why: Label
    prompt: int
    completion: int


@dataclass(frozen=True, slots=True)
class Receipt:
    """`first_ms`, `total_ms` from the line to the first word and to the end; None where nothing was said.

    `messages` are not counted in a room: the number would tell of whispers. `arms` are the letters of what experiments
    gave the talk.
    """

    turn: Turn
    template: str
    arms: str
    stage: Staged | None
    is_author: bool
    blocks: list[Block]
    lore: list[Used]
    lore_cut: list[Used]
    knowledge: list[Used]
    memories: list[Used]
    forgot: Label
    strayed: list[Label] | None  # what the character was reminded of in its voice; None where it has no sample
    messages: int | None
    messages_cut: int
    examples_cut: bool
    shortened: int
    first_ms: int | None
    total_ms: int | None
    tokens_a_second: float | None
    tried: Tried | None  # a first reply that was taken back; its tokens are among those of the turn

    @property
    def instead_of(self) -> str:
        """Whom the model stepped in for."""
        return str(self.turn.manifest.get("instead_of", ""))

    @property
    def cost(self) -> str:
        """Where the model has a price."""
        usage = self.turn.usage
        return money(usage["micros"], usage["currency"]) if usage.get("currency") else ""

    @property
    def tokens(self) -> int:
        return sum(block.tokens for block in self.blocks)


def turn_of(*, user: User, conversation_id: UUID, message_id: UUID) -> Turn:
    """The turn that a reply came of. NotFound for strangers, and for words that no model wrote."""
    message = Message.objects.filter(
        pk=message_id, conversation__in=conversations_for(user).filter(pk=conversation_id), deleted_at=None
    )
    turn = Turn.objects.filter(conversation=conversation_id, reply_id=message_id).first()
    if turn is None or not audience_of(turn).shown_to(user.pk) or not message.exists():
        raise NotFound
    return turn


def wrote_the_card(user: User, turn: Turn) -> bool:
    """They may read what the model was given; in a room, less what is not for them."""
    version = turn.manifest.get("character_version")
    return version is not None and CharacterVersion.objects.filter(pk=version, character__owner=user).exists()


def receipt_of(*, user: User, conversation_id: UUID, message_id: UUID) -> Receipt:
    """Raises NotFound as `turn_of` does."""
    turn = turn_of(user=user, conversation_id=conversation_id, message_id=message_id)
    manifest = turn.manifest
    in_room = Room.objects.filter(pk=conversation_id).exists()
    cut = manifest.get("cut", {})
    fired, dropped = manifest.get("lore", []), cut.get("lore", [])
    names = _lore_names(user, [each["id"] for each in (*fired, *dropped)])
    first, total = _milliseconds(turn, turn.first_token_at), _milliseconds(turn, turn.ended_at)
    completion = turn.usage.get("completion")
    writing = total - first if total is not None and first is not None else 0
    return Receipt(
        turn=turn,
        template=template_told(manifest),
        arms=", ".join(manifest.get("arms", {}).values()),
        stage=_staged(manifest.get("stage")),
        is_author=wrote_the_card(user, turn),
        blocks=_blocks(manifest.get("tokens", {})),
        lore=_used(fired, names, WHY),
        lore_cut=_used(dropped, names, {**CAUSES, **MADE_ROOM}),
        knowledge=_passages(user, manifest.get("knowledge", [])),
        memories=_remembered(user, manifest.get("memories", [])),
        forgot=NOT_REMEMBERED.get(manifest.get("remembering", {}).get("state", ""), ""),
        strayed=_strayed(manifest.get("voice")),
        messages=None if in_room else manifest.get("messages", 0),
        messages_cut=0 if in_room else cut.get("messages", 0),
        examples_cut=bool(cut.get("examples")),
        shortened=sum(cut.get("shortened", {}).values()),
        first_ms=first,
        total_ms=total,
        tokens_a_second=round(1000 * completion / writing, 1) if completion and writing > 0 else None,
        tried=_tried(manifest.get("tries")),
    )


def _tried(told: Sequence[Mapping[str, Any]] | None) -> Tried | None:
    if not told:
        return None
    read, written = (sum(each.get(name, 0) for each in told) for name in ("prompt", "completion"))
    return Tried(sentence_of_code(told[-1]["rule"]), read, written)


def _strayed(told: Mapping[str, Any] | None) -> list[Label] | None:
    return None if told is None else [STRAYED[kind] for kind in told["drift"] if kind in STRAYED]


def template_in(manifest: Mapping[str, Any]) -> tuple[str, dict[str, str]]:
    """The template that a prompt was made by, and the versions of all that it was made of, by name."""
    told = manifest.get("template")
    if not isinstance(told, Mapping):
        return "chat.reply", {"chat.reply": str(told)}  # before templates had versions
    return told["name"], {told["name"]: told["version"], **told.get("includes", {})}


def family_in(manifest: Mapping[str, Any]) -> str:
    """Of which family the model was that the prompt was made for; empty where that made no difference."""
    told = manifest.get("template")
    return str(told.get("family", "")) if isinstance(told, Mapping) else ""


def template_told(manifest: Mapping[str, Any]) -> str:
    """Empty where nothing was sent."""
    if not manifest:
        return ""
    name, versions = template_in(manifest)
    return f"{name} {versions[name]}"


def _staged(told: Mapping[str, Any] | None) -> Staged | None:
    if not told:
        return None
    words = WORDS["zh-hans" if (get_language() or "").startswith("zh") else "en"]
    return Staged(
        label=STAGES[told["name"]],
        persona=round(100 * told["persona"]),
        task=round(100 * told["task"]),
        traits=", ".join(words[key][0] for key in told.get("traits", ())),
        depth=told.get("depth", 0),
    )


def _milliseconds(turn: Turn, until: Any) -> int | None:
    return round((until - turn.started_at).total_seconds() * 1000) if until is not None else None


def _blocks(tokens: Mapping[str, int]) -> list[Block]:
    sums: Counter[Label] = Counter()
    for name, count in tokens.items():
        # Lore has a sum of its own beside the blocks that it stands in.
        if not (name.startswith("lore_") and "lore" in tokens):
            sums[next(label for prefix, label in GROUPS if name.startswith(prefix))] += count
    total, start, blocks = sum(sums.values()) or 1, 0, []
    for label, count in sums.most_common():
        if count:
            share = max(4, 1000 * count // total)
            blocks.append(Block(label, count, start, share))
            start += share
    return blocks


def _lore_names(user: User, ids: Iterable[str]) -> dict[str, str]:
    """Of those entries that the viewer wrote."""
    mine = Q(book__owner=user) | Q(book__character__owner=user)
    found = LoreEntry.objects.filter(mine, pk__in=set(ids)).values_list("pk", "name", "keys")
    return {str(pk): name or ", ".join(keys[:3]) for pk, name, keys in found}


def _used(noted: Iterable[Mapping[str, Any]], names: Mapping[str, str], reasons: Mapping[str, Label]) -> list[Used]:
    mine, others, tokens = [], Counter[str](), Counter[str]()
    for each in noted:
        if (name := names.get(each["id"])) is not None:
            mine.append(Used(name, reasons.get(each["why"], each["why"]), each.get("tokens", 0)))
        else:
            others[each["why"]] += 1
            tokens[each["why"]] += each.get("tokens", 0)
    return mine + [Used("", reasons.get(why, why), tokens[why], count) for why, count in others.items()]


def _passages(user: User, noted: Iterable[Mapping[str, Any]]) -> list[Used]:
    noted = list(noted)
    mine = Knowledge.objects.filter(pk__in={each["source"] for each in noted}, character__owner=user)
    ids = {str(pk) for pk in mine.values_list("pk", flat=True)}
    told = [
        Used(each["title"], WHY["meaning"], each["tokens"], score=each["score"])
        for each in noted
        if each["source"] in ids
    ]
    if hidden := [each["tokens"] for each in noted if each["source"] not in ids]:
        told.append(Used("", WHY["meaning"], sum(hidden), len(hidden)))
    return told


def _remembered(user: User, noted: Iterable[Mapping[str, Any]]) -> list[Used]:
    """Word for word what is the viewer's own, and still remembered; of the rest, how much there was."""
    noted = list(noted)
    words = words_of(user, [UUID(each["id"]) for each in noted])
    told, others, tokens = [], Counter[str](), Counter[str]()
    for each in noted:
        if text := words.get(UUID(each["id"])):
            score = each["score"] if each["why"] == "recalled" else None
            told.append(Used(text, REMEMBERED[each["why"]], each["tokens"], score=score))
        else:
            others[each["why"]] += 1
            tokens[each["why"]] += each["tokens"]
    return told + [Used("", REMEMBERED[why], tokens[why], count) for why, count in others.items()]
