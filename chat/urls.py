from django.urls import path

from chat import tryout, views
from chat.views import join, receipt, rooms

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
    path("talks/<uuid:conversation_id>/messages/<uuid:message_id>/receipt", receipt.receipt, name="message-receipt"),
    path("talks/<uuid:conversation_id>/messages/<uuid:message_id>/prompt", receipt.prompt, name="message-prompt"),
    path("talks/<uuid:conversation_id>/undo", views.undo, name="talk-undo"),
    path("talks/<uuid:conversation_id>/rename", views.rename, name="talk-rename"),
    path("talks/<uuid:conversation_id>/persona", views.play_as, name="talk-persona"),
    path("talks/<uuid:conversation_id>/delete", views.trash, name="talk-delete"),
    path("talks/<uuid:conversation_id>/restore", views.restore, name="talk-restore"),
    path("talks/<uuid:conversation_id>/room", rooms.make, name="room-make"),
    path("rooms/<uuid:room_id>/", rooms.room, name="room"),
    path("rooms/<uuid:room_id>/rules", rooms.rules, name="room-rules"),
    path("rooms/<uuid:room_id>/invite", rooms.invite, name="room-invite"),
    path("rooms/<uuid:room_id>/invitations/<uuid:invitation_id>/revoke", rooms.revoke, name="room-revoke"),
    path("rooms/<uuid:room_id>/people/<uuid:person_id>", rooms.person, name="room-person"),
    path("rooms/<uuid:room_id>/cast", rooms.add_character, name="room-cast-add"),
    path("rooms/<uuid:room_id>/cast/<uuid:character_id>", rooms.direct, name="room-cast"),
    path("rooms/<uuid:room_id>/leave", rooms.leave_room, name="room-leave"),
    path("rooms/<uuid:room_id>/end", rooms.end, name="room-end"),
    path("join/<str:token>/", join.join, name="join"),
    path("join/<str:token>/in", join.come_in, name="join-room"),
    path("characters/<uuid:character_id>/talk", views.start_talk, name="start-talk"),
    path("create/<uuid:draft_id>/try", tryout.try_it, name="draft-try"),
    path("create/<uuid:draft_id>/weigh", tryout.weigh, name="draft-weigh"),
    path("leave/", views.leave, name="leave"),
]
