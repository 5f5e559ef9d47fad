"""Notes of talks are written, found again on a branch, and thrown away."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

import structlog
from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.encryption import Cipher, Place
from accounts.errors import Conflict, ContentLost
from accounts.ids import uuid7
from accounts.models import User
from inference.base import ModelError
from inference.tokens import estimate
from memory.extraction import is_chinese
from memory.extraction.model import json_in, transcript
from memory.models import SessionNote
from memory.names import Names, called
from memory.noting import Sections, extracted
from memory.noting.extract import Spoken
from memory.noting.sections import schema
from memory.places import NOTE as NOTE_PLACE
from memory.prompts import NOTE
from memory.services.asking import ask, has_model, template_of
from memory.told import Mark, counting, digest_of, id_of

log = structlog.get_logger(__name__)

RULES, BY_HAND = "rules 1", "by hand"
MOST_LINES = 400  # that a model reads in one go


@dataclass(frozen=True, slots=True)
class Subject:
    """Whose talk it is, and under which key its note lies."""

    conversation_id: UUID
    owner: User
    character_id: UUID
    cipher: Cipher
    names: Names


def note_on(conversation_id: UUID, branch: Sequence[Mark]) -> SessionNote | None:
    """The one that stands for most of this branch."""
    rows = SessionNote.objects.filter(conversation=conversation_id, lines__lte=len(branch)).order_by("-lines", "-id")
    return next((row for row in rows if counting(row, branch)), None)


def write_note(
    subject: Subject, *, covered: Sequence[Mark], before: SessionNote | None, lines: Sequence[Spoken]
) -> SessionNote | None:
    """For the lines of `covered`; `lines` are those that `before` does not stand for. Twice is once; None where there
    is nothing to say.
    """
    earlier = sections_of(before, subject.cipher) if before else None
    sections, template, model = _written(subject, earlier, lines)
    if not sections:
        return None
    fresh = uuid7()
    language = "zh-hans" if is_chinese(" ".join(line.text for line in lines)) else "en"
    row = SessionNote(
        id=fresh,
        conversation_id=subject.conversation_id,
        before=before,
        from_id=id_of(covered[0]),
        until_id=id_of(covered[-1]),
        lines=len(covered),
        covers=digest_of(covered),
        sections=subject.cipher.seal(sections.as_json(), Place(NOTE_PLACE, fresh)),
        tokens=estimate(sections.told(language)),
        template=template,
        model=model,
    )
    SessionNote.objects.bulk_create([row], ignore_conflicts=True)
    return wordings_of(row).first()


def reword_note(row: SessionNote, sections: Sections, cipher: Cipher) -> SessionNote:
    """The player's words, for the same lines; what stood there stays behind them. Without any, the note says nothing.
    Conflict when another wording was faster.
    """
    latest = wordings_of(row).first()
    if latest is None or latest.pk != row.pk:
        raise Conflict(_("This was changed meanwhile. Look at it anew."))
    new = SessionNote(id=uuid7(), revision=row.revision + 1, before=row, template=BY_HAND, tokens=0)
    for name in ("conversation_id", "from_id", "until_id", "lines", "covers"):
        setattr(new, name, getattr(row, name))
    new.sections = cipher.seal(sections.as_json(), Place(NOTE_PLACE, new.pk))
    new.tokens = estimate(sections.told("zh-hans" if is_chinese(sections.told("en")) else "en"))
    try:
        with transaction.atomic():
            new.save(force_insert=True)
    except IntegrityError:
        raise Conflict(_("This was changed meanwhile. Look at it anew.")) from None
    return new


def wordings_of(row: SessionNote) -> QuerySet[SessionNote]:
    """Of the same lines, the latest first."""
    same = SessionNote.objects.filter(conversation=row.conversation_id, until_id=row.until_id, covers=row.covers)
    return same.order_by("-revision")


def sections_of(row: SessionNote, cipher: Cipher) -> Sections:
    """Empty where it can no longer be read."""
    try:
        return Sections.of(json.loads(cipher.open(row.sections, Place(NOTE_PLACE, row.id))))
    except (ContentLost, ValueError):
        return Sections()


def forget_notes(lines: Sequence[tuple[UUID, UUID]]) -> None:
    """Those that may tell of these lines (talk and message): all that reach as far. They are written anew without."""
    for conversation_id, message_id in lines:
        SessionNote.objects.filter(conversation=conversation_id, until_id__gte=message_id).delete()


def _written(subject: Subject, before: Sections | None, lines: Sequence[Spoken]) -> tuple[Sections, str, str]:
    if has_model() and (found := _by_model(subject, before, lines[-MOST_LINES:])) is not None:
        return found
    return extracted(before, lines), RULES, ""


def _by_model(subject: Subject, before: Sections | None, lines: Sequence[Spoken]) -> tuple[Sections, str, str] | None:
    """None where it does not answer as asked."""
    language = "zh-hans" if is_chinese(" ".join(line.text for line in lines)) else "en"
    template = template_of(NOTE, language=language, plan=subject.owner.plan_id or "")
    values = {
        "player": called(subject.names.player, language == "zh-hans"),
        "character": subject.names.character,
        "before": before.told(language) if before else "",
        "lines": transcript([(line.speaker, line.text) for line in lines], numbered=False),
    }
    try:
        answer = ask(template, values, schema=schema(), player=subject.owner, character=subject.character_id)
    except ModelError as error:
        log.warning("note_by_rules", conversation=str(subject.conversation_id), code=error.code)
        return None
    sections = Sections.of(json_in(answer) or {})
    if not sections:
        log.warning("note_by_rules", conversation=str(subject.conversation_id), code="no_json", said=len(answer))
        return None
    version = template.template()
    return sections, f"{version['name']} {version['version']}"[:60], settings.MEMORY_MODEL
