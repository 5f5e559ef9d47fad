"""What a character knows of somebody, beside the talks that it knows it from."""

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.age import is_adult
from accounts.blindindex import normalise
from accounts.consents.answers import agrees
from accounts.encryption import Place, cipher_for, key_id_of
from accounts.errors import ContentLost, NotFound
from accounts.models import DataUse, User
from characters.models import Character, CharacterVersion
from characters.selectors import edition_of
from characters.selectors.age import suits
from chat.ciphers import load_keys
from chat.models import CastMember, Conversation
from chat.selectors import cast_version, conversations_for, get_conversation, said_at, title_of
from chat.selectors.age import beyond
from chat.selectors.told import told_now
from memory.models import Kind, Mode, Pair, SessionNote
from memory.places import NOTE
from memory.policy import Policy, house_mode, policy_of
from memory.selectors.bonds import as_json as steps_as_json
from memory.selectors.bonds import steps_with
from memory.selectors.known import Known, Standing, as_json, known_of, pair_for, talks_of
from memory.told import Told

_SECTION_NAMES = {
    "happened": _("What happened"),
    "open": _("Open threads"),
    "places": _("Places and things"),
    "standing": _("How you stand"),
}
SECTIONS = tuple(_SECTION_NAMES)
MOST_NOTES = 20


@dataclass(frozen=True, slots=True)
class Mind:
    """All that one character knows of one person. `pair` is None where there was nothing to keep yet."""

    version: CharacterVersion
    pair: Pair | None
    known: list[Known] = field(default_factory=list)
    told: Told = field(default_factory=lambda: Told(()))

    @property
    def believed(self) -> list[Known]:
        return [each for each in self.known if each.standing == Standing.BELIEVED]

    @property
    def archive(self) -> list[Known]:
        """What no longer comes up: faded, behind something newer, of other branches, forgotten."""
        return [each for each in self.known if each.standing != Standing.BELIEVED]


@dataclass(frozen=True, slots=True)
class Wish:
    """What of it is looked for. `kind` is one of Kind, or `pinned`, or `doubt`."""

    words: str = ""
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Month:
    """A piece of the timeline."""

    begins: date
    known: list[Known]


@dataclass(frozen=True, slots=True)
class NoteOfTalk:
    """A session note as it may be read: the lines it stands for, and what it says in each section."""

    id: UUID
    conversation_id: UUID
    title: str
    sections: dict[str, Any]
    lines: int
    from_id: UUID
    until_id: UUID
    since: datetime
    until: datetime
    written_at: datetime
    latest: bool
    by_hand: bool

    @property
    def fields(self) -> list[tuple[str, str, str]]:
        """Each section by its key and its name, as it is put into other words: a point a line."""
        return [
            (name, str(said), "\n".join(_points(self.sections.get(name, [])))) for name, said in _SECTION_NAMES.items()
        ]

    @property
    def told(self) -> list[tuple[str, list[str]]]:
        """Each section by its name, a paragraph or a point of it each."""
        return [(str(_SECTION_NAMES[name]), _points(said)) for name, said in self.sections.items()]


@dataclass(frozen=True, slots=True)
class Rules:
    """What is remembered, and who says so: the strictest of the three holds. `player` is empty for no choice."""

    holds: Policy
    house: Mode
    character: Mode
    player: str

    @property
    def mode(self) -> Mode:
        return self.holds.mode

    @property
    def paused(self) -> bool:
        return self.holds.paused


@dataclass(frozen=True, slots=True)
class Acquaintance:
    version: CharacterVersion
    known: int


def met(*, user: User, character_id: UUID) -> CharacterVersion:
    """The version that the user last talked with. NotFound for a character that knows nothing of them."""
    if not is_adult(user) and not Character.objects.filter(suits(user), pk=character_id).exists():
        raise NotFound
    part = CastMember.objects.filter(character=character_id, conversation__participants__user=user)
    member = part.select_related("version").order_by("-conversation_id").first()
    if member is not None:
        return member.version
    pair = Pair.objects.filter(owner=user, character=character_id).select_related("character").first()
    if pair is None:
        raise NotFound
    return edition_of(pair.character)


def acquaintances(user: User) -> list[Acquaintance]:
    """Those who may know something, who knows most first. Two queries."""
    known = dict(Pair.objects.filter(owner=user).values_list("character_id", "known"))
    parts = CastMember.objects.filter(character__in=known, conversation__participants__user=user)
    if not is_adult(user):
        parts = parts.exclude(beyond(user))
    found: dict[UUID, CharacterVersion] = {}
    for member in parts.select_related("version").order_by("character_id", "-conversation_id").distinct("character_id"):
        found[member.character_id] = member.version
    return sorted(
        (Acquaintance(version, known[character]) for character, version in found.items()),
        key=lambda each: -each.known,
    )


def mind(*, user: User, character_id: UUID) -> Mind:
    """NotFound as `met`."""
    version, pair = met(user=user, character_id=character_id), pair_for(user=user, character_id=character_id)
    if pair is None:
        return Mind(version, None)
    told = told_now(talks_of(pair))
    return Mind(version, pair, known_of(pair, told), told)


