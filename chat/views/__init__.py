"""The pages of a conversation, and what their scripts ask for."""

import re
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from asgiref.sync import async_to_sync
from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from accounts.age import AgeNeeded
from accounts.errors import NotFound, ProductError
from accounts.guests import get_or_create_guest
from accounts.limits import charge, client_ip, message_buckets
from accounts.models import User
from accounts.selectors import persona_names
from characters.models import Character
from characters.selectors import edition_of, get_character
from characters.selectors.discovery import may_see
from characters.views import Refused, character_page, discover_page
from characters.views.parts import link, rating_of
from chat.errors import answers_json, page
from chat.feeling_words import MOODS, TONES
from chat.forms import client_id_of, fields_of, flag_of, id_of, number_of, text_of
from chat.models import Conversation, Message
from chat.selectors import (
    MOST_MESSAGES,
    PAGE_MESSAGES,
    cast_version,
    get_conversation,
    older_than,
    role_of,
    shown_branch,
    talks_for,
    title_of,
    trashed_for,
)
from chat.selectors.age import waits_for_age
from chat.selectors.concerned import Moved, concerned, head_of
from chat.selectors.course import mood_shown
from chat.selectors.notes import open_note
from chat.selectors.opened import OpenTalk, open_talk
from chat.selectors.room_page import faces_in, room_shown
from chat.selectors.stage import stage_page
from chat.selectors.trash import removed_for
from chat.services import conversations, edits, news, parts, removals, turns
from chat.services.rooms.people import departure_of
from chat.services.rooms.room import make_room
from chat.services.sealing import is_locked
from chat.services.temporary import expiry
from chat.services.undo import undo as take_back_change
from chat.texts import check_line
from chat.viewers import viewer
from chat.views.microphone import microphone_on_page
from chat.views.notices import CARES, notices_on_page
from chat.views.rooms import room_choices
from inference.emotion.moods import CALM
from moderation.models import Reason
from voice.services.saying import can_speak


def parsed_id(written: str) -> UUID | None:
    """An id in an address; None for what is none."""
    try:
        return UUID(written)
    except ValueError:
        return None


# ------------------------------------------------------------------ pages


@require_GET
def trash_bin(request: HttpRequest) -> HttpResponse:
    """What can still be taken back."""
    user = request.user
    listed, lines = (trashed_for(user), removed_for(user)) if user.is_authenticated else ([], [])
    return render(request, "chat/trash.html", {"talks": listed, "removed": lines})


@require_POST
@page
def take_back(request: HttpRequest, conversation_id: UUID) -> HttpResponse:
    conversations.restore_conversation(user=viewer(request), conversation_id=conversation_id)
    return redirect("talk", conversation_id=conversation_id)


@require_GET
@page
def talk(request: HttpRequest, conversation_id: UUID) -> HttpResponse:
    """Six queries, however long the talk is; a room reads who is in it besides. The list beside it comes by itself."""
    user = viewer(request)
    try:
        opened = open_talk(user=user, conversation_id=conversation_id)
    except NotFound:
        if waits_for_age(user, conversation=conversation_id):
            return redirect(link("age", next=request.path))
        gone = departed(request, conversation_id)
        if gone is None:
            raise
        return gone
    context = branch_context(user, opened)
    room = context["room"]
    context |= {
        "reasons": Reason.choices,
        "is_owner": opened.conversation.owner_id == user.pk,
        "note": open_note(opened.conversation) if opened.conversation.owner_id == user.pk else None,
        "personas": persona_names(user, opened.version.language),
        "running": opened.running,
        "tone": opened.tone,
        "tones": TONES.items(),
        "moods": None if room else MOODS.items(),
        "can_write": room is None or room.may_write,
        "microphone": microphone_on_page(opened.version),
        "export_formats": [("json", "JSON"), ("md", "Markdown"), ("jsonl", "SillyTavern")],
        "socket_path": f"/ws/chat/{conversation_id}/",
        "speaks": can_speak(),
        "days": settings.SPEECH_DAYS,
    }
    said = context["more"] or any(each.role == Message.Role.PLAYER for each in context["messages"])
    context["may_seal"] = context["is_owner"] and not (room or said or opened.conversation.sealed_at or user.is_guest)
    context["notices"] = notices_on_page(request, opened)
    if room is not None:
        context |= room_choices(request, room)
    if (play := getattr(opened.conversation, "play", None)) is not None:
        context["stage"] = stage_page(user, play)
    return render(request, "chat/talk.html", context)


@require_GET
@page
def talk_list(request: HttpRequest) -> HttpResponse:
    """The list beside a talk. `open` is the one on the page."""
    open_id = parsed_id(request.GET.get("open", ""))
    return render(request, "chat/_talks.html", {"talks": talks_for(viewer(request)), "open_id": open_id})


def departed(request: HttpRequest, conversation_id: UUID) -> HttpResponse | None:
    """For who was in this room: how they left. None for everybody else."""
    departure = departure_of(user=viewer(request), conversation_id=conversation_id)
    return render(request, "chat/no_entry.html", {"why": departure}, status=403) if departure else None


