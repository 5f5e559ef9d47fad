"""What operators see of conversations: who, when, how much, and how it ended. Never what was said."""

from django.contrib import admin

from accounts.admin_columns import ReadOnly, short_id, short_owner
from chat.models import CastMember, Conversation, Participant, Turn


class People(admin.TabularInline):
    model = Participant
    fields = ("user", "role", "joined_at", "left_at")
    extra = 0
    can_delete = False


class Cast(admin.TabularInline):
    model = CastMember
    fields = ("character", "version", "position")
    extra = 0
    can_delete = False


@admin.register(Conversation)
class ConversationAdmin(ReadOnly):
    list_display = (short_id, short_owner, "created_at", "updated_at", "deleted_at")
    fields = ("id", "owner", "created_at", "updated_at", "deleted_at")
    inlines = (People, Cast)
    search_fields = ("=id", "=owner__id")
    show_full_result_count = False


@admin.register(Turn)
class TurnAdmin(ReadOnly):
    list_display = (short_id, "kind", "status", "error", "model", "started_at", "first_token_at", "ended_at")
    list_filter = ("status", "kind", "error", "model")
    exclude = ("speaker",)
    search_fields = ("=id", "=conversation__id")
    date_hierarchy = "started_at"
    show_full_result_count = False
