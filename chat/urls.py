from django.urls import path

from chat import tryout, views
from chat.views import library, receipt, search

urlpatterns = [
    path("talks/", library.talks, name="talks"),
    path("talks/arrange", library.arrange, name="talks-arrange"),
    path("talks/arrange/undo", library.undo_arrangement, name="talks-arrange-undo"),
    path("talks/folders/", library.folders, name="folders"),
    path("talks/folders/add", library.folder_add, name="folder-add"),
    path("talks/folders/<uuid:folder_id>/save", library.folder_save, name="folder-save"),
    path("talks/folders/<uuid:folder_id>/move", library.folder_move, name="folder-move"),
    path("talks/folders/<uuid:folder_id>/delete", library.folder_delete, name="folder-delete"),
    path("talks/folders/<uuid:folder_id>/restore", library.folder_restore, name="folder-restore"),
    path("talks/search/", search.search_talks, name="talk-search"),
    path("talks/trash/", views.trash_bin, name="trash"),
    path("talks/trash/<uuid:conversation_id>/", views.take_back, name="take-back"),
    path("talks/<uuid:conversation_id>/", views.talk, name="talk"),
    path("talks/<uuid:conversation_id>/branch/", views.branch, name="talk-branch"),
    path("talks/<uuid:conversation_id>/at/<uuid:message_id>/", search.talk_at, name="talk-at"),
    path("talks/<uuid:conversation_id>/at/<uuid:message_id>/go-on", search.go_on, name="talk-go-on"),
    path("talks/<uuid:conversation_id>/messages/", views.older, name="talk-older"),
    path("talks/<uuid:conversation_id>/messages/<uuid:message_id>/edit", views.edit, name="message-edit"),
    path("talks/<uuid:conversation_id>/messages/<uuid:message_id>/delete", views.delete, name="message-delete"),
    path("talks/<uuid:conversation_id>/messages/<uuid:message_id>/select", views.select, name="message-select"),
    path("talks/<uuid:conversation_id>/messages/<uuid:message_id>/receipt", receipt.receipt, name="message-receipt"),
    path("talks/<uuid:conversation_id>/messages/<uuid:message_id>/prompt", receipt.prompt, name="message-prompt"),
    path("talks/<uuid:conversation_id>/undo", views.undo, name="talk-undo"),
    path("talks/<uuid:conversation_id>/rename", views.rename, name="talk-rename"),
    path("talks/<uuid:conversation_id>/persona", views.play_as, name="talk-persona"),
    path("talks/<uuid:conversation_id>/delete", views.trash, name="talk-delete"),
    path("talks/<uuid:conversation_id>/restore", views.restore, name="talk-restore"),
    path("characters/<uuid:character_id>/talk", views.start_talk, name="start-talk"),
    path("create/<uuid:draft_id>/try", tryout.try_it, name="draft-try"),
    path("create/<uuid:draft_id>/weigh", tryout.weigh, name="draft-weigh"),
    path("leave/", views.leave, name="leave"),
]
