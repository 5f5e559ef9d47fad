from django.urls import path

from characters import views

urlpatterns = [
    path("", views.discover, name="discover"),
    path("characters/<uuid:character_id>/", views.character, name="character"),
    path("portraits/<uuid:version_id>/<slug:mood>.svg", views.portrait, name="portrait"),
]
