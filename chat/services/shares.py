"""Giving out a link to a branch, and taking it back."""

import secrets
from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.errors import Conflict, Invalid, NotFound
from accounts.models import User
from chat.models import Share
from chat.selectors.shares import hash_of, links_of
from chat.services.conversations import owned

TOKEN_BYTES = 16
MAX_LINKS = 200
DAYS = (1, 7, 30, 365)  # to choose from; or without an end


@transaction.atomic
def share_branch(*, user: User, conversation_id: UUID, named: bool, days: int | None = None) -> tuple[Share, str]:
    """What was said up to now, as it is now: what is said later, or in other words, is not shown.

    The second is the link's secret, which is told this once. Raises NotFound for everybody but the owner, Invalid.
    """
    conversation = owned(user, conversation_id)
    if conversation.expires_at is not None:
        raise Conflict(_("A temporary talk cannot be shared. Keep it first."))
    if conversation.sealed_at is not None:
        raise Conflict(_("A sealed talk cannot be shared: nobody could read it."))
    if conversation.head_id is None:
        raise Invalid(_("Nothing was said yet."))
    if days is not None and days not in DAYS:
        raise Invalid(field="days")
    if len(links_of(user)) >= MAX_LINKS:
        said = _("You have %(limit)d links. Revoke one of them first.")
        raise Invalid(said % {"limit": MAX_LINKS}, limit=MAX_LINKS)
    token = secrets.token_urlsafe(TOKEN_BYTES)
    share = Share.objects.create(
        conversation=conversation,
        owner=user,
        token_hash=hash_of(token),
        leaf_id=conversation.head_id,
        named=named,
        expires_at=timezone.now() + timedelta(days=days) if days else None,
    )
    return share, token


def revoke_share(*, user: User, share_id: UUID) -> None:
    """The link leads nowhere from now on."""
    deleted, _rows = Share.objects.filter(pk=share_id, owner=user).delete()
    if not deleted:
        raise NotFound


def forget_expired() -> None:
    Share.objects.filter(expires_at__lt=timezone.now()).delete()
