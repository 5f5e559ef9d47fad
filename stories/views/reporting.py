"""Reporting a story, and answering a rights holder who complained of it.

`report-story` at /stories/<story>/report/                    moderation/report.html (`moderation.report_page`)
`story-counter-notice` at /stories/<story>/counter-notice/    moderation/counter_notice.html (`moderation.rights_views`)
"""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts.views import limited_form
from characters.selectors import language_of
from moderation.models import Case
from moderation.report_page import reportable, reporting
from moderation.rights_views import answering
from stories.models import Story
from stories.selectors import shown_version, stories_for


@require_http_methods(["GET", "HEAD", "POST"])
@limited_form("20/m")
def report_story(request: HttpRequest, story_id: UUID) -> HttpResponse:
    reportable(request, Case.Kind.STORY, story_id)
    version = shown_version(Story.objects.select_related("published").get(pk=story_id))
    language = version.spoken(language_of())
    said = {"name": version.called(language), "language": language}
    # Who plays what is private has a play of it, and no page.
    open_to_them = stories_for(request.user).filter(pk=story_id).exists()
    back = "" if open_to_them else reverse("stories")
    return reporting(request, Case.Kind.STORY, story_id, page="story", back=back, **said)


@require_http_methods(["GET", "HEAD", "POST"])
@limited_form("20/m")
def counter_notice(request: HttpRequest, story_id: UUID) -> HttpResponse:
    return answering(request, Case.Kind.STORY, story_id)
