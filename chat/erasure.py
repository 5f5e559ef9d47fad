"""Letting go of what somebody said and was told. Their keys are destroyed before this runs."""

from accounts.models import User
from chat.models import Conversation, Message, Participant


def erase_conversations(user: User) -> None:
    """Messages by conversation, which is how their table is indexed; all else follows the conversation.

    In other people's talks the lines stay in their place, unreadable, without a name and not to be found.
    """
    elsewhere = Participant.objects.filter(user=user).exclude(conversation__owner=user)
    for conversation_id in list(elsewhere.values_list("conversation_id", flat=True)):
        Message.objects.filter(conversation=conversation_id, author=user).update(speaker="", terms=[])
    conversations = Conversation.objects.filter(owner=user)
    for conversation_id in list(conversations.values_list("pk", flat=True)):
        Message.objects.filter(conversation=conversation_id).delete()
    conversations.delete()
