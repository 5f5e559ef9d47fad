from django.urls import path

from characters import views
from characters.views import pictures

urlpatterns = [
    path("", views.discover, name="discover"),
    path("characters/<uuid:character_id>/", views.character, name="character"),
    path("portraits/<uuid:version_id>/<slug:mood>.svg", pictures.portrait, name="portrait"),
    path("portraits/drawn.svg", pictures.drawn, name="portrait-drawn"),
    path("pictures/<uuid:asset_id>", pictures.show, name="picture"),
    path("pictures/<uuid:asset_id>/face", pictures.face, name="picture-face"),
    path("create/<uuid:draft_id>/pictures", pictures.bring, name="picture-bring"),
]
