from django.urls import path

from moderation import views

urlpatterns = [
    path("characters/<uuid:character_id>/report/", views.report_character, name="report-character"),
]
