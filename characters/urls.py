from django.urls import path

from characters import views
from characters.views import builder, pictures

urlpatterns = [
    path("", views.discover, name="discover"),
    path("characters/<uuid:character_id>/", views.character, name="character"),
    path("portraits/<uuid:version_id>/<slug:mood>.svg", pictures.portrait, name="portrait"),
    path("portraits/drawn.svg", pictures.drawn, name="portrait-drawn"),
    path("pictures/<uuid:asset_id>", pictures.show, name="picture"),
    path("pictures/<uuid:asset_id>/face", pictures.face, name="picture-face"),
    path("create/<uuid:draft_id>/pictures", pictures.bring, name="picture-bring"),
    path("create/", builder.create, name="create"),
    path("create/open/", builder.open_draft, name="draft-open"),
    path("create/<uuid:draft_id>/save/", builder.save, name="draft-save"),
    path("create/<uuid:draft_id>/rename/", builder.rename, name="draft-rename"),
    path("create/<uuid:draft_id>/delete/", builder.delete, name="draft-delete"),
    path("create/<uuid:draft_id>/restore/", builder.restore, name="draft-restore"),
    path("create/<uuid:draft_id>/write/", builder.write, name="draft-write"),
    path("create/<uuid:draft_id>/<slug:step>/", builder.draft, name="draft"),
]
