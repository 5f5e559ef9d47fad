from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.models import DataKey, Persona, Plan, Profile, UsageDay, User

# Staff come in through the ordinary login page, with its limits.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]


class ReadOnly(admin.ModelAdmin):
    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False


class ProfileInline(admin.StackedInline):
    model = Profile
    can_delete = False


@admin.register(User)
class UserAdmin(admin.ModelAdmin):
    """No passwords here: people reset their own, operators use `manage.py changepassword`."""

    list_display = ("id", "email", "plan", "is_guest", "is_staff", "is_active", "date_joined")
    list_filter = ("is_guest", "is_staff", "is_active", "plan")
    search_fields = ("=id", "email")
    ordering = ("-id",)
    inlines = (ProfileInline,)
    readonly_fields = ("id", "email", "is_guest", "date_joined", "last_login")
    filter_horizontal = ("groups", "user_permissions")
    fieldsets = (
        (None, {"fields": ("id", "email", "is_guest", "is_active", "plan", "language")}),
        (_("Rights"), {"fields": ("is_staff", "is_superuser", "groups", "user_permissions")}),
        (_("Times"), {"fields": ("date_joined", "last_login")}),
    )

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        # Erasure has steps of its own; a row deleted here would leave them out.
        return False

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> tuple[str, ...]:
        rights = () if request.user.is_superuser else ("is_staff", "is_superuser", "groups", "user_permissions")
        return (*self.readonly_fields, *rights)


@admin.register(Plan)
class PlanAdmin(admin.ModelAdmin):
    list_display = ("code", "messages_per_day", "burst", "per_minute")


@admin.register(Persona)
class PersonaAdmin(ReadOnly):
    list_display = ("id", "user", "is_default")
    list_select_related = ("user",)
    fields = ("id", "user", "is_default")


@admin.register(DataKey)
class DataKeyAdmin(ReadOnly):
    list_display = ("id", "owner", "purpose", "kek_id", "created_at", "destroyed_at")
    list_filter = ("purpose", "kek_id")
    list_select_related = ("owner",)
    search_fields = ("=id", "=owner__id")
    fields = ("id", "owner", "purpose", "kek_id", "created_at", "destroyed_at")


@admin.register(UsageDay)
class UsageDayAdmin(ReadOnly):
    list_display = ("user", "day", "messages")
    list_filter = ("day",)
    list_select_related = ("user",)
