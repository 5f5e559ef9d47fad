"""What is kept of an erasure: what went where, in numbers. Nothing of the person."""

import hashlib
import secrets
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.utils import timezone

from accounts.errors import NotFound
from accounts.models import Departure, Erasure, User
from accounts.privacy.holdings import personal


def counts_of(user: User) -> dict[str, int]:
    """How many rows of which model are theirs."""
    counted = {holding.model: holding.of(user).count() for holding in personal()}
    return {model: rows for model, rows in counted.items() if rows}


def new_token() -> str:
    return secrets.token_urlsafe(24)


def token_in(link: str) -> str:
    """The last part of a receipt's address."""
    return link.rstrip("/").rpartition("/")[2]


def subject_of(user_id: UUID) -> bytes:
    return hashlib.sha256(b"dramatis erasure\0" + user_id.bytes).digest()


def write_receipt(*, user_id: UUID, token: str, asked_at: datetime, counts: dict[str, int]) -> Erasure:
    """Of what is gone now. One for each account: erased again after a restore, it is the same one."""
    now = timezone.now()
    receipt, _made = Erasure.objects.update_or_create(
        subject=subject_of(user_id),
        defaults={
            "token_hash": hashed(token),
            "asked_at": asked_at,
            "done_at": now,
            "backups_until": now + timedelta(days=settings.BACKUP_DAYS),
            "counts": counts,
            "noted_at": None,
        },
    )
    return receipt


def receipt_by(token: str) -> Erasure | Departure:
    """The receipt, or what it will be of. NotFound for a token that nobody was given, and for one of who stayed."""
    wanted = {"token_hash": hashed(token)}
    found = Erasure.objects.filter(**wanted).first() or Departure.objects.filter(**wanted).first()
    if found is None:
        raise NotFound
    return found


def hashed(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
