"""A story begun from its page."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.views.decorators.http import require_GET, require_POST

from accounts.age import AgeNeeded
from accounts.errors import NotFound, ProductError
from accounts.guests import get_or_create_guest
from accounts.limits import charge, client_ip, message_buckets
from characters.views.parts import link
from chat.errors import answers_json, page
from chat.forms import fields_of, id_of, id_or_none, text_of
from chat.selectors.plays import get_play
from chat.selectors.stage import compared, may_act, stage_page
from chat.services.plays.starting import start_play
from chat.viewers import viewer
from stories.models import Story
from stories.selectors import get_story, shown_version


@require_POST
@page
def start(request: HttpRequest, story_id: UUID) -> HttpResponse:
    """In the language of the page where the story has it, or in the one that is asked for."""
    try:
        version = shown_version(get_story(user=request.user, story_id=story_id))
    except Story.DoesNotExist:
        raise NotFound from None
    fields = fields_of(request)
    language = text_of(fields, "language") or get_language() or ""
    try:
        user = get_or_create_guest(request)
        charge(message_buckets(user.pk, user.plan, client_ip(request)))
        talk = start_play(user=user, version=version, language=language, seed=text_of(fields, "seed"))
    except AgeNeeded:
        return redirect(link("age", next=request.headers.get("referer", "/")))
    except ProductError as error:
        return render(request, "chat/no_entry.html", {"reason": error.message}, status=error.status)
    return redirect("talk", conversation_id=talk.pk)


@require_GET
@answers_json
@page
def stage(request: HttpRequest, conversation_id: UUID) -> HttpResponse:
    """What the page shows of the story beside the lines: at the head, or at `leaf`."""
    user = viewer(request)
    play = get_play(user=user, conversation_id=conversation_id)
    shown = stage_page(user, play, id_or_none(request.GET.dict(), "leaf"))
    return render(request, "chat/_stage.html", {"stage": shown, "can_write": may_act(user, play)})


@require_GET
@answers_json
@page
def compare(request: HttpRequest, conversation_id: UUID) -> HttpResponse:
    """Two branches side by side: `one` and `other` are lines that they end in."""
    play = get_play(user=viewer(request), conversation_id=conversation_id)
    asked = request.GET.dict()
    ways = compared(play, id_of(asked, "one"), id_of(asked, "other"))
    return render(request, "chat/_play_compare.html", {"ways": ways, "language": play.language})
