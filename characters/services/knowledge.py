"""What creators give a character to know: texts, split into passages that are recalled by meaning.

A text is stored at once and read (embedded) by Celery; until then the state says so. A text that is changed keeps the
passages that did not change.
"""

import unicodedata
from pathlib import PurePosixPath
from uuid import UUID

from django.db import transaction
from django.db.models import F, Sum
from django.db.models.functions import Length
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.errors import Conflict, Invalid, NotFound, TooLong
from accounts.holds import held_people
from accounts.judging import Place, judged
from accounts.models import User
from accounts.retention import gone_since
from accounts.written import UNSTORABLE
from characters import tasks
from characters.models import Character, Knowledge
from characters.passages import split
from characters.selectors.knowledge import own_knowledge
from characters.services.allowance import pay_for_reading
from characters.services.quotas import hold, reserve
from characters.services.reading import letters_to_read
from characters.services.tries import to_read

MAX_TITLE = 200
MAX_TEXT = 200_000  # characters of one text
MAX_TEXTS = 100
MAX_ALL = 500_000  # characters of a character's texts together: about 3,000 passages, searched in a few milliseconds
MAX_FILE = 1024 * 1024
ENDINGS = (".txt", ".md", ".markdown")

State = Knowledge.State


@transaction.atomic
def add_knowledge(*, owner: User, character_id: UUID, title: str, text: str) -> Knowledge:
    """Raises NotFound for somebody else's character, Invalid with the field, QuotaReached, AllowanceUsedUp."""
    title, text = _checked(title, text)
    hold(owner)
    character = Character.objects.filter(pk=character_id, owner=owner, deleted_at=None).first()
    if character is None:
        raise NotFound
    title, text = _judged(title, text, owner, character)
    _make_room(owner, character_id, text)
    pay_for_reading(owner, letters_to_read(text))
    knowledge = Knowledge.objects.create(character=character, title=title, text=text, **to_read())
    read_soon(knowledge)
    return knowledge


@transaction.atomic
def edit_knowledge(*, owner: User, knowledge_id: UUID, title: str, text: str, seen: str = "") -> Knowledge:
    """`seen` is the `stamp` of what was edited; Conflict when another tab saved something else since."""
    knowledge = _locked(owner, knowledge_id)
    if seen and seen != knowledge.stamp:
        raise Conflict(_("This text was changed elsewhere in the meantime. Nothing of it was overwritten."))
    title, text = _judged(*_checked(title, text), owner, knowledge.character)
    if text != knowledge.text:
        _make_room(owner, knowledge.character_id, text, without=knowledge)
        pay_for_reading(owner, letters_to_read(text, knowledge))
        _read_anew(knowledge)
    knowledge.title, knowledge.text = title, text
    knowledge.save()
    return knowledge


@transaction.atomic
def use_knowledge(*, owner: User, knowledge_id: UUID, enabled: bool) -> Knowledge:
    """What is not in use stays as it is and is not recalled."""
    knowledge = _locked(owner, knowledge_id)
    knowledge.enabled = enabled
    knowledge.save(update_fields=["enabled", "updated_at"])
    return knowledge


@transaction.atomic
def read_again(*, owner: User, knowledge_id: UUID) -> Knowledge:
    """Once more what could not be read. Raises AllowanceUsedUp."""
    knowledge = _locked(owner, knowledge_id)
    if knowledge.state == State.FAILED:
        pay_for_reading(owner, letters_to_read(knowledge.text, knowledge))
        _read_anew(knowledge)
        knowledge.save(update_fields=["state", "failure", "tries", "try_at", "updated_at"])
    return knowledge


@transaction.atomic
def delete_knowledge(*, owner: User, knowledge_id: UUID) -> Knowledge:
    """It is recalled no more, and can be taken back for thirty days."""
    knowledge = _locked(owner, knowledge_id)
    knowledge.deleted_at = timezone.now()
    knowledge.save(update_fields=["deleted_at", "updated_at"])
    return knowledge


