from chat.models.checkpoint import Checkpoint
from chat.models.conversation import CastMember, Conversation, FormerMember, Participant, SessionName
from chat.models.folder import Folder
from chat.models.imports import Import, ImportedTalk, ImportPiece
from chat.models.lesson import Attendance, Lesson
from chat.models.message import Message, new_message_id
from chat.models.play import EndingMet, Feedback, Play, PlayEntry
from chat.models.rating import Rating
from chat.models.removal import Removal
from chat.models.revision import Revision
from chat.models.room import Invitation, Room
from chat.models.share import Share
from chat.models.turn import Submission, Turn
from chat.models.usual_part import UsualPart

__all__ = [
    "Attendance", "CastMember", "Checkpoint", "Conversation", "EndingMet", "Feedback", "Folder", "FormerMember",
    "Import", "ImportPiece", "ImportedTalk", "Invitation", "Lesson", "Message", "Participant", "Play", "PlayEntry",
    "Rating", "Removal", "Revision", "Room", "SessionName", "Share", "Submission", "Turn", "UsualPart",
    "new_message_id",
]  # fmt: skip
