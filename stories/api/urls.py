from django.urls import path

from stories.api import publishing, reports, stories, versions

STORY = "stories/<uuid:story_id>/"

urlpatterns = [
    path("stories/", stories.Stories.as_view(), name="api-stories"),
    path("stories/check/", versions.StoryCheck.as_view(), name="api-story-check"),
    path(STORY, stories.StoryDetail.as_view(), name="api-story"),
    path(f"{STORY}restore/", stories.StoryRestore.as_view(), name="api-story-restore"),
    path(f"{STORY}versions/", versions.StoryVersions.as_view(), name="api-story-versions"),
    path(f"{STORY}versions/<uuid:story_version_id>/", versions.StoryVersionDetail.as_view(), name="api-story-version"),
    path(
        f"{STORY}versions/<uuid:story_version_id>/restore/",
        versions.StoryVersionRestore.as_view(),
        name="api-story-version-restore",
    ),
    path(
        f"{STORY}versions/<uuid:story_version_id>/diff/<uuid:story_against_id>/",
        versions.StoryVersionChanges.as_view(),
        name="api-story-version-diff",
    ),
    path(f"{STORY}publications/", publishing.StoryPublications.as_view(), name="api-story-publications"),
    path(f"{STORY}publications/withdraw/", publishing.StoryWithdraw.as_view(), name="api-story-withdraw"),
    path(f"{STORY}reports/", reports.StoryReports.as_view(), name="api-story-reports"),
]