@transaction.atomic
def restore_knowledge(*, owner: User, knowledge_id: UUID) -> Knowledge:
    """Undo of a deletion. Raises NotFound also when it is too late, and as `add_knowledge`."""
    knowledge = _locked(owner, knowledge_id, deleted=True)
    if knowledge.deleted_at is not None:
        if knowledge.deleted_at < gone_since():
            raise NotFound
        _make_room(owner, knowledge.character_id, knowledge.text)
        knowledge.deleted_at = None
        knowledge.save(update_fields=["deleted_at", "updated_at"])
        if knowledge.state == State.WAITING:
            read_soon(knowledge)
    return knowledge


def forget_deleted() -> int:
    """For good, what was deleted more than thirty days ago."""
    deleted = Knowledge.objects.filter(deleted_at__lt=gone_since())
    return deleted.exclude(character__owner__in=held_people()).delete()[0]


def text_of_file(data: bytes, filename: str) -> tuple[str, str]:
    """Title and text of an uploaded file: .txt or .md, in UTF-8 or UTF-16 with its mark. Nothing else is read."""
    path = PurePosixPath(filename.replace("\\", "/"))
    if path.suffix.lower() not in ENDINGS:
        raise Invalid(_("Only text and Markdown: files that end in .txt or .md."), field="file")
    if len(data) > MAX_FILE:
        raise TooLong(_("A file may have 1 MB at most."), field="file", limit=MAX_FILE)
    encoding = "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        raise Invalid(_("This file is not UTF-8 text. Save it as UTF-8 and bring it again."), field="file") from None
    return path.stem[:MAX_TITLE], text


def read_soon(knowledge: Knowledge) -> None:
    """Without a queue the text waits for the sweep; whoever saved it must not notice."""
    tasks.queue_on_commit(tasks.read_knowledge, str(knowledge.pk))


def _read_anew(knowledge: Knowledge) -> None:
    """To be saved by the caller."""
    knowledge.state = State.WAITING
    for name, value in to_read().items():
        setattr(knowledge, name, value)
    read_soon(knowledge)


def _locked(owner: User, knowledge_id: UUID, *, deleted: bool = False) -> Knowledge:
    hold(owner)
    found = own_knowledge(owner, deleted=deleted).select_for_update(of=("self",)).filter(pk=knowledge_id).first()
    if found is None:
        raise NotFound
    return found


def _checked(title: str, text: str) -> tuple[str, str]:
    title = " ".join(unicodedata.normalize("NFC", title).split())
    text = unicodedata.normalize("NFC", text).replace("\r\n", "\n").strip()
    if not text:
        raise Invalid(_("There is no text in it yet."), field="text")
    for field, value in (("title", title), ("text", text)):
        if UNSTORABLE.search(value):
            raise Invalid(_("There is a character in it that cannot be stored."), field=field)
    if len(title) > MAX_TITLE:
        raise TooLong(field="title", limit=MAX_TITLE)
    if len(text) > MAX_TEXT:
        raise TooLong(
            _("One text may have 200,000 characters. Divide this one by chapters."), field="text", limit=MAX_TEXT
        )
    if not split(text):
        raise Invalid(_("There are only headings in it."), field="text")
    return title or _first_line(text), text


def _first_line(text: str) -> str:
    line = next(line for line in text.split("\n") if line.strip())
    return line.strip().lstrip("#").strip()[:80] or "–"


def _make_room(owner: User, character_id: UUID, text: str, *, without: Knowledge | None = None) -> None:
    """For this text, or in place of one that it follows. Raises Invalid, TooLong, QuotaReached."""
    others = Knowledge.objects.filter(character=character_id, deleted_at=None)
    if without is None:
        reserve(owner, texts=1, letters=len(text))
    else:
        reserve(owner, letters=len(text) - len(without.text))
        others = others.exclude(pk=without.pk)
    if without is None and others.count() >= MAX_TEXTS:
        raise Invalid(_("A character can have a hundred texts. Join some of them."), field="text", limit=MAX_TEXTS)
    held = others.aggregate(length=Sum(Length(F("text"))))["length"] or 0
    if held + len(text) > MAX_ALL:
        raise TooLong(_("All texts of a character together may have 500,000 characters."), field="text", limit=MAX_ALL)


def _judged(title: str, text: str, owner: User, character: Character) -> tuple[str, str]:
    place = Place("card", "card", character.rating)
    return judged(title, place, field="title", user=owner), judged(text, place, field="text", user=owner)
