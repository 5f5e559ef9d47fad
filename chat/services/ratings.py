"""What readers think of replies. Nobody is told of it: no page, frame or author's figure names whoever rated."""

from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.errors import Invalid
from accounts.models import User
from chat.models import Message, Rating
from chat.selectors import RATINGS, line_for
from chat.services.voices import choose

_GOOD = {told: good for good, told in RATINGS.items()}


def rate_reply(*, user: User, conversation_id: UUID, message_id: UUID, rating: str) -> None:
    """Up, down, or empty for neither; the last word counts. NotFound for what the user may not see; Invalid for what no
    character answered, and for another rating. The first reply that is liked is the sample of its character's voice.
    """
    if rating and rating not in _GOOD:
        raise Invalid(_("A rating is up, down or nothing."), field="rating")
    line = line_for(user=user, conversation_id=conversation_id, message_id=message_id)
    if line.role != Message.Role.CHARACTER or line.parent_id is None:
        raise Invalid(_("Only replies can be rated."), field="message_id")
    of = {"user": user, "message_id": line.pk}
    if not rating:
        Rating.objects.filter(**of).delete()
        return
    changed = {"good": _GOOD[rating], "rated_at": timezone.now(), "conversation_id": line.conversation_id}
    # One statement: of two tabs, whoever comes second has the last word.
    Rating.objects.bulk_create(
        [Rating(**of, **changed)],
        update_conflicts=True,
        unique_fields=["user", "message_id"],
        update_fields=["good", "rated_at"],
    )
    if _GOOD[rating]:
        choose(user=user, conversation_id=conversation_id, liked=[line.pk])
