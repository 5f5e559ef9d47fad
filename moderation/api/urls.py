from django.urls import path

from moderation.api import reports

urlpatterns = [
    path("reports/", reports.Reports.as_view(), name="api-reports"),
    path("characters/<uuid:character_id>/reports/", reports.CharacterReports.as_view(), name="api-character-reports"),
]
