"""Consent to be watched in a lesson, given and taken back: whoever is there is told at once."""

from uuid import UUID

from asgiref.sync import async_to_sync

from accounts.models import User
from chat.services.doors import visit_ended
from chat.services.lessons import be_watched_again, stop_being_watched
from chat.services.rooms.presence import tell_room


def let_watch(*, user: User, conversation_id: UUID, watch: bool) -> None:
    """Of a play of one's own: taken back, the teacher's sockets are closed. Raises as the two of `lessons`."""
    if watch:
        be_watched_again(user=user, conversation_id=conversation_id)
    else:
        async_to_sync(visit_ended)(stop_being_watched(user=user, conversation_id=conversation_id))
    async_to_sync(tell_room)(conversation_id)
