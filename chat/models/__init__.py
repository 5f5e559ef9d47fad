from chat.models.checkpoint import Checkpoint
from chat.models.conversation import CastMember, Conversation, Participant
from chat.models.message import Message, new_message_id
from chat.models.removal import Removal
from chat.models.revision import Revision
from chat.models.turn import Submission, Turn

__all__ = [
    "CastMember",
    "Checkpoint",
    "Conversation",
    "Message",
    "Participant",
    "Removal",
    "Revision",
    "Submission",
    "Turn",
    "new_message_id",
]
