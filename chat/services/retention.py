"""What lasts how long: the player's choice, telling them before anything goes, and the sweep.

Every step may be killed and taken again: what is gone is gone, the rest is still due.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime
from functools import partial
from itertools import chain
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from accounts.encryption import ciphers
from accounts.errors import Invalid
from accounts.holds import are_held
from accounts.ids import first_at
from accounts.models import Profile, User
from chat import tasks
from chat.models import (
    Checkpoint,
    Conversation,
    Message,
    Participant,
    Rating,
    Removal,
    Revision,
    Share,
    Submission,
    Turn,
    partitions,
)
from chat.selectors import retention
from chat.selectors.retention import DAY, NOTICE
from chat.selectors.tree import tree_of
from chat.services.branches import count_change, locked_talk
from chat.services.months import drop_month
from memory.services.forgetting import forget_lines, forget_talk
from voice.services.clips import forget_clips_of_lines, forget_clips_of_talk
from voice.services.recordings import forget_recordings_of_talk

A_BATCH = 500
TALKS_AT_ONCE = 200


# ------------------------------------------------------------------ choosing


@transaction.atomic
def keep_talks_for(*, user: User, days: int | None) -> None:
    """What holds for all talks that say nothing of their own; None: as long as the house keeps any. What goes by it
    goes a week later at the earliest. Raises Invalid.
    """
    _check(days)
    profile = Profile.objects.select_for_update().get(user=user)
    if _shorter(days, than=profile.keep_days):
        _told_now(Conversation.objects.filter(owner=user, keep_days=None))
    profile.keep_days = days
    profile.save(update_fields=["keep_days"])


@transaction.atomic
def keep_talk_for(*, user: User, conversation_id: UUID, days: int | None) -> None:
    """What holds for this one, before what the account says; None: as the account says. Raises Invalid, NotFound."""
    _check(days)
    talk = locked_talk(user, conversation_id)
    if _shorter(days or user.profile.keep_days, than=retention.kept_in(talk)):
        _told_now(Conversation.objects.filter(pk=talk.pk))
    talk.keep_days = days
    talk.save(update_fields=["keep_days"])


def _check(days: int | None) -> None:
    if days is not None and days not in retention.choices():
        raise Invalid(field="days", limit=settings.CHATS_KEPT_DAYS)


def _shorter(days: int | None, *, than: int | None) -> bool:
    house = settings.CHATS_KEPT_DAYS
    return (days or house) < (than or house)


def _told_now(talks: "QuerySet[Conversation]") -> None:
    # Whoever chooses reads on the page what it means: the week begins anew.
    talks.update(going_told_at=timezone.now())


# ------------------------------------------------------------------ telling


def tell(now: datetime) -> int:
    """Whose talks begin to lose lines within the week; returns how many talks. Those whose lines go because the house
    keeps none longer get a letter; who chose it themselves reads it on the page of the talk.
    """
    told = 0
    for days in retention.periods():
        last = UUID(int=0)
        untold = retention.untold(days, now).order_by("pk").values_list("pk", "owner")
        while found := list(untold.filter(pk__gt=last)[:TALKS_AT_ONCE]):
            last = found[-1][0]
            with transaction.atomic():
                Conversation.objects.filter(pk__in=[pk for pk, _owner in found]).update(going_told_at=now)
                if days == settings.CHATS_KEPT_DAYS:
                    for owner in {owner for _pk, owner in found}:
                        transaction.on_commit(partial(tasks.tell_what_goes.delay, str(owner)), robust=True)
            told += len(found)
    return told


# ------------------------------------------------------------------ sweeping


def sweep(now: datetime) -> Counter[str]:
    gone: Counter[str] = Counter()
    gone["told"] = tell(now)
    months = list(retention.whole_months_due(now))
    # Lines of these months need not be deleted one by one.
    dropped_to = partitions.bound(partitions.following(months[-1])) if months else None
    for days in retention.periods():
        for talk in _each(days, now):
            gone.update(_lighten(talk, days, now, rows_from=dropped_to))
    for month in months:
        count = Message.objects.filter(**partitions.within(month)).count()
        if not drop_month(month, still_due=partial(_all_due, month, now)):
            break
        gone.update(months=1, lines=count)
    for days in retention.periods():
        for talk in _each(days, now):
            gone.update(_lighten(talk, days, now))
    return gone


def _each(days: int, now: datetime) -> "chain[UUID]":
    """Every talk that is due once, also one that is due again at once or that is skipped."""

    def pages():  # type: ignore[no-untyped-def]
        last = UUID(int=0)
        due = retention.due(days, now).order_by("pk").values_list("pk", flat=True)
        while page := list(due.filter(pk__gt=last)[:TALKS_AT_ONCE]):
            last = page[-1]
            yield page

    return chain.from_iterable(pages())


def _all_due(month: date, now: datetime) -> bool:
    """Asked again under the lock: somebody may be held, or has brought a talk, since."""
    return not retention.must_stay(month, now)


def _lighten(talk_id: UUID, days: int, now: datetime, *, rows_from: UUID | None = None) -> Counter[str]:
    """Take a talk's old lines with all that hangs on them, and the talk itself when none is left.

    `rows_from`: the rows of earlier lines stay, since their month is dropped; what hangs on them goes.
    """
    bound = first_at(now - days * DAY)
    gone: Counter[str] = Counter()
    after = UUID(int=0)
    while True:
        with transaction.atomic():
            talk = _locked(talk_id, days, now)
            if talk is None:
                return gone
            lines = Message.objects.filter(conversation=talk)
            batch = list(lines.filter(pk__gt=after, pk__lt=bound).order_by("pk").values_list("pk", flat=True)[:A_BATCH])
            if not batch:
                Turn.objects.filter(conversation=talk, pk__lt=bound).exclude(status=Turn.Status.RUNNING).delete()
                if not lines.exists():
                    _delete(talk)
                    gone["talks"] += 1
                elif after.int:
                    _settle(talk)
                return gone
            after = batch[-1]
            _forget_about(talk.pk, batch)
            stays = [] if rows_from is None else [line for line in batch if line < rows_from]
            gone["lines"] += lines.filter(pk__in=batch).exclude(pk__in=stays).delete()[0]


def _locked(talk_id: UUID, days: int, now: datetime) -> Conversation | None:
    """None for one that is gone, in use, kept longer by now, or held."""
    locked = Conversation.objects.select_for_update(skip_locked=True, of=("self",)).filter(pk=talk_id).first()
    if locked is None or Turn.objects.filter(conversation=locked, status=Turn.Status.RUNNING).exists():
        return None
    still = retention.kept_talks().filter(pk=talk_id, days=days, going_told_at__lte=now - NOTICE).exists()
    people = Participant.objects.filter(conversation=locked).values_list("user_id", flat=True)
    return locked if still and not are_held([locked.owner_id, *people], now) else None


def _forget_about(talk_id: UUID, lines: Sequence[UUID]) -> None:
    """What hangs on these lines: earlier words, receipts, ratings, named places, links, memories."""
    of_these = {"conversation": talk_id, "message_id__in": lines}
    for model in (Revision, Rating, Checkpoint, Submission):
        model._default_manager.filter(**of_these).delete()
    Turn.objects.filter(conversation=talk_id, reply_id__in=lines).exclude(status=Turn.Status.RUNNING).delete()
    Share.objects.filter(conversation=talk_id, leaf_id__in=lines).delete()
    Removal.objects.filter(conversation=talk_id, lines__contained_by=list(lines)).delete()
    forget_lines(talk_id, lines)
    forget_clips_of_lines(talk_id, lines)


def _settle(talk: Conversation) -> None:
    """Its head rests on a line that is there. When it was last spoken in stays as it was."""
    tree = tree_of(talk.pk)
    head = tree.resting(talk.head_id)
    if head != talk.head_id:
        Conversation.objects.filter(pk=talk.pk).update(head=head)
    count_change(talk)


def _delete(talk: Conversation) -> None:
    key = talk.key
    forget_talk(talk.pk)
    forget_clips_of_talk(talk.pk)
    forget_recordings_of_talk(talk.pk)
    talk.delete()
    key.delete()
    ciphers.drop(key.pk)
