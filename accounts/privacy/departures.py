"""Going for good: asked for with the password, called off by signing in, done when the days of grace are over."""

import logging
from datetime import timedelta
from functools import partial
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts import tasks
from accounts.encryption import open_for_site, seal_for_site
from accounts.errors import Invalid, NotFound
from accounts.holds import held_people
from accounts.models import ApiKey, Departure, Erasure, User
from accounts.organisations.errors import OwnerStays
from accounts.organisations.people import must_hand_over
from accounts.privacy import letters
from accounts.privacy.going import Held, go
from accounts.privacy.receipts import hashed, new_token, token_in
from accounts.sessions import end_sessions

logger = logging.getLogger(__name__)

GRACE = timedelta(days=14)
Characters = Departure.Characters


@transaction.atomic
def ask_to_go(
    *, user: User, site: str, at_once: bool = False, characters: str = Characters.DELETE, heir: str = ""
) -> str:
    """Sign them out everywhere and revoke their keys. Returns the link of the receipt.

    `site` is the address that links begin with, `heir` that of who gets the characters, and is asked. Raises Invalid
    with the field.
    """
    if characters == Characters.HAND_OVER and at_once:
        raise Invalid(_("Who gets your characters has to agree first: take the fourteen days."), field="characters")
    if characters == Characters.HAND_OVER and not heir:
        raise Invalid(_("Whom do you hand them to?"), field="heir")
    if must_hand_over(user):
        raise Invalid(OwnerStays.message, field="organisation")
    now = timezone.now()
    token = new_token()
    receipt = site.rstrip("/") + reverse("erasure-receipt", args=[token])
    Departure.objects.filter(user=user).delete()
    departure = Departure.objects.create(
        user=user,
        characters=characters,
        # Nobody is told whether an address has an account: whoever has none is not asked, and agrees to nothing.
        heir=User.objects.filter(email=heir.lower(), is_active=True).exclude(pk=user.pk).first() if heir else None,
        receipt=seal_for_site(receipt),
        token_hash=hashed(token),
        asked_at=now,
        due_at=now if at_once else now + GRACE,
    )
    ApiKey.objects.filter(user=user, revoked_at=None).update(revoked_at=now)
    end_sessions(user=user)
    transaction.on_commit(partial(_begin, departure, receipt, site.rstrip("/")))
    return receipt


def _begin(departure: Departure, receipt: str, site: str) -> None:
    if departure.due_at <= timezone.now():
        tasks.let_people_go.delay()
        return
    letters.say_when(departure, receipt=receipt, sign_in=site + reverse("account_login"))
    if departure.heir is not None:
        letters.ask_heir(departure, link=site + reverse("inheritance", args=[departure.pk]))


def call_off(user: User) -> bool:
    """Whether they were about to go. One that is due is on its way, and cannot be called off any more."""
    return bool(Departure.objects.filter(user=user, due_at__gt=timezone.now()).delete()[0])


def inheritance(*, heir: User, departure_id: UUID) -> Departure:
    """NotFound for everybody but whom the characters were offered."""
    departure = Departure.objects.filter(pk=departure_id, heir=heir, due_at__gt=timezone.now()).first()
    if departure is None:
        raise NotFound
    return departure


def agree(*, heir: User, departure_id: UUID) -> None:
    departure = inheritance(heir=heir, departure_id=departure_id)
    Departure.objects.filter(pk=departure.pk, heir_agreed_at=None).update(heir_agreed_at=timezone.now())


def let_due_go(*, limit: int = 200) -> int:
    """Erase those whose days are over; returns how many. Safe to run twice at once, and to be killed.

    One that fails is whole, is logged, and holds up nobody else. One that is held waits until the hold ends.
    """
    now = timezone.now()
    due = Departure.objects.filter(due_at__lte=now).exclude(user__in=held_people(now)).order_by("due_at")
    return sum(_go(pk) for pk in list(due.values_list("pk", flat=True)[:limit]))


def _go(departure_id: UUID) -> bool:
    try:
        with transaction.atomic():
            locked = Departure.objects.select_for_update(skip_locked=True, of=("self",)).filter(pk=departure_id)
            departure = locked.select_related("user").first()
            if departure is None:
                return False
            let_go(departure)
    except Held:
        return False
    except Exception:
        logger.exception("an account could not be erased: departure %s", departure_id)
        return False
    return True


@transaction.atomic
def let_go(departure: Departure) -> Erasure:
    """All of it, with a receipt; the letter follows once it is sure. Raises Held."""
    user, link = departure.user, open_for_site(departure.receipt)
    address, language = user.email, user.language or settings.LANGUAGE_CODE
    receipt = go(user, asked_at=departure.asked_at, token=token_in(link))
    if address:
        transaction.on_commit(partial(letters.say_done, receipt, link, address, language))
    return receipt
