"""What Celery does for the chat. Tasks may run twice and may find nothing to do."""

import asyncio
from datetime import datetime
from uuid import UUID

from celery import shared_task
from celery.exceptions import SoftTimeLimitExceeded

from chat.models import partitions


@shared_task(time_limit=60)
def sweep_turns() -> int:
    """Settle turns of dead processes also when no server process is left to do it."""
    from chat.services.turns.sweep import sweep_once

    return asyncio.run(sweep_once())


@shared_task(time_limit=600)
def forget_feelings(user_id: str) -> int:
    """Of somebody who does not want what they say to be read for what it feels like."""
    from chat.services import tones

    return tones.forget_feelings(UUID(user_id))


@shared_task(time_limit=60)
def remember_what_was_said() -> int:
    """Talks in which something was said since the last look, one task each."""
    from chat.services.remembering import talks_to_remember

    due = talks_to_remember()
    for conversation_id, until in due:
        remember_talk.delay(str(conversation_id), until.isoformat())
    return len(due)


@shared_task(time_limit=170, soft_time_limit=150)
def remember_talk(conversation_id: str, taken_until: str) -> None:
    """As much of it as goes into a few minutes; the rest when it comes due again."""
    from chat.services import remembering

    while remembering.remember_talk(UUID(conversation_id), taken_until=datetime.fromisoformat(taken_until)):
        pass


@shared_task(time_limit=120)
def make_partitions() -> int:
    """Twelve months of messages ahead."""
    return len(partitions.make_partitions())


@shared_task(time_limit=280)
def count_days() -> int:
    """What happened with characters since the last time, and who is trending."""
    from chat.services.statistics import roll_up_days

    return roll_up_days()


@shared_task(time_limit=600)
def count_spans() -> int:
    """The weeks and months that are not final yet."""
    from chat.services.statistics import roll_up_spans

    return roll_up_spans()


@shared_task(time_limit=600)
def count_talks() -> None:
    """The longer looks back: openings, lengths, lore."""
    from chat.services import statistics

    statistics.roll_up_talks()
    statistics.roll_up_lore()


@shared_task(time_limit=600, soft_time_limit=540)
def empty_trash() -> None:
    """Talks, lines and names of places are kept in the trash for thirty days, as their pages say; folders as long.

    Links that are over go too.
    """
    from accounts.retention import run

    run("trash")


@shared_task(time_limit=280)
def forget_temporary_talks() -> None:
    """An hour after their last page was closed."""
    from chat.services.temporary import forget_expired

    while forget_expired():
        pass


@shared_task(time_limit=280)
def index_room(conversation_id: str) -> None:
    """Its host is another one: what was said before is found as before."""
    from chat.services.indexing import index_anew

    if not index_anew(UUID(conversation_id)):
        index_room.delay(conversation_id)


@shared_task(time_limit=60)
def go_on_with_rooms() -> int:
    """Rooms that were handed over while no queue was there, and those whose task was lost."""
    from chat.services.indexing import left_behind

    left = left_behind()
    for conversation_id in left:
        index_room.delay(str(conversation_id))
    return len(left)


@shared_task(time_limit=600, soft_time_limit=560)
def look_at_import(import_id: str) -> None:
    """What is in a file that somebody brought."""
    from chat.services import imports

    try:
        imports.look(UUID(import_id))
    except SoftTimeLimitExceeded:
        imports.fail(UUID(import_id), "too_slow")
    except Exception:
        imports.fail(UUID(import_id), "internal")
        raise


@shared_task(time_limit=600, soft_time_limit=560)
def run_import(import_id: str) -> None:
    """Take it in; what does not fit into a few minutes goes on behind whatever else is waiting."""
    from chat.services import imports

    try:
        if not imports.run(UUID(import_id)):
            run_import.delay(import_id)
    except SoftTimeLimitExceeded:
        imports.fail(UUID(import_id), "too_slow")
    except Exception:
        imports.fail(UUID(import_id), "internal")
        raise


@shared_task(time_limit=60)
def go_on_with_imports() -> int:
    """Imports whose task was lost; and files nobody came back for are let go."""
    from chat.services import imports

    left = imports.left_behind()
    for import_id, state in left:
        (look_at_import if state == "waiting" else run_import).delay(str(import_id))
    imports.forget_idle()
    return len(left)


@shared_task(time_limit=3_600, soft_time_limit=3_500, acks_late=False)
def sweep_talks() -> None:
    """Lines that are older than their talk keeps them. Not begun a second time: the next night goes on."""
    from accounts.retention import run

    run("talks")


@shared_task(time_limit=60, autoretry_for=(OSError,), retry_backoff=30, max_retries=5)
def tell_what_goes(user_id: str) -> None:
    """A letter to somebody of whose talks the oldest lines go soon."""
    from chat.services.going_mail import send_going

    send_going(UUID(user_id))


@shared_task(time_limit=120)
def give_feedback(feedback_id: str) -> None:
    """On a practice story that came to its end."""
    from chat.services.plays import feedback

    feedback.give_feedback(UUID(feedback_id))
