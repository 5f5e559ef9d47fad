from django.urls import path

from chat import tryout, views
from chat.views import beside, lines, temporary

urlpatterns = [
    path("talks/", views.talks, name="talks"),
    path("talks/trash/", views.trash_bin, name="trash"),
    path("talks/trash/<uuid:conversation_id>/", views.take_back, name="take-back"),
    path("talks/<uuid:conversation_id>/", views.talk, name="talk"),
    path("talks/<uuid:conversation_id>/branch/", views.branch, name="talk-branch"),
    path("talks/<uuid:conversation_id>/messages/", views.older, name="talk-older"),
    path("talks/<uuid:conversation_id>/messages/<uuid:message_id>/edit", views.edit, name="message-edit"),
    path("talks/<uuid:conversation_id>/messages/<uuid:message_id>/delete", views.delete, name="message-delete"),
    path("talks/<uuid:conversation_id>/messages/<uuid:message_id>/select", views.select, name="message-select"),
    path("talks/<uuid:conversation_id>/messages/<uuid:message_id>/hint", lines.hint, name="message-hint"),
    path("talks/<uuid:conversation_id>/messages/<uuid:message_id>/wordings/", lines.wordings, name="message-wordings"),
    path(
        "talks/<uuid:conversation_id>/messages/<uuid:message_id>/wordings/<uuid:revision_id>",
        lines.bring_back,
        name="message-bring-back",
    ),
    path("talks/<uuid:conversation_id>/messages/delete", lines.delete_lines, name="messages-delete"),
    path("talks/<uuid:conversation_id>/messages/mute", lines.mute_lines, name="messages-mute"),
    path("talks/<uuid:conversation_id>/note/", beside.note, name="talk-note"),
    path("talks/<uuid:conversation_id>/note/write", beside.note_write, name="talk-note-write"),
    path("talks/<uuid:conversation_id>/checkpoints/", beside.places, name="checkpoints"),
    path(
        "talks/<uuid:conversation_id>/messages/<uuid:message_id>/checkpoint", beside.place_name, name="checkpoint-name"
    ),
    path(
        "talks/<uuid:conversation_id>/checkpoints/<uuid:checkpoint_id>/rename",
        beside.place_rename,
        name="checkpoint-rename",
    ),
    path(
        "talks/<uuid:conversation_id>/checkpoints/<uuid:checkpoint_id>/delete",
        beside.place_delete,
        name="checkpoint-delete",
    ),
    path("talks/<uuid:conversation_id>/map/", beside.talk_map, name="talk-map"),
    path("talks/<uuid:conversation_id>/map/words", beside.map_words, name="talk-map-words"),
    path("talks/<uuid:conversation_id>/removals/<uuid:removal_id>/restore", lines.put_back, name="lines-put-back"),
    path("talks/<uuid:conversation_id>/undo", views.undo, name="talk-undo"),
    path("talks/<uuid:conversation_id>/rename", views.rename, name="talk-rename"),
    path("talks/<uuid:conversation_id>/persona", views.play_as, name="talk-persona"),
    path("talks/<uuid:conversation_id>/keep", temporary.keep, name="talk-keep"),
    path("talks/<uuid:conversation_id>/end", temporary.end, name="talk-end"),
    path("talks/<uuid:conversation_id>/delete", views.trash, name="talk-delete"),
    path("talks/<uuid:conversation_id>/restore", views.restore, name="talk-restore"),
    path("characters/<uuid:character_id>/talk", views.start_talk, name="start-talk"),
    path("create/<uuid:draft_id>/try", tryout.try_it, name="draft-try"),
    path("create/<uuid:draft_id>/weigh", tryout.weigh, name="draft-weigh"),
    path("leave/", views.leave, name="leave"),
]
