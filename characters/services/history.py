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
# Longer texts are compared by the line: a comparison word by word takes the square of their length.
MAX_WORDS = 6_000
MAX_PAIRS = 2_000_000  # of equal words, one of each side: half a second
NEAR = 24
# Characters; Chinese says in four what takes English a clause.
SHORT = 8


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of text: `kind` is "same", "gone" or "new"; "cut" stands for unchanged text left out."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Change:
    """One field that differs. Texts have `pieces`, lists `items` (each of pieces), the rest `before`, `after`."""

    field: str
    kind: str
    pieces: list[Piece] = dataclasses.field(default_factory=list)
    items: list[list[Piece]] = dataclasses.field(default_factory=list)
    before: str = ""
    after: str = ""


def compare(before: CharacterVersion, after: CharacterVersion) -> list[Change]:
    """What changed from one version to another, in the order of the builder."""
    return compare_content(content_of(before), content_of(after), after.language)


def compare_content(old: Mapping[str, Any], new: Mapping[str, Any], language: str) -> list[Change]:
    """The same for contents, written or not."""
    changes = [
        Change(name, "text", pieces=pieces(str(old.get(name, "")), str(new.get(name, ""))))
        for name in TEXTS
        if old.get(name, "") != new.get(name, "")
    ]
    if old.get("greetings", []) != new.get("greetings", []):
        changes.append(Change("greetings", "list", items=_items(old.get("greetings", []), new.get("greetings", []))))
    changes += _traits(old.get("traits", {}), new.get("traits", {}), language)
    for name in ("generation", "memory_policy", "depth_prompt", "presentation", "portrait"):
        changes += _parts(name, old.get(name, {}), new.get(name, {}))
    if old.get("picture", "") != new.get("picture", ""):
        changes.append(Change("picture", "value", before=_there(old.get("picture")), after=_there(new.get("picture"))))
    return changes


def pieces(old: str, new: str) -> list[Piece]:
    """Word by word; long stretches that stayed the same are cut short."""
    a, b = _words(old), _words(new)
    found: list[Piece] = []
    gone, new = "", ""
    blocks = _matcher(a, b).get_matching_blocks()
    at_a = at_b = 0
    for block in blocks:
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
            found += _shortened(same, first=not found, last=ends)
        gone, new = "", ""
    return found


def _matcher(a: Sequence[str], b: Sequence[str]) -> difflib.SequenceMatcher[str]:
    """The same line ten thousand times would be compared with each of its likes: then common words are no anchors."""
    often = Counter(a)
    return difflib.SequenceMatcher(None, a, b, autojunk=sum(often[word] for word in b) > MAX_PAIRS)


def _words(text: str) -> list[str]:
    words = _WORD.findall(text)
    return words if len(words) <= MAX_WORDS else text.splitlines(keepends=True)


def _shortened(words: Sequence[str], *, first: bool, last: bool) -> list[Piece]:
    head, tail = (0 if first else NEAR), (0 if last else NEAR)
    if len(words) <= head + tail + NEAR:
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
    words = TRAIT_WORDS["zh-hans" if language.startswith("zh") else "en"]
    return [
        Change(
            f"traits.{key}", "trait", before=_trait(old.get(key), words[key]), after=_trait(new.get(key), words[key])
        )
        for key in TRAITS
        if old.get(key) != new.get(key)
    ]


def _trait(setting: Mapping[str, Any] | None, words: Any) -> str:
    """Where a slider stands, in words; empty: left open."""
    if setting is None:
        return ""
    bands = words[3]
    said = {part: bands[band_of(setting[part])][0] for part in ("value", "low", "high")} | {"at": setting["value"]}
    if setting.get("pinned", True):
        return _("%(value)s (%(at)s), pinned") % said
    return _("%(value)s (%(at)s), may move from %(low)s to %(high)s") % said


def _parts(name: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> list[Change]:
    return [
        Change(f"{name}.{part}", "value", before=_said(old.get(part)), after=_said(new.get(part)))
        for part in dict.fromkeys((*old, *new))
        if (old.get(part) or None) != (new.get(part) or None)
    ]


def _said(value: Any) -> str:
    if value in (None, "", [], {}):
        return ""
    if isinstance(value, list):
        return ", ".join(_said(each) for each in value)
    if isinstance(value, Mapping):
        return ", ".join(f"{part} {_said(inner)}" for part, inner in value.items())
    return str(value)


def _there(value: Any) -> str:
    return "✓" if value else ""


def restore_version(*, owner: User, version: CharacterVersion) -> Draft:
    """A draft with what this version says; writing it makes it the newest. The caller knows it is the owner's."""
    return open_draft(owner=owner, version=version)