def mind_of_talk(*, user: User, conversation_id: UUID) -> Mind:
    """Of the character that leads the cast."""
    version = cast_version(get_conversation(user=user, conversation_id=conversation_id))
    return mind(user=user, character_id=version.character_id)


def rules_of(*, user: User, found: Mind) -> Rules:
    policy, agreed = found.version.memory_policy, agrees(user, DataUse.MEMORY)
    return Rules(
        holds=policy_of(found.pair, is_guest=user.is_guest, character=policy, agreed=agreed),
        house=house_mode(is_guest=user.is_guest, agreed=agreed),
        character=Mode(policy.get("mode") or Mode.AUTOMATIC),
        player=found.pair.mode if found.pair else "",
    )


def exported(*, user: User, character_id: UUID) -> dict[str, Any]:
    """Everything of it, what is forgotten and what gave way too."""
    found = mind(user=user, character_id=character_id)
    rules = rules_of(user=user, found=found)
    return {
        "format": "dramatis.memories.1",
        "exported_at": timezone.now().isoformat(),
        "character": {"id": str(character_id), "name": found.version.name, "language": found.version.language},
        "policy": {"mode": rules.mode.value, "paused": rules.paused},
        "memories": [as_json(each) for each in found.known],
        "notes": [
            {
                "conversation_id": str(note.conversation_id),
                "from_id": str(note.from_id),
                "until_id": str(note.until_id),
                "written_at": note.written_at.isoformat(),
                "sections": note.sections,
            }
            for note in notes_with(user=user, character_id=character_id)
        ],
        "bond": steps_as_json(steps_with(found.pair, found.told) if found.pair else []),
    }


def wished(known: Sequence[Known], wish: Wish) -> list[Known]:
    """Every word has to stand in it, or in what it replaced."""
    words = normalise(wish.words).split()
    return [each for each in known if _of_kind(each, wish.kind) and _has(each, words)]


def _of_kind(each: Known, kind: str) -> bool:
    return {"": True, "pinned": each.pinned, "doubt": each.doubted}.get(kind, each.kind == kind)


def _has(each: Known, words: Sequence[str]) -> bool:
    text = normalise(" ".join((each.text, *(earlier.text for earlier in each.earlier))))
    return all(word in text for word in words)


def kinds_in(known: Sequence[Known]) -> list[tuple[str, str, int]]:
    """Key, name and number of each kind that there is."""
    counted = Counter(each.kind for each in known)
    return [(kind.value, str(kind.label), counted[kind]) for kind in Kind if counted[kind]]


def months(known: Sequence[Known]) -> list[Month]:
    """The newest first, as `known` is."""
    found: dict[date, list[Known]] = {}
    for each in known:
        found.setdefault(timezone.localtime(each.said_at).date().replace(day=1), []).append(each)
    return [Month(begins, rows) for begins, rows in found.items()]


def notes_with(*, user: User, character_id: UUID) -> list[NoteOfTalk]:
    """Of the user's own talks: in somebody else's, what happened may be more than they heard. Newest first."""
    talks = conversations_for(user).filter(owner=user, cast__character=character_id, expires_at=None, sealed_at=None)
    mine: dict[UUID, Conversation] = {talk.pk: talk for talk in talks}
    rows = list(SessionNote.objects.filter(conversation__in=mine).order_by("-id")[:MOST_NOTES])
    load_keys(mine[row.conversation_id].key_id for row in rows)
    seen: set[UUID] = set()
    found = []
    for row in rows:
        talk = mine[row.conversation_id]
        sections = sections_in(row, talk)
        if sections is None:
            continue
        latest = talk.pk not in seen
        seen.add(talk.pk)
        found.append(
            NoteOfTalk(
                id=row.pk,
                conversation_id=talk.pk,
                title=title_of(talk),
                sections=sections,
                lines=row.lines,
                from_id=row.from_id,
                until_id=row.until_id,
                since=said_at(row.from_id),
                until=said_at(row.until_id),
                written_at=row.created_at,
                latest=latest,
                by_hand=row.revision > 0,
            )
        )
    return found


def note_of(*, user: User, note_id: UUID) -> NoteOfTalk:
    """NotFound for other people's, and for what can no longer be read."""
    row = SessionNote.objects.filter(pk=note_id, conversation__in=conversations_for(user).filter(owner=user)).first()
    cast = CastMember.objects.filter(conversation=row.conversation_id).first() if row is not None else None
    found = notes_with(user=user, character_id=cast.character_id) if cast is not None else []
    for each in found:
        if each.id == note_id:
            return each
    raise NotFound


def sections_in(row: SessionNote, talk: Conversation) -> dict[str, Any] | None:
    """None where it can no longer be read."""
    try:
        found = json.loads(cipher_for(key_id_of(row.sections)).open(row.sections, Place(NOTE, row.pk)))
    except (ContentLost, ValueError):
        return None
    return {name: found[name] for name in SECTIONS if found.get(name)} if isinstance(found, dict) else None


def _points(said: Any) -> list[str]:
    found = said if isinstance(said, list) else str(said).splitlines()
    return [str(each) for each in found if str(each).strip()]
