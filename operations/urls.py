from django.urls import path

from operations import views

urlpatterns = [
    path("status/", views.status, name="status"),
    path("status.json", views.status_json, name="status-json"),
]
