"""Who is on the bill: whose, how visible, how often started. What they are made of has pages of its own."""

from django.contrib import admin
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from accounts.admin_columns import ReadOnly, short, short_id, short_owner
from characters import queue_admin  # noqa: F401  registers the queue of moderators
from characters.models import Character, Earning, RevenueShare


@admin.register(Character)
class CharacterAdmin(ReadOnly):
    list_display = (
        short_id,
        "slug",
        short_owner,
        "visibility",
        "rating",
        "starts",
        "loves",
        "created_at",
        "deleted_at",
    )
    list_filter = ("visibility", "rating")
    fields = (
        "id",
        "slug",
        "owner",
        "visibility",
        "rating",
        "forked_from",
        "copyable",
        "starts",
        "loves",
        "heat",
        "created_at",
        "updated_at",
        "deleted_at",
    )
    search_fields = ("=id", "=owner__id", "slug")
    ordering = ("-id",)
    show_full_result_count = False


@admin.display(description=_("creator"), ordering="creator")
def short_creator(row: Earning) -> SafeString | str:
    return short(row.creator_id)


@admin.register(RevenueShare)
class RevenueShareAdmin(admin.ModelAdmin):
    """What creators are paid. A month that is closed is not written again, whatever is set here later."""

    list_display = ("since", "micros_per_million_tokens", "currency")
    ordering = ("-since",)


@admin.register(Earning)
class EarningAdmin(ReadOnly):
    list_display = ("month", "name", short_creator, "tokens", "micros", "currency", "closed")
    list_filter = ("closed", "month")
    search_fields = ("=creator__id", "=character__id")
    fields = ("id", "month", "creator", "character", "name", "tokens", "micros", "currency", "closed")
    ordering = ("-month", "name")
