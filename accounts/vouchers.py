"""Vouchers: issued by operators, redeemed by people.

A code is twenty signs of Crockford's alphabet (100 bits), so that it can be read out and typed; the hash alone is kept.
"""

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts import acts
from accounts.errors import Conflict, Forbidden, Invalid, NotFound
from accounts.models import Plan, Term, User, Voucher
from accounts.terms import give_days

SIGNS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
MISREAD = str.maketrans({"O": "0", "I": "1", "L": "1"})
LENGTH, GROUP = 20, 5
MOST_AT_ONCE = 500


class VoucherRefused(Invalid):
    """Unknown, used up, revoked and too old look alike."""

    code = "voucher_refused"
    message = _("This code does not work: it is unknown, was used, or is too old.")

    def __init__(self) -> None:
        super().__init__(field="code")


class UsedBefore(Conflict):
    code = "voucher_used_before"
    message = _("You have redeemed this code already.")


class MoreAlready(Conflict):
    code = "plan_is_higher"
    message = _("Your plan allows more than this code gives. Keep the code for later, or give it away.")


@dataclass(frozen=True, slots=True)
class Issued:
    """`code` is never shown again."""

    voucher: Voucher
    code: str


@transaction.atomic
def issue(
    *, by: User, label: str, plan: Plan, days: int, uses: int = 1, until: datetime | None = None, count: int = 1
) -> list[Issued]:
    """So many codes of the same kind. Raises Invalid with the field."""
    if not 1 <= count <= MOST_AT_ONCE:
        raise Invalid(_("That is not a number of codes that can be made at once."), field="count", limit=MOST_AT_ONCE)
    made = [_new_code() for _number in range(count)]
    vouchers = Voucher.objects.bulk_create(
        Voucher(
            label=label, plan=plan, days=days, uses=uses, until=until, issued_by=by, digest=_digest(code),
            ending=code[-4:],
        )
        for code in made
    )  # fmt: skip
    told = {"count": count, "plan": plan.pk, "days": days, "uses": uses}
    acts.record("vouchers_issued", by=by, kind="voucher", subject=vouchers[0].pk, **told)
    return [Issued(voucher, written(code)) for voucher, code in zip(vouchers, made, strict=True)]


@transaction.atomic
def redeem(*, user: User, code: str) -> Term:
    """Raises VoucherRefused, UsedBefore, MoreAlready; Forbidden for guests, whose account nobody comes back to."""
    if user.is_guest:
        raise Forbidden(_("Create an account first."))
    # One after the other: the last use is given once.
    rows = Voucher.objects.select_for_update(of=("self",)).select_related("plan")
    voucher = rows.filter(digest=_digest(read(code))).first()
    if voucher is None or voucher.revoked_at is not None:
        raise VoucherRefused
    if Term.objects.filter(user=user, voucher=voucher).exists():
        raise UsedBefore
    if (voucher.until is not None and voucher.until <= timezone.now()) or voucher.terms.count() >= voucher.uses:
        raise VoucherRefused
    person = User.objects.select_related("plan").get(pk=user.pk)
    if person.plan.rank > voucher.plan.rank:
        raise MoreAlready
    term = give_days(user=person, plan=voucher.plan, days=voucher.days, voucher=voucher)
    acts.record("voucher_redeemed", by=user, kind="voucher", subject=voucher.pk, plan=voucher.plan_id)
    return term


@transaction.atomic
def revoke(*, by: User, vouchers: Sequence[UUID]) -> int:
    """They give nothing more; what was redeemed stays. How many that were."""
    found = Voucher.objects.select_for_update().filter(pk__in=vouchers, revoked_at=None)
    ids = list(found.values_list("pk", flat=True))
    if not ids:
        raise NotFound
    Voucher.objects.filter(pk__in=ids).update(revoked_at=timezone.now())
    acts.record("vouchers_revoked", by=by, kind="voucher", subject=ids[0], count=len(ids))
    return len(ids)


def read(code: str) -> str:
    """As it was meant, however it was typed."""
    signs = "".join(sign for sign in code.upper() if sign.isalnum())[: 2 * LENGTH]
    return signs.translate(MISREAD)


def written(code: str) -> str:
    return "-".join(code[start : start + GROUP] for start in range(0, len(code), GROUP))


def _new_code() -> str:
    return "".join(secrets.choice(SIGNS) for _sign in range(LENGTH))


def _digest(code: str) -> bytes:
    return hashlib.sha256(f"voucher {code}".encode()).digest()
