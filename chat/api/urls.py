from django.urls import path

from chat.api import (
    attending,
    audio,
    conversations,
    lessons,
    memories,
    messages,
    plays,
    ratings,
    results,
    rooms,
    story_figures,
    stream,
    tickets,
)
from chat.api.routes import route
from chat.api.views import protocol_schema

TALK = "conversations/<uuid:conversation_id>/"
MESSAGE = f"{TALK}messages/<uuid:message_id>/"
ROOM = f"{TALK}room/"

urlpatterns = [
    path("protocol.json", protocol_schema, name="protocol"),
    route("conversations/", conversations.Conversations.as_view(), "api-conversations"),
    route(TALK, conversations.ConversationDetail.as_view(), "api-conversation"),
    route(f"{TALK}restore/", conversations.ConversationRestore.as_view(), "api-conversation-restore"),
    route(f"{TALK}messages/", messages.Messages.as_view(), "api-messages"),
    route(f"{MESSAGE}regenerate/", messages.Regenerate.as_view(), "api-message-regenerate"),
    route(f"{MESSAGE}continue/", messages.Continue.as_view(), "api-message-continue"),
    route(f"{MESSAGE}rating/", ratings.MessageRating.as_view(), "api-message-rating"),
    route(f"{TALK}stop/", messages.Stop.as_view(), "api-conversation-stop"),
    route(f"{TALK}draft/", messages.Draft.as_view(), "api-conversation-draft"),
    route(f"{TALK}audio/", audio.Audio.as_view(), "api-conversation-audio"),
    route(f"{TALK}ticket/", tickets.Tickets.as_view(), "api-conversation-ticket"),
    route(f"{TALK}stream/", stream.Stream.as_view(), "api-conversation-stream"),
    route(f"{TALK}poll/", stream.Poll.as_view(), "api-conversation-poll"),
    route(f"{TALK}play/", plays.PlayDetail.as_view(), "api-play"),
    route(f"{TALK}play/actions/", plays.PlayActions.as_view(), "api-play-actions"),
    route(f"{TALK}play/result/", results.PlayResult.as_view(), "api-play-result"),
    route(f"{TALK}play/watched/", attending.PlayWatched.as_view(), "api-play-watched"),
    route("stories/<uuid:story_id>/statistics/", story_figures.StoryFigures.as_view(), "api-story-statistics"),
    route("lessons/", lessons.Lessons.as_view(), "api-lessons"),
    route("lessons/link/", attending.LessonAsks.as_view(), "api-lesson-asks"),
    route("lessons/attend/", attending.Attend.as_view(), "api-lesson-attend"),
    route("lessons/<uuid:lesson_id>/", lessons.LessonDetail.as_view(), "api-lesson"),
    route("lessons/<uuid:lesson_id>/link/", lessons.LessonLink.as_view(), "api-lesson-link"),
    route("stories/<uuid:story_id>/lessons/", lessons.StoryLessons.as_view(), "api-story-lessons"),
    route("stories/<uuid:story_id>/plays/", plays.StoryPlays.as_view(), "api-story-plays"),
    route(f"{TALK}memories/", memories.ConversationMemories.as_view(), "api-conversation-memories"),
    route("characters/<uuid:character_id>/memories/", memories.CharacterMemories.as_view(), "api-character-memories"),
    route("characters/<uuid:character_id>/notes/", memories.CharacterNotes.as_view(), "api-character-notes"),
    route("notes/<uuid:note_id>/", memories.NoteDetail.as_view(), "api-note"),
    route("memories/<uuid:memory_id>/", memories.MemoryDetail.as_view(), "api-memory"),
    route("memories/<uuid:memory_id>/restore/", memories.MemoryRestore.as_view(), "api-memory-restore"),
    route(ROOM, rooms.RoomDetail.as_view(), "api-room"),
    route(f"{ROOM}invitations/", rooms.RoomInvitations.as_view(), "api-room-invitations"),
    route(f"{ROOM}invitations/<uuid:invitation_id>/", rooms.RoomInvitation.as_view(), "api-room-invitation"),
    route(f"{ROOM}people/<uuid:person_id>/", rooms.RoomPerson.as_view(), "api-room-person"),
    route(f"{ROOM}cast/", rooms.RoomCast.as_view(), "api-room-cast"),
    route(f"{ROOM}cast/<uuid:character_id>/", rooms.RoomMember.as_view(), "api-room-member"),
    route(f"{ROOM}cast/<uuid:character_id>/cue/", messages.Cue.as_view(), "api-room-cue"),
    route(f"{ROOM}leave/", rooms.RoomLeave.as_view(), "api-room-leave"),
    route("rooms/join/", rooms.RoomJoin.as_view(), "api-room-join"),
]
