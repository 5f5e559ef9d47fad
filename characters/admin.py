"""Who is on the bill: whose, how visible, how often started. What they are made of has pages of its own."""

from django.contrib import admin

from accounts.admin_columns import ReadOnly, short_id, short_owner
from characters.models import Character


@admin.register(Character)
class CharacterAdmin(ReadOnly):
    list_display = (short_id, "slug", short_owner, "visibility", "starts", "created_at", "deleted_at")
    list_filter = ("visibility",)
    fields = ("id", "slug", "owner", "visibility", "starts", "created_at", "updated_at", "deleted_at")
    search_fields = ("=id", "=owner__id", "slug")
    ordering = ("-id",)
    show_full_result_count = False
