"""What a decision has queued is put before moderators. Whoever asked for the decision does not wait for it."""

import logging
from functools import partial
from typing import Any
from uuid import UUID

import msgspec
from django.db import transaction

from accounts.encryption import Cipher, Place, cipher_for, cipher_of, key_id_of
from accounts.errors import ContentLost
from accounts.models import User
from moderation import tasks
from moderation.chain import Verdict
from moderation.decision import Decision
from moderation.services.cases import open_finding

logger = logging.getLogger(__name__)
PARCEL = "case of what was refused"


def put_before_moderators(
    decision: Decision, text: str, *, user_id: UUID | None = None, cipher: Cipher | None = None, **about: UUID | None
) -> None:
    """`user_id` is whose words they are; None for a character's, then `cipher` is the talk's. `about` is as in
    `open_finding`: message, character, conversation.
    """
    if decision.verdict is None or not decision.queued:
        return
    user = User.objects.filter(pk=user_id).first() if user_id else None
    if user is None and cipher is None:
        return
    _open(decision.verdict, text, user, decision.where.stage, decision.where.surface, cipher=cipher, **about)


def queue_when_stored(decision: Decision, text: str, user: User, **about: Any) -> None:
    """Once it is."""
    if decision.queued:
        work = partial(put_before_moderators, decision, text, user_id=user.pk, **about)
        transaction.on_commit(work, robust=True)


def queue_refused(decision: Decision, text: str, user: User) -> None:
    """What was refused takes the transaction of its author's request with it: the case is opened by a worker, which is
    sent the text sealed.
    """
    if decision.verdict is None or not decision.queued:
        return
    try:
        sealed = cipher_of(user).seal(text, Place(PARCEL, user.pk)).hex()
    except ContentLost:  # being erased at this moment
        return
    told = msgspec.json.encode(decision.verdict).decode()
    where = decision.where.stage, decision.where.surface
    try:
        tasks.open_case.apply_async((str(user.pk), *map(str, where), told, sealed), retry=False)
    except Exception:
        logger.exception("a case was not queued")


def open_sent(*, user: User, stage: str, surface: str, told: str, sealed: str) -> None:
    try:
        parcel = bytes.fromhex(sealed)
        text = cipher_for(key_id_of(parcel)).open(parcel, Place(PARCEL, user.pk))
    except ContentLost:
        return
    _open(msgspec.json.decode(told, type=Verdict), text, user, stage, surface)


def _open(verdict: Verdict, text: str, user: User | None, stage: str, surface: str, **more: Any) -> None:
    open_finding(verdict, text=text, stage=stage, surface=surface, user=user, **more)
