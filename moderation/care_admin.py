"""Help lines, and declarations of age, in the admin.

Who may change a declaration adds a correction; nothing that was said is edited.
"""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from accounts.admin_columns import short_user
from accounts.models import AgeDeclaration, User
from moderation.models import HelpLine
from moderation.services.ages import MAY_CORRECT, correct_age


@admin.register(HelpLine)
class HelpLineAdmin(admin.ModelAdmin):
    """Kept by operators; what stands here is shown to people in need, so look at it now and then."""

    list_display = ("name_en", "name_zh", "country", "number", "url", "shown", "position")
    list_filter = ("country", "shown")
    list_editable = ("shown", "position")


@admin.register(AgeDeclaration)
class AgeDeclarationAdmin(admin.ModelAdmin):
    list_display = (short_user, "age", "where", "said_as", "at")
    list_filter = ("where", "age")
    search_fields = ("=user__id", "=user__email")
    fields = ("user", "age")
    raw_id_fields = ("user",)
    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.has_perm(MAY_CORRECT))

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: AgeDeclaration, form: Any, change: bool) -> None:
        assert isinstance(request.user, User)
        obj.pk = correct_age(user=obj.user, age=obj.age, by=request.user).pk

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        return None  # the audit log has it
