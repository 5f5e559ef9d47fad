"""Plays, taken in from a take-out: each in its talk, by the story's version that it was played by.

Whoever brings a file may have written it: of a log is taken what the rules make of it again, to the last number.
"""

import json
import time
from contextlib import suppress
from typing import Any
from uuid import UUID

import msgspec

from accounts.encryption import Place, cipher_for
from accounts.ids import uuid7_at
from accounts.privacy.holdings import Holding
from accounts.restore.work import LeftOut, Raw, Refused, Work, as_id, built, saved
from characters.models import CharacterVersion
from chat.formats.limits import MAX_LINES
from chat.models import EndingMet, Feedback, Message, Play, PlayEntry
from chat.plays.staged import Happened, Staged, entry_in, state_in, stored
from chat.selectors.plays import FEEDBACK, staged_at
from chat.services.by_hand import judged_by_hand
from chat.services.plays.feedback import usable
from chat.services.restoring import language_of_edition, line_in, meet_character
from stories.books import book_of
from stories.models import StoryVersion
from stories.rules import Refused as RefusedByRules
from stories.selectors import stories_for
from stories.state import State

MOST_VERSIONS = 200  # of one story


# --- which stories


def meet_stories(work: Work) -> None:
    """Those of the house are here, too. A version that is not is taken for the one on stage: whether what happened
    could have happened in it, is asked of each entry."""
    for raw in work.read("stories_met"):
        if not isinstance(raw.get("id"), str) or not isinstance(raw.get("slug"), str):
            continue
        here = stories_for(work.user).filter(slug=raw["slug"], owner=None, published__isnull=False).first()
        if here is None:
            continue  # whatever was played of it is refused, and that is told
        work.met["stories.Story", raw["id"]] = here.pk
        known = dict(here.versions.order_by("number").values_list("digest", "pk"))
        for version in _listed(raw.get("versions")):
            if isinstance(version.get("id"), str):
                digest = version.get("digest")
                found = known.get(digest) if isinstance(digest, str) else None
                work.met["stories.StoryVersion", version["id"]] = found or here.published_id


def _listed(value: Any) -> list[dict[str, Any]]:
    return [each for each in value[:MOST_VERSIONS] if isinstance(each, dict)] if isinstance(value, list) else []


# --- plays


def take_plays(work: Work, holding: Holding) -> None:
    """With their cast: a part is played by whoever plays it in the story here. Who is left is met as anybody else."""
    met = work.read("characters_met")
    editions = {raw["id"]: _listed(raw.get("versions")) for raw in met if isinstance(raw.get("id"), str)}
    for number, raw in work.rows(holding):
        with work.line(holding, number):
            _take_play(work, holding, raw, editions)
    for raw in work.read("characters_met"):
        if isinstance(raw.get("id"), str) and ("characters.Character", raw["id"]) not in work.met:
            meet_character(work, raw)


def _take_play(work: Work, holding: Holding, raw: Raw, editions: dict[str, list[dict[str, Any]]]) -> None:
    work.found("chat.Conversation", raw.get("conversation"), "conversation")
    key = ("chat.Play", str(raw["conversation"]))
    # Until it is taken: of its entries nothing more is told.
    work.left_out.add(key)
    try:
        work.found("stories.StoryVersion", raw.get("version"), "version", meets=True)
    except (Refused, LeftOut):
        raise Refused("no_story", "version") from None
    row, _texts = built(work, holding, raw)
    version = StoryVersion.objects.get(pk=row.version_id)
    if row.language not in version.languages:
        raise Refused("no_choice", "language")
    cast, played = version.cast_versions(row.language), _parts(raw)
    row.parts = {name: str(cast[name].character_id) for name in cast if name in played}
    work.made[key] = saved(work, holding, raw, row)
    work.keep(holding, raw, row.pk)
    for name in row.parts:
        _seat(work, version, name, cast[name], played[name], editions.get(played[name], []))


def _parts(raw: Raw) -> dict[str, str]:
    parts = raw.get("parts")
    return {name: old for name, old in parts.items() if isinstance(old, str)} if isinstance(parts, dict) else {}


def _seat(
    work: Work, version: StoryVersion, name: str, player: CharacterVersion, old: str, editions: list[dict[str, Any]]
) -> None:
    """Whoever was this character there is the story's here, in each language."""
    work.met.setdefault(("characters.Character", old), player.character_id)
    for edition in editions:
        if isinstance(edition.get("id"), str):
            spoken = version.cast_versions(language_of_edition(edition)).get(name, player)
            work.met.setdefault(("characters.CharacterVersion", edition["id"]), spoken.pk)


def end_unbegun(work: Work) -> None:
    """One whose beginning the rules do not confirm is no play. The talk is there."""
    made = [pk for (model, _old), pk in work.made.items() if model == "chat.Play"]
    for play in Play.objects.filter(pk__in=made, entries=None):
        play.delete()
        work.counts["plays"] -= 1


# --- what happened


