"""Figures of the site, for operators: `admin:operations_tally_changelist` at /admin/operations/tally/.

GET `by` (day, week, month), `since`, `until`; `table` asks for one of its tables as CSV. Raw rows have no page: in them
groups of fewer than ten could be seen.
"""

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import path
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.admin_columns import ReadOnly
from accounts.csv_files import csv_file
from accounts.replica import may_lag
from operations.analytics.figures import asked_range, site_figures
from operations.analytics.tables import tables_of, tiles
from operations.models import Tally


class Asked(forms.Form):
    """What of the figures is wanted; all of it may be left out."""

    by = forms.ChoiceField(label=gettext_lazy("Count by"), choices=Tally.Span, required=False)
    since = forms.DateField(
        label=gettext_lazy("since"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    until = forms.DateField(
        label=gettext_lazy("until"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        since, until = told.get("since"), told.get("until") or timezone.now().date()
        if since and since > until:
            raise forms.ValidationError(_("The first day must not lie after the last."))
        return told


@admin.register(Tally)
class TallyAdmin(ReadOnly):
    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view(require_safe(self.figures_view))
        return [path("", view, name="operations_tally_changelist")]

    def figures_view(self, request: HttpRequest) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        today = timezone.now().date()
        form = Asked(request.GET)
        told = form.cleaned_data if form.is_valid() else {}
        asked = asked_range(told.get("by", ""), told.get("since"), told.get("until"), today=today)
        site = may_lag(site_figures)(asked, language=get_language() or "en", today=today)
        tables = tables_of(site)
        if wanted := request.GET.get("table"):
            table = next((each for each in tables if each.key == wanted), None)
            if table is None:
                raise Http404
            return csv_file(f"{table.key}-{asked.since}-{asked.until}.csv", table.head, table.written)
        context = self.admin_site.each_context(request) | {
            "title": _("Figures of the site"),
            "opts": self.opts,
            "form": form
            if form.errors
            else Asked({"by": asked.kind, "since": asked.since, "until": told.get("until") or today}),
            "site": site,
            "asked": asked,
            "tables": tables,
            "tiles": tiles(site),
        }
        return TemplateResponse(request, "admin/operations/tally/figures.html", context)
