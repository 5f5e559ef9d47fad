"""How much one account can keep, as its plan says or, where that is silent, the house. Whatever makes, copies,
brings in or takes back something asks here first.

`reserve` holds the account (`accounts.one_by_one`), so that what was counted stays true until the caller's transaction
ends: of requests at the same moment one waits for the other. Who locks rows too holds the account first (`hold`).
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db.models import Model, QuerySet, Sum
from django.db.models.functions import Length
from django.utils.formats import number_format
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.errors import Invalid
from accounts.models import Plan, User
from accounts.one_by_one import one_by_one
from characters.models import Asset, CardOriginal, Character, Draft, Knowledge, Webhook
from characters.selectors.lore import books_for

MB = 1024 * 1024


class QuotaReached(Invalid):
    """`field` names what there is no room for, `limit` how much of it this account can keep."""

    code = "quota_reached"
    message = _("You have as many as one account can keep.")


@dataclass(frozen=True, slots=True)
class Quota:
    """`held` counts what an account has now. `limit` is the house's, `most` the plan's column, in `unit`s; so is what
    is told in words."""

    field: str
    limit: int
    held: Callable[[User], int]
    sentence: str | Promise
    unit: int = 1
    most: str = ""

    def limit_on(self, plan: Plan) -> int:
        most: int | None = getattr(plan, self.most)
        return self.limit if most is None else most * self.unit


def _characters(owner: User) -> int:
    return Character.objects.filter(owner=owner, deleted_at=None).count()


def _drafts(owner: User) -> int:
    return Draft.objects.filter(owner=owner, deleted_at=None).count()


def _lorebooks(owner: User) -> int:
    return books_for(owner).filter(deleted_at=None).count()


def _texts(owner: User) -> "QuerySet[Knowledge]":
    return Knowledge.objects.filter(character__owner=owner, character__deleted_at=None, deleted_at=None)


def _sum(rows: "QuerySet[Any]", *columns: str) -> int:
    """Of the lengths: letters of texts, bytes of files."""
    total = sum((Sum(Length(column)) for column in columns[1:]), Sum(Length(columns[0])))
    return rows.aggregate(total=total)["total"] or 0


def _owned(model: type[Model]) -> Callable[[User], int]:
    return lambda owner: model._default_manager.filter(owner=owner).count()


# Pictures and files of cards count until they are gone for good, all else until it is thrown away.
QUOTAS: dict[str, Quota] = {
    "characters": Quota(
        "character",
        settings.QUOTA_CHARACTERS,
        _characters,
        _("One account can have %(limit)s characters. Delete some first."),
        most="most_characters",
    ),
    "drafts": Quota(
        "draft",
        settings.QUOTA_DRAFTS,
        _drafts,
        _("One account can have %(limit)s drafts. Finish or delete some first."),
        most="most_drafts",
    ),
    "lorebooks": Quota(
        "lorebook",
        settings.QUOTA_LOREBOOKS,
        _lorebooks,
        _("One account can have %(limit)s lorebooks. Delete some first."),
        most="most_lorebooks",
    ),
    "texts": Quota(
        "text",
        settings.QUOTA_TEXTS,
        lambda owner: _texts(owner).count(),
        _("All characters of one account can have %(limit)s texts to know. Delete some first."),
        most="most_texts",
    ),
    "letters": Quota(
        "text",
        settings.QUOTA_LETTERS,
        lambda owner: _sum(_texts(owner), "text"),
        _("What all characters of one account know can be %(limit)s characters long. Delete some first."),
        most="most_letters",
    ),
    "pictures": Quota(
        "picture",
        settings.QUOTA_PICTURES,
        _owned(Asset),
        _("One account can have %(limit)s pictures. Delete some first."),
        most="most_pictures",
    ),
    "picture_bytes": Quota(
        "picture",
        settings.QUOTA_PICTURE_MB * MB,
        lambda owner: _sum(Asset.objects.filter(owner=owner), "data", "face"),
        _("All pictures of one account can have %(limit)s MB. Delete some first."),
        MB,
        most="most_picture_mb",
    ),
    "cards": Quota(
        "file",
        settings.QUOTA_CARDS,
        _owned(CardOriginal),
        _("One account can have %(limit)s cards. Delete characters first."),
        most="most_cards",
    ),
    "card_bytes": Quota(
        "file",
        settings.QUOTA_CARD_MB * MB,
        lambda owner: _sum(CardOriginal.objects.filter(owner=owner), "data"),
        _("All cards of one account can have %(limit)s MB. Delete characters first."),
        MB,
        most="most_card_mb",
    ),
    "webhooks": Quota(
        "url",
        settings.QUOTA_WEBHOOKS,
        _owned(Webhook),
        _("One account can have %(limit)s webhooks. Delete some first."),
        most="most_webhooks",
    ),
}


def hold(owner: User) -> Plan:
    """One writer at a time for this account, until the transaction ends. Answers the plan that the account has now."""
    one_by_one(owner.pk)
    return User.objects.select_related("plan").only("pk", "plan").get(pk=owner.pk).plan


def reserve(owner: User | None, **more: int) -> None:
    """Room for so many more of each, by their names in QUOTAS. Raises QuotaReached. The house has no bounds."""
    if owner is None:
        return
    plan = hold(owner)
    for name, wanted in more.items():
        quota = QUOTAS[name]
        limit = quota.limit_on(plan)
        if wanted > 0 and quota.held(owner) + wanted > limit:
            raise QuotaReached(told(quota, limit), field=quota.field, limit=limit)


def told(quota: Quota, limit: int) -> str:
    return str(quota.sentence) % {"limit": number_format(limit // quota.unit, force_grouping=True)}
