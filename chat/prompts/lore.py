"""Lore in a prompt: what is always there in the stable part, the rest at the message where it came up.

There it stays, so that the beginning of the next prompt is byte for byte this one's. The notes move along.
"""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, Literal, NamedTuple
from uuid import UUID

from characters.lore import NOTE_DEPTH, Activation, Entry, Fired, Moment, Stand, activate
from characters.macros import has_macros
from chat.prompts.context import DepthPrompt, Note, PromptContext
from chat.prompts.fence import fenced
from chat.prompts.script import Script
from chat.prompts.shorten import shortened
from inference.tokens import LINE_OVERHEAD, estimate

HEAD_TOKENS = 2  # "[Lore]" and its line
KEPT_TEXTS = 5_000  # of entries, which the books in this process hold anyway
NOTE_SHARE = 8  # a note takes at most this part of what there is
# Where the entries of a place stand in the stable part. What a depth or a note places, is said in the talk.
BLOCKS = {
    "before_char": "lore_before",
    "after_char": "lore_after",
    "scenario": "lore_scenario",
    "before_examples": "lore_before_examples",
    "after_examples": "lore_after_examples",
}

Role = Literal["system", "user", "assistant"]


@dataclass(frozen=True, slots=True)
class Aside:
    """Something said at a place of the talk: before or after a message, by the stage or in somebody's name.

    `rooted`: counted from the beginning of the talk, so it stays where it is when the talk goes on.
    """

    role: Role
    text: str
    cost: int
    rooted: bool = False


class Told(NamedTuple):
    """An entry's words as they may stand in a prompt, and what they cost."""

    text: str
    tokens: int


@lru_cache(maxsize=KEPT_TEXTS)
def plainly(text: str) -> Told | None:
    """Of an entry without macros, which reads the same in every talk; None for one with."""
    if has_macros(text):
        return None
    fence = fenced(text)
    return Told(fence, estimate(fence))


