"""The ledger: what each character earned its creator in each month, from what was said on premium plans.

Money is counted in millionths of a currency unit, in whole numbers, rounded down. Paying out is done elsewhere.
"""

from datetime import date, timedelta

from django.db import transaction
from django.db.models import Max, Min, Sum
from django.utils import timezone

from characters.models import CharacterDay, Earning, RevenueShare
from characters.selectors.names import character_names

SETTLED = timedelta(days=3)  # after the end of a month: by then nothing of it is counted again
MILLION = 1_000_000


def micros_for(tokens: int, share: RevenueShare) -> int:
    return tokens * share.micros_per_million_tokens // MILLION


@transaction.atomic
def write_ledger(*, today: date | None = None) -> int:
    """Write every month that is open, close those that are over; returns how many lines were written.

    A closed line does not change, whatever share is set later. Safe to run twice.
    """
    today = today or timezone.now().date()
    # One at a time: the shares are few, and whoever writes the ledger holds them.
    shares = list(RevenueShare.objects.select_for_update().order_by("-since"))
    if not shares:
        return 0
    written, month = 0, _first_open_month(today)
    while month <= today.replace(day=1):
        share = next((each for each in shares if each.since.replace(day=1) <= month), None)
        over = _next(month) + SETTLED <= today
        if share is not None:
            written += _write_month(month, share, closed=over)
        month = _next(month)
    return written


def _first_open_month(today: date) -> date:
    """The month of the oldest open line, or that after the last closed one; else the first anything was said in."""
    closed = Earning.objects.filter(closed=True).aggregate(last=Max("month"))["last"]
    waiting = Earning.objects.filter(closed=False).aggregate(first=Min("month"))["first"]
    said = CharacterDay.objects.filter(premium_tokens__gt=0).aggregate(first=Min("day"))["first"]
    begin = _next(closed) if closed else (said or today).replace(day=1)
    return min(begin, waiting or begin)


def _write_month(month: date, share: RevenueShare, *, closed: bool) -> int:
    earned = (
        CharacterDay.objects.filter(day__gte=month, day__lt=_next(month), character__owner__isnull=False)
        .values("character", "character__owner")
        .annotate(tokens=Sum("premium_tokens"))
        .filter(tokens__gt=0)
        .order_by()
    )
    rows = {row["character"]: row for row in earned}
    names = character_names(list(rows))
    final = set(Earning.objects.filter(month=month, closed=True).values_list("character", flat=True))
    open_lines = Earning.objects.filter(month=month, closed=False)
    open_lines.exclude(character=None).exclude(character__in=rows).delete()
    # A character that is gone is counted no more: what it earned stays as it was told last.
    open_lines.filter(character=None).update(closed=closed)
    lines = [
        Earning(
            creator_id=row["character__owner"],
            character_id=character,
            name=names.get(character, "–"),
            month=month,
            tokens=row["tokens"],
            micros=micros_for(row["tokens"], share),
            currency=share.currency,
            closed=closed,
        )
        for character, row in rows.items()
        if character not in final
    ]
    Earning.objects.bulk_create(
        lines,
        update_conflicts=True,
        unique_fields=["character", "month"],
        update_fields=["creator", "name", "tokens", "micros", "currency", "closed"],
    )
    return len(lines)


def _next(month: date) -> date:
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)
