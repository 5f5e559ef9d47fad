"""What leads back from a change of what is remembered: signed, for whoever made it, for thirty days. Never text."""

from typing import Any
from uuid import UUID

from django.core import signing
from django.utils.translation import gettext_lazy as _

from accounts.errors import Invalid, NotFound
from accounts.models import User

UNDO_SECONDS = 30 * 24 * 3600
_SALT = "memory.undo"


def way_back(user: User, character_id: UUID, do: str, **change: Any) -> str:
    """`do` names the change, the rest is for it alone."""
    where = {"user": user.pk.hex, "character": character_id.hex, "do": do}
    return signing.dumps(where | change, salt=_SALT, compress=True)


def opened_way(user: User, character_id: UUID, token: str) -> dict[str, Any]:
    """Invalid when it is not good any more; NotFound when it leads elsewhere, or is somebody else's."""
    try:
        change: dict[str, Any] = signing.loads(token, salt=_SALT, max_age=UNDO_SECONDS)
    except signing.BadSignature:
        raise no_way_back() from None
    if change.pop("user") != user.pk.hex or change.pop("character") != character_id.hex:
        raise NotFound
    return change


def no_way_back() -> Invalid:
    return Invalid(_("This can no longer be undone."), field="undo")
