from django.urls import path

from voice import views

urlpatterns = [
    path("create/<uuid:draft_id>/voices/<slug:voice>", views.sample, name="voice-sample"),
]
