"""Stories as what is reported or claimed."""

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.errors import NotFound
from accounts.models import User
from characters.selectors import language_of
from characters.selectors.cast import Viewer
from moderation.models import Case
from moderation.subjects import Reported
from moderation.works import Works
from stories.admin import parts_to_read
from stories.models import Story, StoryVersion
from stories.selectors import get_story, open_to_adults, shown_version, versions_for
from stories.services.publishing import hide, show_again


class Stories(Works):
    kind = Case.Kind.STORY
    model = Story
    page = "story"
    panel = "admin/stories/_parts.html"
    unnamed = _("A story")
    missing = _("A story that is gone")

    def reportable(self, *, user: Viewer, subject: UUID) -> Reported:
        """Also what is open to nobody else, by those who play it: in the version that they play."""
        try:
            return super().reportable(user=user, subject=subject)
        except NotFound:
            played = versions_for(user).filter(story=subject, story__deleted_at=None).select_related("story__owner")
            version = played.order_by("-number").first()
            if version is None:
                raise
        story = version.story
        return Reported(about=story.owner, name=self.named(version), columns=self.columns(story, version))

    def open_to(self, user: Viewer, subject: UUID) -> Story:
        return get_story(user=user, story_id=subject)

    def open_to_adults(self, user: Viewer) -> "QuerySet[Story]":
        return open_to_adults(user)

    def version_for(self, work: Story) -> StoryVersion:
        return shown_version(work)

    def named(self, version: StoryVersion) -> str:
        return version.called(language_of())

    def spoken(self, version: StoryVersion) -> str:
        return version.spoken(language_of())

    def columns(self, work: Story, version: StoryVersion) -> dict[str, Any]:
        return {"story": work, "story_version": version}

    def reported_version(self, case: Case) -> StoryVersion | None:
        return StoryVersion.objects.filter(pk__in=case.reports.values("story_version")).order_by("-pk").first()

    def texts(self, work: Story, version: StoryVersion) -> dict[str, Any]:
        return {"parts": parts_to_read(version, work.published)}

    def hide(self, work: Story, *, by: User, reason: str) -> None:
        hide(story=work, by=by, reason=reason)

    def bring_back(self, work_id: UUID, *, version_id: UUID, visibility: str, by: User) -> bool:
        return show_again(story_id=work_id, version_id=version_id, visibility=visibility, by=by)
