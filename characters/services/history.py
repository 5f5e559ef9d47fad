"""Versions beside each other: what changed, in words people read; and going back to one."""

import dataclasses
import difflib
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import User
from characters.content import content_of
from characters.models import CharacterVersion, Draft
from characters.services.drafts import open_draft
from characters.trait_words import WORDS as TRAIT_WORDS
from characters.traits import TRAITS, band_of

TEXTS = (
    "name", "nickname", "tagline", "epithet", "about", "description", "personality", "scenario", "examples",
    "system_prompt", "post_history_instructions", "creator_notes",
)  # fmt: skip
# Latin words whole, Chinese by the character, spaces and marks by themselves.
_WORD = re.compile(r"[^\W\u3400-\u9fff]+|\s+|.", re.DOTALL)
_SENTENCE = re.compile(r".+?(?:[。！？!?…]+[”’」』）)]*|\.(?=\s)|\n|$)\s*", re.DOTALL)
# Longer texts are first compared by the sentence: word by word takes the square of their length.
MAX_WORDS = 6_000
MAX_PAIRS = 2_000_000  # of equal words, one of each side: half a second
# How much that stayed is shown around what changed.
NEAR_WORDS, NEAR_SENTENCES = 24, 1
# Characters; Chinese says in four what takes English a clause.
SHORT = 8


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of text: `kind` is "same", "gone" or "new"; "cut" stands for unchanged text left out."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Change:
    """One field that differs. Texts have `pieces`, lists `items` (each of pieces), the rest `before`, `after`.

    Of a "look" nothing is said here: it has to be seen.
    """

    field: str
    kind: str
    pieces: list[Piece] = dataclasses.field(default_factory=list)
    items: list[list[Piece]] = dataclasses.field(default_factory=list)
    before: Any = ""
    after: Any = ""


def compare(before: CharacterVersion, after: CharacterVersion) -> list[Change]:
    """What changed from one version to another, in the order of the builder."""
    old, new = content_of(before), content_of(after)
    changes = [Change(name, "text", pieces=pieces(old[name], new[name])) for name in TEXTS if old[name] != new[name]]
    if old["greetings"] != new["greetings"]:
        changes.append(Change("greetings", "list", items=_items(old["greetings"], new["greetings"])))
    changes += _traits(old["traits"], new["traits"], after.language)
    for name in ("generation", "memory_policy", "depth_prompt", "presentation"):
        changes += _parts(name, old[name], new[name])
    if any(old[name] != new[name] for name in ("portrait", "picture")):
        changes.append(Change("look", "look"))
    return changes


def pieces(old: str, new: str) -> list[Piece]:
    """Word by word; long stretches that stayed the same are cut short."""
    a, b = _WORD.findall(old), _WORD.findall(new)
    if max(len(a), len(b)) <= MAX_WORDS:
        return _compared(a, b, near=NEAR_WORDS)
    found: list[Piece] = []
    for piece in _compared(_SENTENCE.findall(old), _SENTENCE.findall(new), near=NEAR_SENTENCES):
        if piece.kind == "new" and found and found[-1].kind == "gone":
            found += _instead(found.pop().text, piece.text)
        else:
            found.append(piece)
    return found


def _instead(gone: str, new: str) -> list[Piece]:
    """Sentences in place of others: by the word, if they are few."""
    a, b = _WORD.findall(gone), _WORD.findall(new)
    if max(len(a), len(b)) > MAX_WORDS:
        return [Piece("gone", gone), Piece("new", new)]
    return _compared(a, b, near=NEAR_WORDS)


def _compared(a: Sequence[str], b: Sequence[str], *, near: int) -> list[Piece]:
    found: list[Piece] = []
    gone = new = ""
    at_a = at_b = 0
    for block in _matcher(a, b).get_matching_blocks():
        gone += "".join(a[at_a : block.a])
        new += "".join(b[at_b : block.b])
        same = a[block.a : block.a + block.size]
        at_a, at_b = block.a + block.size, block.b + block.size
        ends = at_a == len(a) and at_b == len(b)
        # A word or two between two changes is read as a part of them.
        if (gone or new) and not ends and len("".join(same).strip()) < SHORT:
            gone, new = gone + "".join(same), new + "".join(same)
            continue
        found += [Piece(kind, text) for kind, text in (("gone", gone), ("new", new)) if text]
        if same:
            found += _shortened(same, head=near if found else 0, tail=0 if ends else near)
        gone = new = ""
    return found


def _matcher(a: Sequence[str], b: Sequence[str]) -> difflib.SequenceMatcher[str]:
    """The same line ten thousand times would be compared with each of its likes: then common words are no anchors."""
    often = Counter(a)
    return difflib.SequenceMatcher(None, a, b, autojunk=sum(often[word] for word in b) > MAX_PAIRS)


def _shortened(words: Sequence[str], *, head: int, tail: int) -> list[Piece]:
    if len(words) <= head + tail + max(head, tail):
        return [Piece("same", "".join(words))]
    kept = [Piece("same", "".join(words[:head]))] if head else []
    kept.append(Piece("cut", "…"))
    return kept + ([Piece("same", "".join(words[-tail:]))] if tail else [])


def _items(old: Sequence[str], new: Sequence[str]) -> list[list[Piece]]:
    items: list[list[Piece]] = []
    for kind, a1, a2, b1, b2 in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            continue
        paired = min(a2 - a1, b2 - b1)
        items += [pieces(old[a1 + place], new[b1 + place]) for place in range(paired)]
        items += [[Piece("gone", text)] for text in old[a1 + paired : a2]]
        items += [[Piece("new", text)] for text in new[b1 + paired : b2]]
    return items


def _traits(old: Mapping[str, Any], new: Mapping[str, Any], language: str) -> list[Change]:
    return [
        Change(
            f"traits.{key}",
            "trait",
            before=trait_in_words(key, old.get(key), language),
            after=trait_in_words(key, new.get(key), language),
        )
        for key in TRAITS
        if old.get(key) != new.get(key)
    ]


def trait_in_words(key: str, setting: Mapping[str, Any] | None, language: str) -> str:
    """Where a slider stands, in words; empty: left open."""
    if setting is None:
        return ""
    bands = TRAIT_WORDS["zh-hans" if language.startswith("zh") else "en"][key][3]
    said = {part: bands[band_of(setting[part])][0] for part in ("value", "low", "high")} | {"at": setting["value"]}
    if setting.get("pinned", True):
        return _("%(value)s (%(at)s), pinned") % said
    return _("%(value)s (%(at)s), may move from %(low)s to %(high)s") % said


def _parts(name: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> list[Change]:
    return [
        Change(f"{name}.{part}", "value", before=old.get(part), after=new.get(part))
        for part in dict.fromkeys((*old, *new))
        if (old.get(part) or None) != (new.get(part) or None)
    ]


def restore_version(*, owner: User, version: CharacterVersion) -> Draft:
    """A draft with what this version says; writing it makes it the newest. The caller knows it is the owner's."""
    return open_draft(owner=owner, version=version)