@require_GET
@page
def branch(request: HttpRequest, conversation_id: UUID) -> HttpResponse:
    """The stream as it stands: what a page fetches after `changed`. `from` is the first line that it has."""
    user = viewer(request)
    opened = open_talk(user=user, conversation_id=conversation_id)
    since = request.GET.get("from") and asked_id(request, "from")
    return render(request, "chat/_branch.html", branch_context(user, opened, since=since or None))


@require_GET
@page
def older(request: HttpRequest, conversation_id: UUID) -> HttpResponse:
    user = viewer(request)
    conversation = get_conversation(user=user, conversation_id=conversation_id)
    before, count = asked_id(request, "before"), request.GET.get("count", "")
    limit = min(int(count), MOST_MESSAGES) if re.fullmatch("[1-9][0-9]{0,3}", count) else PAGE_MESSAGES
    shown, more = older_than(user=user, conversation=conversation, message_id=before, limit=limit)
    context = {"talk": conversation, "messages": shown, "more": more, "version": cast_version(conversation)}
    context |= {"cast": faces_in(conversation), "room": hasattr(conversation, "room")}
    return render(request, "chat/_older.html", context)


def asked_id(request: HttpRequest, name: str) -> UUID:
    try:
        return UUID(request.GET.get(name, ""))
    except ValueError:
        raise NotFound from None


def branch_context(user: User, opened: OpenTalk, *, since: UUID | None = None) -> dict[str, Any]:
    """The stream, and who speaks in it."""
    talk, version = opened.conversation, opened.version
    locked = is_locked(talk)
    shown, more = ([], False) if locked else shown_branch(
        user=user, conversation=talk, leaf=talk.head_id, since=since
    )  # fmt: skip
    room = room_shown(user=user, conversation=talk, now=timezone.now())
    mood = mood_shown(shown) if opened.reads and room is None else CALM
    called = next((person.name for person in room.people if person.mine), None) if room else None
    return {
        "room": room,
        "cast": faces_in(talk, room.cast) if room else {},
        "talk": talk,
        "title": title_of(talk) or version.name,
        "version": version,
        "messages": shown,
        "locked": locked,
        "more": more,
        "persona": called or opened.persona,
        "persona_id": opened.persona_id,
        "usual": opened.usual,
        "mood": mood,
        "mood_word": MOODS[mood],
    }


@require_GET
def leave(request: HttpRequest) -> HttpResponse:
    """Between a link in a message and the site it leads to."""
    target = request.GET.get("to", "")
    host = host_of(target)
    context = {"target": target if host else "", "host": host}
    return render(request, "chat/leave.html", context, status=200 if host else 400)


def host_of(target: str) -> str:
    """Where a link leads; empty when it is not an address on the web."""
    try:
        parts = urlsplit(target)
    except ValueError:
        return ""
    return parts.netloc if parts.scheme.lower() in ("http", "https") else ""


# ------------------------------------------------------------------ starting


@require_POST
@page
def start_talk(request: HttpRequest, character_id: UUID) -> HttpResponse:
    """Open a conversation; with a first `line`, the answer is on its way before the page is.

    Refused, the page that asked (`page`: discover or character) is shown again with the line in its field.
    """
    try:
        character = get_character(user=request.user, character_id=character_id)
    except Character.DoesNotExist:
        return character_page(request, character_id)  # the curtain, or nothing
    if not may_see(request.user, character, rating_of(request)):
        return character_page(request, character_id)
    fields = fields_of(request)
    line = text_of(fields, "line").strip()
    try:
        conversation = _open(request, character, line, fields)
    except AgeNeeded:
        return redirect(link("age", next=reverse("character", args=[character_id])))
    except ProductError as error:
        refused = Refused(
            character_id, line, error.code, str(error.message), error.status, error.extra.get("retry_after")
        )
        if fields.get("page") == "discover":
            return discover_page(request, refused=refused)
        return character_page(request, character_id, refused=refused)
    return redirect("talk", conversation_id=conversation.pk)


def _open(request: HttpRequest, character: Character, line: str, fields: dict[str, Any]) -> Conversation:
    greeting, client_id = number_of(fields, "greeting"), client_id_of(fields)
    if line:
        check_line(line)
    user = get_or_create_guest(request)
    speaker = speaker_of(request, user)
    if not line:
        # A talk that nobody speaks in is stored all the same.
        charge(message_buckets(speaker.user_id, speaker.pace, speaker.ip))
    with transaction.atomic():
        conversation = conversations.start_conversation(
            owner=user,
            character=character,
            version=edition_of(character),
            greeting=greeting,
            expires_at=expiry() if flag_of(fields, "temporary") else None,
        )
        if fields.get("room"):
            make_room(user=user, conversation_id=conversation.pk)
    if line:
        try:
            said = async_to_sync(turns.say_line)(
                speaker, conversation_id=conversation.pk, client_id=client_id, content=line
            )
            if said.notice is not None:
                request.session[CARES] = str(conversation.pk)
        except ProductError:
            conversations.discard_conversation(conversation)
            raise
    return conversation


