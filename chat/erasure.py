"""Letting go of what somebody said and was told. Their keys are destroyed before this runs."""

from accounts.models import User
from chat.models import Conversation, Message


def erase_conversations(user: User) -> None:
    """Messages by conversation, which is how their table is indexed; all else follows the conversation."""
    conversations = Conversation.objects.filter(owner=user)
    for conversation_id in list(conversations.values_list("pk", flat=True)):
        Message.objects.filter(conversation=conversation_id).delete()
    conversations.delete()
