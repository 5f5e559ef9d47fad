"""Finding what was said, and going there.

`talk-search` at /talks/search/?q=…: hits by talk, newest first. Scripts that ask for the next page (`before`) get
chat/_found.html alone.
`talk-at` at /talks/<uuid>/at/<uuid>/: a line among its neighbours on its branch; `talk-go-on` makes that branch the
one on which the talk goes on.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.errors import TooLong
from accounts.models import User
from chat.errors import page
from chat.finding import MAX_QUERY, read_query
from chat.selectors import cast_version, get_conversation, title_of
from chat.selectors.concerned import Moved, head_of
from chat.selectors.library import OpenFolder, folders_of, within
from chat.selectors.reading import passage
from chat.selectors.room_page import faces_in
from chat.selectors.search import NOTHING, SaidBy, Wish, characters_talked_with, search
from chat.services import edits
from chat.views import parsed_id, tell_changed, viewer

FIELDS = ("q", "by", "character", "folder", "since", "until")


@require_GET
@page
def search_talks(request: HttpRequest) -> HttpResponse:
    asked = {name: request.GET.get(name, "").strip() for name in FIELDS}
    user = request.user
    folders = folders_of(user) if user.is_authenticated else []
    wish = _wish(request, asked, folders)
    problem = str(_too_long(asked["q"]).message) if len(asked["q"]) > MAX_QUERY else ""
    found = search(user=user, wish=wish) if user.is_authenticated and not problem else NOTHING
    more = {name: value for name, value in asked.items() if value} | {"before": str(found.before)}
    context: dict[str, Any] = {
        "asked": asked,
        "problem": problem,
        "nothing_in_it": bool(asked["q"]) and not wish.query,
        "narrowed": any(asked[name] for name in FIELDS[1:]),
        "found": found,
        "further": bool(wish.before),
        "more_url": f"{reverse('talk-search')}?{urlencode(more)}" if found.before else "",
        "max_query": MAX_QUERY,
    }
    if request.headers.get("HX-Request"):
        return render(request, "chat/_found.html", context)
    context["folders"] = folders
    context["characters"] = characters_talked_with(user) if user.is_authenticated else []
    return render(request, "chat/search.html", context)


def _too_long(written: str) -> TooLong:
    said = _("%(length)d characters are too many: a search may have %(limit)d.")
    return TooLong(said % {"length": len(written), "limit": MAX_QUERY}, field="q", limit=MAX_QUERY)


def _wish(request: HttpRequest, asked: dict[str, str], folders: Sequence[OpenFolder]) -> Wish:
    """What cannot be read narrows nothing down. NotFound for a folder that is none of these."""
    folder = parsed_id(asked["folder"])
    return Wish(
        query=read_query(asked["q"]),
        folders=tuple(within(folders, folder)) if folder else (),
        character=parsed_id(asked["character"]),
        said_by=SaidBy(asked["by"]) if asked["by"] in list(SaidBy) else SaidBy.ANYBODY,
        since=_day(asked["since"]),
        until=_day(asked["until"]),
        before=parsed_id(request.GET.get("before", "")),
    )


def _day(written: str) -> date | None:
    try:
        return date.fromisoformat(written)
    except ValueError:
        return None


@require_GET
@page
def talk_at(request: HttpRequest, conversation_id: UUID, message_id: UUID) -> HttpResponse:
    user = viewer(request)
    conversation = get_conversation(user=user, conversation_id=conversation_id)
    leaf = parsed_id(request.GET.get("leaf", ""))
    found = passage(user=user, conversation=conversation, line=message_id, leaf=leaf)
    if found.near:
        return redirect(f"{reverse('talk', args=[conversation_id])}#m-{message_id}")
    version = cast_version(conversation)
    context = {
        "talk": conversation,
        "version": version,
        "title": title_of(conversation) or version.name,
        "passage": found,
        "messages": found.messages,
        "cast": faces_in(conversation),
        "mine": conversation.owner_id == user.pk,
    }
    return render(request, "chat/at.html", context)


@require_POST
@page
def go_on(request: HttpRequest, conversation_id: UUID, message_id: UUID) -> HttpResponse:
    """From the branch through this line."""
    user: User = viewer(request)
    before = head_of(conversation_id)
    head = edits.select_alternative(user=user, conversation_id=conversation_id, message_id=message_id)
    tell_changed(conversation_id, "head", head, moved=Moved(before))
    return redirect("talk", conversation_id=conversation_id)
