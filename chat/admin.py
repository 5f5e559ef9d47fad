"""What operators see of conversations: who, when, how much, and how it ended. Never what was said."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from chat.models import CastMember, Conversation, Participant, Turn


class ReadOnly(admin.ModelAdmin):
    """Conversations are changed by the people in them, through services."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


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
    list_display = ("id", "owner", "created_at", "updated_at", "deleted_at")
    fields = ("id", "owner", "created_at", "updated_at", "deleted_at")
    inlines = (People, Cast)
    search_fields = ("=id", "=owner__id")
    show_full_result_count = False


@admin.register(Turn)
class TurnAdmin(ReadOnly):
    list_display = ("id", "kind", "status", "error", "model", "started_at", "first_token_at", "ended_at")
    list_filter = ("status", "kind", "error", "model")
    exclude = ("speaker",)
    search_fields = ("=id", "=conversation__id")
    date_hierarchy = "started_at"
    show_full_result_count = False