def speaker_of(request: HttpRequest, user: User) -> turns.Speaker:
    return turns.Speaker(user.pk, user.plan, client_ip(request))


# ------------------------------------------------------------------ changing


@require_POST
@answers_json
def edit(request: HttpRequest, conversation_id: UUID, message_id: UUID) -> HttpResponse:
    """A player's line is said anew and answered; a character's is set beside the old one. `in_place`: neither, the
    words change where they stand.
    """
    user, fields = viewer(request), fields_of(request)
    content, in_place = check_line(text_of(fields, "content")), flag_of(fields, "in_place")
    role = role_of(user=user, conversation_id=conversation_id, message_id=message_id)
    if in_place or role == Message.Role.CHARACTER:
        speaker = speaker_of(request, user)
        charge(message_buckets(speaker.user_id, speaker.pace, speaker.ip))
    if in_place:
        undo_token = edits.edit_in_place(
            user=user, conversation_id=conversation_id, message_id=message_id, content=content
        )
        tell_changed(conversation_id, "edited", message_id)
        return JsonResponse({"message_id": message_id, "turn_id": None, "undo": undo_token})
    before = head_of(conversation_id)
    if role == Message.Role.CHARACTER:
        fresh, undo_token = edits.rewrite_reply(
            user=user, conversation_id=conversation_id, message_id=message_id, content=content
        )
        tell_changed(conversation_id, "edited", fresh, moved=Moved(before))
        return JsonResponse({"message_id": fresh, "turn_id": None, "undo": undo_token})
    accepted = async_to_sync(turns.say_line)(
        speaker_of(request, user),
        conversation_id=conversation_id,
        client_id=client_id_of(fields),
        content=content,
        instead_of=message_id,
    )
    if accepted.is_new:
        tell_changed(conversation_id, "head", accepted.message_id, moved=Moved(before))
    return JsonResponse({"message_id": accepted.message_id, "turn_id": accepted.turn_id})


@require_POST
@answers_json
def delete(request: HttpRequest, conversation_id: UUID, message_id: UUID) -> HttpResponse:
    """This line and what follows it."""
    before = head_of(conversation_id)
    undo_token = removals.delete_from(user=viewer(request), conversation_id=conversation_id, message_id=message_id)
    tell_changed(conversation_id, "deleted", message_id, moved=Moved(before))
    return JsonResponse({"undo": undo_token})


@require_POST
@answers_json
def select(request: HttpRequest, conversation_id: UUID, message_id: UUID) -> HttpResponse:
    before = head_of(conversation_id)
    head = edits.select_alternative(user=viewer(request), conversation_id=conversation_id, message_id=message_id)
    tell_changed(conversation_id, "head", head, moved=Moved(before))
    return JsonResponse({"head_id": head})


@require_POST
@answers_json
def undo(request: HttpRequest, conversation_id: UUID) -> HttpResponse:
    token = text_of(fields_of(request), "undo")
    undone = take_back_change(user=viewer(request), conversation_id=conversation_id, token=token)
    tell_changed(conversation_id, undone.kind, *undone.ids, moved=undone.moved)
    return JsonResponse({"head_id": undone.head_id})


@require_POST
@answers_json
def rename(request: HttpRequest, conversation_id: UUID) -> HttpResponse:
    title = conversations.rename_conversation(
        user=viewer(request), conversation_id=conversation_id, title=text_of(fields_of(request), "title")
    )
    tell_changed(conversation_id, "title")
    return JsonResponse({"title": title})


@require_POST
@answers_json
def play_as(request: HttpRequest, conversation_id: UUID) -> HttpResponse:
    """Whom the player is in this talk from now on; with `always`, in every new one with its character, or no longer."""
    fields = fields_of(request)
    persona_id, always = id_of(fields, "persona"), flag_of(fields, "always") if "always" in fields else None
    parts.play_as(user=viewer(request), conversation_id=conversation_id, persona_id=persona_id, always=always)
    tell_changed(conversation_id, "head")
    return JsonResponse({"persona": persona_id})


@require_POST
@answers_json
def trash(request: HttpRequest, conversation_id: UUID) -> HttpResponse:
    conversations.trash_conversation(user=viewer(request), conversation_id=conversation_id)
    return JsonResponse({"next": reverse("talks"), "restore": reverse("talk-restore", args=[conversation_id])})


@require_POST
@answers_json
def restore(request: HttpRequest, conversation_id: UUID) -> HttpResponse:
    conversations.restore_conversation(user=viewer(request), conversation_id=conversation_id)
    return JsonResponse({"next": reverse("talk", args=[conversation_id])})


def tell_changed(conversation_id: UUID, kind: Any, *ids: UUID | None, moved: Moved | None = None) -> None:
    """To the conversation's other tabs, here and in other processes. Of a whisper those learn who see it, and those
    whose branch is another one now: `moved` says where it was.
    """
    lines = [each for each in ids if each is not None]
    only = concerned(conversation_id, lines, moved=moved) if lines else None
    async_to_sync(news.tell_changed)(conversation_id, kind, *lines, only=only)
