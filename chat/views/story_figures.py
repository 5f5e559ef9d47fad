"""How a story is played, for its author: `story-figures` at /stories/<uuid>/figures/. Strangers get 404."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from accounts.errors import NotFound
from characters.selectors import language_of
from chat.errors import page
from chat.selectors.story_figures import figures_of
from chat.viewers import viewer
from stories.models import Story
from stories.selectors import get_own, shown_version


@require_GET
@page
def figures(request: HttpRequest, story_id: UUID) -> HttpResponse:
    try:
        story = get_own(user=viewer(request), story_id=story_id)
    except Story.DoesNotExist:
        raise NotFound from None
    version, language = shown_version(story), language_of()
    context = {
        "story": story,
        "version": version,
        "title": version.called(language),
        "language": version.spoken(language),
        "figures": figures_of(story, language),
    }
    return render(request, "chat/story_figures.html", context)