def take_entry(work: Work, holding: Holding, raw: Raw) -> Any:
    row, _texts = built(work, holding, raw)
    play = Play.objects.select_related("version", "conversation").filter(pk=row.play_id).first()
    if play is None or not 0 < (row.seq or 0) <= MAX_LINES * 2:
        raise Refused("does_not_fit", "play" if play is None else "seq")
    before = _before(work, play, raw.get("before_id"))
    row.message_id, row.before_id = _place(work, play, raw.get("message_id"), before), before.at
    row.entry, row.state = _confirmed(before, row.entry, row.state)
    row.save(force_insert=True)
    Play.objects.filter(pk=play.pk, count__lt=row.seq).update(count=row.seq)
    work.made["chat.PlayEntry", raw["message_id"]] = row.pk
    return row.pk


def _before(work: Work, play: Play, old: Any) -> Staged:
    """As the entry left it from which another one goes on."""
    start = staged_at(play, None)
    if old is None:
        return start
    entry = PlayEntry.objects.filter(pk=work.found("chat.PlayEntry", old, "before_id"), play=play).first()
    if entry is None:
        raise Refused("no_reference", "before_id")
    return start.standing(state_in(entry.state), at=entry.pk)


def _place(work: Work, play: Play, old: Any, before: Staged) -> UUID:
    """The line at which it happened: the one before is the last above it. An entry outlives its line, as everywhere."""
    key = ("chat.Message", old)
    if isinstance(old, str) and key not in work.made and key not in work.left_out:
        return uuid7_at(min(as_id(old, "message_id").int >> 80, int(time.time() * 1000)))
    line = line_in(work, play.pk, old, "message_id")
    above = staged_at(play, Message.objects.values_list("parent_id", flat=True).get(pk=line))
    if above.at != before.at and (before.at is None or Message.objects.filter(pk=before.at).exists()):
        raise Refused("no_reference", "before_id")
    return line


def _confirmed(before: Staged, entry: str, state: str) -> tuple[str, str]:
    """As they are stored here. Raises Refused."""
    try:
        told, left = entry_in(entry), state_in(state)
    except (msgspec.MsgspecError, ValueError, RecursionError):
        raise Refused("does_not_fit", "entry") from None
    again = _again(before, told.action, told.proposed)
    if again is None or (again.entry, again.after.state) != (told, left):
        raise Refused("not_by_rules", "entry")
    return stored(again)


def _again(before: Staged, action: Any, proposed: tuple[str, ...] | None) -> Happened | None:
    begins = action is None and proposed is None
    if begins != (before.at is None):
        return None  # nothing happens before the beginning, and nothing begins twice
    with suppress(RefusedByRules):
        if begins:
            return before.begin()
        return before.act(action) if proposed is None else before.propose(proposed)
    return None


# --- what hangs on its endings


def take_ending(work: Work, holding: Holding, raw: Raw) -> Any:
    """One that was met here already stays as it is; one whose talk is gone is in the album alone."""
    row, _texts = built(work, holding, raw)
    if EndingMet.objects.filter(user=work.user, story=row.story_id, ending=row.ending).exists():
        raise LeftOut
    versions = StoryVersion.objects.filter(story=row.story_id).order_by("-number")
    if not row.times or not any(row.ending in book_of(version).file.endings for version in versions):
        raise Refused("no_choice", "ending")
    row.message_id = None
    if row.conversation_id is not None:
        row.message_id, state = _ended(work, row.conversation_id, raw.get("message_id"))
        if state.ending != row.ending or not versions.filter(plays=row.conversation_id).exists():
            raise Refused("not_by_rules", "ending")
    return saved(work, holding, raw, row)


def take_feedback(work: Work, holding: Holding, raw: Raw) -> Any:
    """Nobody waits here for what a model there did not come to say."""
    row, texts = built(work, holding, raw)
    row.message_id, _state = _ended(work, row.play_id, raw.get("message_id"))
    play = Play.objects.select_related("version", "conversation").get(pk=row.play_id)
    said = usable(book_of(play.version), _json(texts.get("body")))
    for mark in said.values():
        mark["note"] = judged_by_hand(work.user, play.conversation, mark["note"], field="body")
    row.state = Feedback.State.DONE if said else Feedback.State.FAILED
    if said:
        cipher = cipher_for(play.conversation.key_id)
        row.body = cipher.seal(json.dumps(said, ensure_ascii=False), Place(FEEDBACK, row.pk))
    return saved(work, holding, raw, row)


def _ended(work: Work, conversation_id: UUID, old: Any) -> tuple[UUID, State]:
    """The line at which a play came to its end, and how it stood."""
    line = line_in(work, conversation_id, old, "message_id")
    entry = PlayEntry.objects.filter(pk=line, play=conversation_id).first()
    state = state_in(entry.state) if entry is not None else None
    if state is None or not state.ending:
        raise Refused("not_by_rules", "message_id")
    return line, state


def _json(text: str | None) -> Any:
    with suppress(ValueError, RecursionError):
        return json.loads(text or "null")
    return None
