from django.urls import path

from voice import recording_views, views

urlpatterns = [
    path("create/<uuid:draft_id>/voices/<slug:voice>", views.sample, name="voice-sample"),
    path("recordings/", recording_views.recordings, name="recordings"),
    path("recordings/<uuid:recording_id>/sound", recording_views.recording_sound, name="recording-sound"),
    path("recordings/<uuid:recording_id>/delete", recording_views.recording_delete, name="recording-delete"),
]
