"""What an author does with a whole story: who sees it, what it is filed under, away and back.

`story-publish` POST visibility=, `story-publish-withdraw` POST; `story-file-under` POST tags= (separated by commas),
rating=; `story-delete`, `story-restore` POST.
"""

import re
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.errors import NotFound, ProductError
from characters.services.requests import AlreadyDecided, withdraw
from stories.models import Story
from stories.models.publication import State
from stories.models.story import SHOWN_TO
from stories.selectors import get_own
from stories.services.publishing import ask_to_publish
from stories.services.shelf import delete_story, file_story, restore_story


@require_POST
def publish(request: HttpRequest, story_id: UUID) -> HttpResponse:
    story = own(request, story_id)
    visibility = request.POST.get("visibility", "")
    newest = story.versions.order_by("-number").first()
    if visibility not in dict(SHOWN_TO) or newest is None or story.owner is None:
        raise NotFound
    try:
        asked = ask_to_publish(story=story, version=newest, asked_by=story.owner, visibility=visibility)
    except ProductError as refused:
        messages.error(request, str(refused.message))
    else:
        if asked.state == State.WAITING:
            messages.success(request, _("It is handed in. Somebody looks at it, and you hear of it by e-mail."))
        else:
            messages.success(request, _("It is as you wanted."))
    return redirect("story", story_id=story.pk)


@require_POST
def take_back(request: HttpRequest, story_id: UUID) -> HttpResponse:
    story = own(request, story_id)
    assert story.owner is not None
    try:
        withdraw(work=story, by=story.owner)
    except AlreadyDecided as late:
        messages.info(request, str(late.message))
    return redirect("story", story_id=story.pk)


@require_POST
def file_it(request: HttpRequest, story_id: UUID) -> HttpResponse:
    story = own(request, story_id)
    tags = [tag.strip() for tag in re.split("[,，、]", request.POST.get("tags", "")) if tag.strip()]
    try:
        file_story(story=story, tags=tags, rating=request.POST.get("rating") or None)
    except ProductError as refused:
        messages.error(request, str(refused.message))
    return redirect("story", story_id=story.pk)


@require_POST
def delete(request: HttpRequest, story_id: UUID) -> HttpResponse:
    delete_story(story=own(request, story_id))
    messages.success(request, _("The story is deleted. Plays that run go on."))
    return redirect("story-trash")


@require_POST
def restore(request: HttpRequest, story_id: UUID) -> HttpResponse:
    if not request.user.is_authenticated:
        raise NotFound
    story = restore_story(owner=request.user, story_id=story_id)
    return redirect("story", story_id=story.pk)


def own(request: HttpRequest, story_id: UUID) -> Story:
    """Raises NotFound."""
    try:
        return get_own(user=request.user, story_id=story_id)
    except Story.DoesNotExist:
        raise NotFound from None
