"""What moves along when a guest's things become an account's, and who plays on when a persona is deleted."""

from accounts.models import Persona, User
from chat.models import Conversation, Folder, Import, ImportedTalk, Message, Participant, Submission, Turn


def hand_over(guest: User, user: User) -> None:
    """Keys are re-wrapped by `accounts.guests.adopt`; here only who they belong to changes."""
    conversations = list(Conversation.objects.filter(owner=guest).values_list("pk", flat=True))
    Message.objects.filter(conversation__in=conversations, author=guest).update(author=user)
    Turn.objects.filter(conversation__in=conversations, started_by_id=guest.pk).update(started_by_id=user.pk)
    Submission.objects.filter(user=guest).update(user=user)
    Participant.objects.filter(user=guest).update(user=user)
    Folder.objects.filter(owner=guest).update(owner=user)
    Import.objects.filter(owner=guest).update(owner=user)
    ImportedTalk.objects.filter(owner=guest).update(owner=user)
    Conversation.objects.filter(pk__in=conversations).update(owner=user)


def play_on(gone: Persona, heir: Persona) -> None:
    Participant.objects.filter(persona=gone).update(persona=heir)
