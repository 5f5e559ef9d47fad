"""Erasing one account, whoever wants it: held ones stay, and every one that goes leaves a receipt and a line of the
ledger.
"""

import logging
from datetime import datetime
from functools import partial
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.erasure import erase
from accounts.errors import Conflict
from accounts.holds import held_until
from accounts.models import Erasure, User
from accounts.organisations.people import hold_seat
from accounts.privacy import ledger
from accounts.privacy.receipts import counts_of, new_token, write_receipt
from accounts.privacy.traces import forget_traces

logger = logging.getLogger(__name__)


class Held(Conflict):
    """`until` is when the hold ends, as things are."""

    code = "held"
    message = _("A legal hold keeps this account until it ends.")


@transaction.atomic
def go(user: User, *, asked_at: datetime | None = None, token: str | None = None) -> Erasure:
    """All of somebody; the ledger and Redis follow once it is sure. Raises Held.

    Without a `token` nobody has the link of the receipt: it is of who asked for nothing, an idle guest or somebody the
    operator erased.
    """
    hold_seat(user)
    # Whoever places a hold takes this lock, too.
    User.objects.select_for_update().get(pk=user.pk)
    if (until := held_until(user.pk)) is not None:
        raise Held(until=until.isoformat())
    pk, counts = user.pk, counts_of(user)
    erase(user)
    receipt = write_receipt(user_id=pk, token=token or new_token(), asked_at=asked_at or timezone.now(), counts=counts)
    transaction.on_commit(partial(_afterwards, receipt.pk, pk))
    logger.info("erased an account: %s rows", sum(counts.values()))
    return receipt


def _afterwards(receipt_id: UUID, user_id: UUID) -> None:
    if traces := forget_traces([user_id]):
        receipt = Erasure.objects.get(pk=receipt_id)
        receipt.counts["redis"] = traces
        receipt.save(update_fields=["counts"])
    ledger.note_erasures()
