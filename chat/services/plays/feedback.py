"""How somebody did in a practice story: a model goes through the rubric once its ending is reached, on Celery."""

import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

import structlog
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from accounts.encryption import Place, cipher_for
from accounts.errors import NotFound
from chat import tasks
from chat.models import Feedback, Play
from chat.selectors.exports import branch_of
from chat.selectors.plays import FEEDBACK, play_in, staged_at
from inference.base import ModelError
from memory.extraction.model import json_in
from memory.services.asking import ask, template_of
from stories.book import Book
from stories.book.parts import words_in
from stories.book.rubric import Looked, rubric_of
from stories.books import book_of
from stories.format.shape import Mark

log = structlog.get_logger(__name__)

TEMPLATE = "chat.feedback"
MOST_LINES, LONGEST_LINE = 200, 1_200
LONGEST_NOTE = 1_000
PATIENCE = timedelta(minutes=5)  # so long one that is being written is waited for
REACHED = ("yes", "partly", "no")


def wish_feedback(conversation_id: UUID, message_id: UUID) -> None:
    """For an ending that was reached at this line. Wished twice, it is written once."""
    row, made = Feedback.objects.get_or_create(play_id=conversation_id, message_id=message_id)
    if made:
        tasks.give_feedback.delay_on_commit(str(row.pk))


@transaction.atomic
def ask_again(*, play: Play, message_id: UUID) -> None:
    """Where no model could say anything, or none has for a while. NotFound for what is no ending with feedback."""
    row = Feedback.objects.select_for_update().filter(play=play, message_id=message_id).first()
    if row is None or row.state == Feedback.State.DONE:
        raise NotFound
    if row.state == Feedback.State.WAITING and row.made_at > timezone.now() - PATIENCE:
        return
    row.state, row.made_at = Feedback.State.WAITING, timezone.now()
    row.save(update_fields=["state", "made_at"])
    tasks.give_feedback.delay_on_commit(str(row.pk))


def give_feedback(feedback_id: UUID) -> None:
    row = Feedback.objects.select_related("play").filter(pk=feedback_id, state=Feedback.State.WAITING).first()
    play = play_in(row.play.conversation) if row is not None else None
    if row is None or play is None:
        return
    book, row.model = book_of(play.version), settings.MEMORY_MODEL or settings.CHAT_MODEL
    try:
        found = _asked(play, book, row)
    except ModelError as error:
        log.warning("no_feedback", feedback=str(row.pk), code=error.code)
        found = {}
    state = Feedback.State.DONE if found else Feedback.State.FAILED
    cipher = cipher_for(play.conversation.key_id)
    body = cipher.seal(json.dumps(found, ensure_ascii=False), Place(FEEDBACK, row.pk)) if found else b""
    # Asked for again meanwhile, it may be there already.
    open_still = Feedback.objects.filter(pk=row.pk).exclude(state=Feedback.State.DONE)
    open_still.update(state=state, body=body, model=row.model)


def schema(rubric: Mapping[str, Looked]) -> dict[str, Any]:
    mark = {
        "type": "object",
        "additionalProperties": False,
        "required": ["reached", "note"],
        "properties": {"reached": {"type": "string", "enum": list(REACHED)}, "note": {"type": "string"}},
    }
    names = list(rubric)
    return {
        "type": "object", "additionalProperties": False, "required": names, "properties": dict.fromkeys(names, mark),
    }  # fmt: skip


def usable(book: Book, said: Any) -> dict[str, dict[str, str]]:
    """What can be used of it: models may have written anything."""
    found = {}
    for name in rubric_of(book.file):
        mark = said.get(name) if isinstance(said, dict) else None
        if isinstance(mark, dict) and mark.get("reached") in REACHED and isinstance(mark.get("note"), str):
            found[name] = {"reached": mark["reached"], "note": mark["note"].strip()[:LONGEST_NOTE]}
    return found


def _asked(play: Play, book: Book, row: Feedback) -> dict[str, dict[str, str]]:
    """Of the branch that came to this ending, and of the scenes that were on it."""
    file, language, player = book.file, play.language, play.conversation.owner
    rubric = rubric_of(file, staged_at(play, row.message_id).state.seen)

    def said(words: Any) -> str:
        return words_in(words, language, file)

    def looked_at(name: str, scene: str, mark: Mark) -> str:
        where = f" [{said(file.scenes[scene].title)}]" if scene else ""
        return f"- {name}{where}: {said(mark.name)}. {said(mark.good)}"

    # Its notes are read by whoever reads the play: what was whispered is in none of them.
    told = branch_of(user=player, conversation=play.conversation, leaf=row.message_id, aloud=True)
    lines = list(told)[-MOST_LINES:]
    values = {
        "story": f"{said(file.title)}\n{said(file.about)}",
        "rubric": "\n".join(looked_at(name, *looked) for name, looked in rubric.items()),
        "lines": "\n".join(
            f"{'> ' if line.role == 'player' else ''}{line.name}: {line.text[:LONGEST_LINE]}" for line in lines
        ),
    }
    template = template_of(TEMPLATE, language=language, plan=player.plan_id or "", model=row.model)
    answer = ask(template, values, schema=schema(rubric), player=player, character=None, model=row.model)
    return usable(book, json_in(answer))
