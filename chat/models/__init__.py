from chat.models.conversation import CastMember, Conversation, Participant, SessionName
from chat.models.message import Message, new_message_id
from chat.models.turn import Submission, Turn

__all__ = [
    "CastMember",
    "Conversation",
    "Message",
    "Participant",
    "SessionName",
    "Submission",
    "Turn",
    "new_message_id",
]