class LoreSection:
    """The lore of one prompt, in `room` tokens of the `total`."""

    def __init__(self, script: Script, total: int, room: int) -> None:
        context = script.context
        self.script, self.room = script, room
        self.branch = context.branch
        self.notes = _notes(context)
        self.notes_written = {name: script.theirs(note.text, said_at_end=True) for name, note in self.notes.items()}
        self.notes_said = {name: shortened(text, total // NOTE_SHARE) for name, text in self.notes_written.items()}
        # Lore that stands by the note stands by that of the talk, or else by the card's.
        self.first = next(iter(self.notes.values()), None)
        leaf = str(self.branch[-1].id) if self.branch else ""
        self.found: Activation = Activation()
        if context.lore.books:
            self.found = activate(
                context.lore.books,
                self.branch,
                moment=Moment(
                    talk=context.talk,
                    seed=f"{context.talk} {leaf}",
                    greeting=context.lore.greeting,
                    recalled=context.lore.recalled,
                    note_depth=self.first.depth if self.first else NOTE_DEPTH,
                ),
                state=context.lore.state,
                room=room,
                measure=lambda entry: self.told(entry).tokens + LINE_OVERHEAD + HEAD_TOKENS,
            )

    @property
    def most_in_talk(self) -> int:
        """What may come to stand between the messages beside what is always there."""
        if not self.script.context.lore.books:
            return 0
        return max(0, self.room - sum(each.tokens for each in self.found.stable))

    def told(self, entry: Entry) -> Told:
        if (told := plainly(entry.text)) is None:
            text = self.script.theirs(entry.text)
            told = Told(text, estimate(text))
        return told

    def text_of(self, entry: Entry) -> str:
        return self.told(entry).text

    def blocks(self) -> dict[str, str]:
        """What is always there, by block."""
        texts: defaultdict[str, list[str]] = defaultdict(list)
        for each in self.found.stable:
            if (block := BLOCKS.get(each.entry.place)) and (text := self.text_of(each.entry)):
                texts[block].append(text)
        return {block: "[Lore]\n" + "\n".join(said) for block, said in texts.items()}

    def moving(self) -> list[tuple[int, Aside]]:
        """What is said anew in every prompt so many messages from its end: the notes, and lore beside the first one."""
        asides = []
        around: dict[str, list[str]] = {"note_top": [], "note_bottom": []}
        for each in self.found.stable:
            entry = each.entry
            if entry.place in around:
                around[entry.place].append(self.text_of(entry))
            elif entry.place == "at_depth" and (text := self.text_of(entry)):
                depth = len(self.branch) - entry.depth if entry.from_start else entry.depth
                told_there = aside(entry.role, "Lore", text)
                asides.append((max(0, depth), replace(told_there, rooted=entry.from_start and depth >= 0)))
        told: list[tuple[DepthPrompt | Note | None, list[str]]]
        told = [(self.notes[name], [text]) for name, text in self.notes_said.items()] or [(None, [])]
        told[0][1][:] = [*around["note_top"], *told[0][1], *around["note_bottom"]]
        for note, texts in told:
            if said := [text for text in texts if text]:
                asides.append((note.depth if note else NOTE_DEPTH, self.note_aside(note, "\n".join(said))))
        return asides

    def note_aside(self, note: DepthPrompt | Note | None, text: str) -> Aside:
        role: Role = note.role if note else "system"
        if note and role == "assistant" and not note.depth:
            role = "system"  # the last word of a prompt, it would be taken for a reply that has begun
        return aside(role, "Note", text)

    def at_messages(self, parts: Collection[Fired]) -> dict[tuple[UUID, bool], list[Aside]]:
        """What stands at a message, by (message, before it). One aside for all that the stage says there."""
        if not parts:
            return {}
        stands: defaultdict[tuple[UUID, bool], defaultdict[Role, list[str]]] = defaultdict(lambda: defaultdict(list))
        roles = {said.id: said.role for said in self.branch}
        for each in parts:
            if each.stand is None or not (text := self.text_of(each.entry)):
                continue
            role: Role = each.entry.role
            if role == "assistant" and roles.get(each.stand.message) == "player":
                # The last word of a prompt in the character's name would be taken for a reply that has begun.
                role = "system"
            stands[each.stand.message, each.stand.before][role].append(text)
        return {
            place: [aside(role, "Lore", "\n".join(texts)) for role, texts in sorted(said.items(), key=_spoken_first)]
            for place, said in stands.items()
        }

    def manifest(self, kept: Sequence[UUID], bare: Collection[UUID]) -> dict[str, Any]:
        """What came up, and what the next turn on this branch has to know.

        `kept` are the messages that went in, `bare` those of them that went in without the lore that stood there.
        """
        found = self.found
        if not self.script.context.lore.books:
            return {}
        left = set(kept)
        first = kept[0] if kept else None
        fresh = [_moved(each, left, first) for each in found.fresh]
        still = left.difference(bare)
        standing = [each for each in found.standing if each.stand and each.stand.message in still]
        stands = tuple(each.stand for each in (*standing, *fresh) if each.stand)
        return {
            "lore": [_noted(each) for each in (*found.stable, *fresh)],
            "lore_again": [_noted(each) for each in found.again],
            "lore_room": found.room,
            "lore_state": replace(found.state, standing=stands).as_dict(),
        }

    def note_manifest(self) -> dict[str, Any]:
        """Of the talk's note, where it was its turn; what it costs, and never what it says."""
        note = self.script.context.note
        if note is None or not self.notes_said.get("note"):
            return {}
        said = self.note_aside(note, self.notes_said["note"])
        return {"note": {"tokens": said.cost, "depth": note.depth, "role": note.role, "every": note.every}}

    def cut(self, bare: Collection[UUID]) -> list[dict[str, Any]]:
        let_go = [each.stand for each in self.found.standing if each.stand and each.stand.message in bare]
        released = [{"id": str(stand.entry), "why": "made_room"} for stand in (*self.found.released, *let_go)]
        return [{"id": str(cut.entry.id), "why": cut.cause} for cut in self.found.cut] + released


def _notes(context: PromptContext) -> dict[str, DepthPrompt | Note]:
    """By name, that of the talk first."""
    notes: dict[str, DepthPrompt | Note] = {"note": context.note} if context.note else {}
    # The card's says how the character is to be played, not how the player speaks.
    if context.sheet.depth_prompt and context.kind != "impersonate":
        notes["card_note"] = context.sheet.depth_prompt
    return notes


def aside(role: Role, head: str, text: str) -> Aside:
    """The stage's words are under a head; what is said in somebody's name is said as they would."""
    said = f"[{head}]\n{text}" if role == "system" else text
    return Aside(role, said, estimate(said) + LINE_OVERHEAD)


def _spoken_first(said: tuple[Role, list[str]]) -> int:
    """So that two lines of one speaker become one."""
    return ("assistant", "user", "system").index(said[0])


def _moved(each: Fired, left: set[UUID], first: UUID | None) -> Fired:
    """A depth beyond what went in is the top of what went in."""
    if each.stand is None or each.stand.message in left or first is None:
        return each
    return each._replace(stand=Stand(each.entry.id, first, before=True))


def _noted(each: Fired) -> dict[str, Any]:
    """Ids and numbers alone: `key` is the place of the key in the entry's list, `message` where it was found."""
    noted: dict[str, Any] = {"id": str(each.entry.id), "why": each.why, "tokens": each.tokens}
    if each.key is not None:
        noted["key"] = each.key
    if each.message is not None:
        noted["message"] = str(each.message)
    if each.by is not None:
        noted["by"] = str(each.by)
    return noted
