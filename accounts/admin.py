from typing import Any

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts import (  # noqa: F401  they register themselves
    organisation_admin,
    plan_admin,
    retention_admin,
    spending_admin,
    terms,
    voucher_admin,
)
from accounts.admin_columns import ReadOnly, short_id, short_owner, short_user
from accounts.models import DataKey, KeyRotation, Persona, Profile, UsageDay, User

# Staff come in through the ordinary login page, with its limits.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]
admin.site.site_title = admin.site.site_header = _("Dramatis")
admin.site.index_title = _("Administration")


class ProfileInline(admin.StackedInline):
    model = Profile
    can_delete = False


@admin.register(User)
class UserAdmin(admin.ModelAdmin):
    """No passwords here: people reset their own, operators use `manage.py changepassword`.

    Who may look but not change is shown no addresses.
    """

    list_display = (short_id, "email", "plan", "is_guest", "is_staff", "is_active", "date_joined")
    list_filter = ("is_guest", "is_staff", "is_active", "plan")
    search_fields = ("=id", "email")
    ordering = ("-id",)
    inlines = (ProfileInline,)
    readonly_fields = ("id", "email", "is_guest", "age", "date_joined", "last_login", "seen_on")
    filter_horizontal = ("groups", "user_permissions")
    fieldsets = (
        (None, {"fields": ("id", "email", "is_guest", "is_active", "plan", "language", "age")}),
        (_("Rights"), {"fields": ("is_staff", "is_superuser", "groups", "user_permissions")}),
        (_("Times"), {"fields": ("date_joined", "last_login", "seen_on")}),
    )

    def get_list_display(self, request: HttpRequest) -> list[Any]:
        return [name for name in self.list_display if name != "email" or self.has_change_permission(request)]

    def get_search_fields(self, request: HttpRequest) -> list[str]:
        return [name for name in self.search_fields if name != "email" or self.has_change_permission(request)]

    def get_exclude(self, request: HttpRequest, obj: User | None = None) -> list[str]:
        return [] if self.has_change_permission(request) else ["email"]

    def get_fieldsets(self, request: HttpRequest, obj: User | None = None) -> Any:
        hidden = self.get_exclude(request, obj)
        return [
            (title, options | {"fields": [name for name in options["fields"] if name not in hidden]})
            for title, options in self.fieldsets
        ]

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        if "plan" in form.changed_data:
            terms.set_base(user=obj, plan=obj.plan)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        # Erasure has steps of its own; a row deleted here would leave them out.
        return False

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> tuple[str, ...]:
        rights = () if request.user.is_superuser else ("is_staff", "is_superuser", "groups", "user_permissions")
        return (*self.readonly_fields, *rights)


@admin.register(Persona)
class PersonaAdmin(ReadOnly):
    list_display = (short_id, short_user, "is_default")
    fields = ("id", "user", "is_default")


@admin.register(DataKey)
class DataKeyAdmin(ReadOnly):
    list_display = (short_id, short_owner, "purpose", "kek_id", "created_at", "destroyed_at")
    list_filter = ("purpose", "kek_id")
    search_fields = ("=id", "=owner__id")
    fields = ("id", "owner", "purpose", "kek_id", "created_at", "destroyed_at")


@admin.register(KeyRotation)
class KeyRotationAdmin(ReadOnly):
    """How far an exchange of data keys is; begun by `manage.py rotate_data_keys`."""

    list_display = ("began_at", "made_before", "retired", "resealed", "unreadable", "destroyed", "ended_at")
    fields = (*list_display, "columns_done", "walk_began_at")


@admin.register(UsageDay)
class UsageDayAdmin(ReadOnly):
    list_display = (short_user, "day", "messages", "embedded")
    list_filter = ("day",)
