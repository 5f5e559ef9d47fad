"""What nights came to. Memories themselves are nobody's but the player's: they are not here."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from accounts.admin_columns import ReadOnly
from memory.models import Sweep


@admin.register(Sweep)
class SweepAdmin(ReadOnly):
    list_display = ("began_at", "lasted", "pairs", "faded", "merged", "orphaned", "emptied", "embedded")
    date_hierarchy = "began_at"

    @admin.display(description=_("lasted, in seconds"))
    def lasted(self, row: Sweep) -> str:
        """A dash for one that was cut short, or still runs."""
        return "–" if row.ended_at is None else f"{(row.ended_at - row.began_at).total_seconds():.0f}"
