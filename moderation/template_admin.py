"""Templates of reasons: plain rows, for whoever may change them."""

from django.contrib import admin

from moderation.models import ReasonTemplate


@admin.register(ReasonTemplate)
class ReasonTemplateAdmin(admin.ModelAdmin):
    list_display = ("title_en", "title_zh", "rule", "position", "active")
    list_filter = ("rule", "active")
    search_fields = ("title_en", "title_zh")
    list_editable = ("position", "active")
    fields = ("rule", "position", "active", "title_en", "text_en", "title_zh", "text_zh")
