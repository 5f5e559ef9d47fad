from django.urls import path

from characters import views
from characters.views import assist, audience, builder, cards, creators, history, pictures, publishing
from characters.views.discover import choose_rating, favourites

urlpatterns = [
    path("", views.discover, name="discover"),
    path("characters/<uuid:character_id>/", views.character, name="character"),
    path("characters/<uuid:character_id>/favourite/", audience.favourite, name="favourite"),
    path("characters/<uuid:character_id>/copy/", audience.copy, name="copy"),
    path("characters/<uuid:character_id>/publish/", publishing.publish, name="publish"),
    path("characters/<uuid:character_id>/publish/withdraw/", publishing.take_back_request, name="publish-withdraw"),
    path("characters/<uuid:character_id>/copyable/", publishing.let_copy, name="let-copy"),
    path("creators/<uuid:creator_id>/", creators.creator, name="creator"),
    path("creators/<uuid:creator_id>/follow/", audience.follow, name="follow"),
    path("favourites/", favourites, name="favourites"),
    path("rating/", choose_rating, name="choose-rating"),
    path("portraits/<uuid:version_id>/<slug:mood>.svg", pictures.portrait, name="portrait"),
    path("portraits/drawn.svg", pictures.drawn, name="portrait-drawn"),
    path("pictures/<uuid:asset_id>", pictures.show, name="picture"),
    path("pictures/<uuid:asset_id>/face", pictures.face, name="picture-face"),
    path("create/<uuid:draft_id>/pictures", pictures.bring, name="picture-bring"),
    path("create/<uuid:draft_id>/paint", assist.paint, name="picture-paint"),
    path("create/<uuid:draft_id>/assist", assist.draft_it, name="draft-assist"),
    path("characters/<uuid:character_id>/history/", history.history, name="history"),
    path("characters/<uuid:character_id>/history/restore/", history.restore, name="history-restore"),
    path("characters/<uuid:character_id>/export/", cards.exports, name="card-export"),
    path("characters/<uuid:character_id>/export/<slug:format>", cards.card_file, name="card-file"),
    path("create/import/", cards.import_cards, name="card-import"),
    path("create/", builder.create, name="create"),
    path("create/open/", builder.open_draft, name="draft-open"),
    path("create/<uuid:draft_id>/save/", builder.save, name="draft-save"),
    path("create/<uuid:draft_id>/rename/", builder.rename, name="draft-rename"),
    path("create/<uuid:draft_id>/delete/", builder.delete, name="draft-delete"),
    path("create/<uuid:draft_id>/restore/", builder.restore, name="draft-restore"),
    path("create/<uuid:draft_id>/write/", builder.write, name="draft-write"),
    path("create/<uuid:draft_id>/<slug:step>/", builder.draft, name="draft"),
]
