"""Letting people go."""

from collections.abc import Callable

from django.db import transaction
from django.utils import timezone

from accounts.encryption import ciphers
from accounts.models import DataKey, User
from accounts.organisations.people import let_go as let_go_of_organisation
from accounts.payments.services import end_payments
from accounts.spending.ledger import forget_person

Eraser = Callable[[User], None]
_erasers: list[Eraser] = []
_partings: list[Eraser] = []


def on_erasure(eraser: Eraser) -> Eraser:
    """For apps above, in their `apps.py`: `eraser(user)` deletes what they keep and no cascade reaches."""
    if eraser not in _erasers:
        _erasers.append(eraser)
    return eraser


def on_parting(parting: Eraser) -> Eraser:
    """For apps above: `parting(user)` hands on what others go on with, while its keys can still be wrapped anew."""
    if parting not in _partings:
        _partings.append(parting)
    return parting


@transaction.atomic
def erase(user: User) -> None:
    """What is handed on, then the keys: whatever a backup or a missed row still holds cannot be read from then on."""
    let_go_of_organisation(user)
    for parting in reversed(_partings):
        parting(user)
    end_payments(user)
    keys = DataKey.objects.filter(owner=user)
    key_ids = list(keys.values_list("pk", flat=True))
    keys.filter(destroyed_at=None).update(wrapped=b"", destroyed_at=timezone.now())
    for key_id in key_ids:
        ciphers.drop(key_id)
    # The highest app first: what it keeps may hold on to what is below.
    for eraser in reversed(_erasers):
        eraser(user)
    forget_person(user)
    user.delete()
