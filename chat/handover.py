"""What moves along when a guest's things become an account's, and who plays on when a persona is deleted."""

from uuid import UUID

from django.db.models import F, Func, Value

from accounts.models import Persona, User
from chat.models import (
    Attendance,
    Conversation,
    EndingMet,
    Folder,
    Import,
    ImportedTalk,
    Message,
    Participant,
    Rating,
    Removal,
    Share,
    Submission,
    Turn,
    UsualPart,
)


def hand_over(guest: User, user: User) -> None:
    """Keys are re-wrapped by `accounts.guests.adopt`; here only who they belong to changes."""
    conversations = list(Conversation.objects.filter(owner=guest).values_list("pk", flat=True))
    _words_in(conversations, guest, user)
    Submission.objects.filter(user=guest).update(user=user)
    # In a room both may have rated: the account's word stays.
    both = Rating.objects.filter(user=user).values("message_id")
    Rating.objects.filter(user=guest).exclude(message_id__in=both).update(user=user)
    Removal.objects.filter(removed_by_id=guest.pk).update(removed_by_id=user.pk)
    kept = UsualPart.objects.filter(user=user).values("character")
    UsualPart.objects.filter(user=guest).exclude(character__in=kept).update(user=user)
    _take_part(guest, user)
    Folder.objects.filter(owner=guest).update(owner=user)
    Share.objects.filter(owner=guest).update(owner=user)
    Import.objects.filter(owner=guest).update(owner=user)
    ImportedTalk.objects.filter(owner=guest).update(owner=user)
    _album(guest, user)
    Conversation.objects.filter(pk__in=conversations).update(owner=user)


def _take_part(guest: User, user: User) -> None:
    """In rooms that the guest came into, also the account's own, all that they said and asked for comes along. Who was
    there already stays who they are there.
    """
    _learn_alone(guest, user)
    parts = Participant.objects.filter(user=guest)
    _words_in(list(parts.exclude(conversation__owner=guest).values_list("conversation", flat=True)), guest, user)
    parts.filter(conversation__participants__user=user).delete()
    Participant.objects.filter(user=guest).update(user=user)


def _words_in(talks: list[UUID], guest: User, user: User) -> None:
    """Lines, replies that were asked for (with what was asked of them), and what was whispered to the guest."""
    Message.objects.filter(conversation__in=talks, author=guest).update(author=user)
    for column in ("started_by_id", "stopped_by_id"):
        Turn.objects.filter(**{"conversation__in": talks, column: guest.pk}).update(**{column: user.pk})
    _whispers(guest, user, talks)


def _whispers(guest: User, user: User, rooms: list[UUID]) -> None:
    """Who was whispered to goes by who they are, in replies under way as well."""
    renamed = Func("seen_by", Value(guest.pk), Value(user.pk), function="array_replace")
    for rows in (Message.objects, Turn.objects):
        rows.filter(conversation__in=rooms, seen_by__contains=[guest.pk]).update(seen_by=renamed)


def _album(guest: User, user: User) -> None:
    """What both have met stays where the account met it, and counts for both."""
    for met in EndingMet.objects.filter(user=guest):
        known = EndingMet.objects.filter(user=user, story=met.story_id, ending=met.ending)
        if known.update(times=F("times") + met.times):
            met.delete()
    EndingMet.objects.filter(user=guest).update(user=user)


def _learn_alone(guest: User, user: User) -> None:
    """Who tried the link of their own lesson plays by themselves: nobody is their own teacher."""
    own = Attendance.objects.filter(conversation__owner=guest, lesson__teacher=user)
    Participant.objects.filter(conversation__in=own.values("conversation"), user=user).delete()
    own.delete()


def play_on(gone: Persona, heir: Persona) -> None:
    Participant.objects.filter(persona=gone).update(persona=heir)
