from django.urls import path

from stories.views import discover, editor, history, publishing, reporting

urlpatterns = [
    path("stories/", discover.stories, name="stories"),
    path("stories/<uuid:story_id>/", discover.story, name="story"),
    path("stories/<uuid:story_id>/story.yaml", editor.story_file, name="story-file"),
    path("stories/<uuid:story_id>/publish/", publishing.publish, name="story-publish"),
    path("stories/<uuid:story_id>/publish/withdraw/", publishing.take_back, name="story-publish-withdraw"),
    path("stories/<uuid:story_id>/file/", publishing.file_it, name="story-file-under"),
    path("stories/<uuid:story_id>/report/", reporting.report_story, name="report-story"),
    path("stories/<uuid:story_id>/counter-notice/", reporting.counter_notice, name="story-counter-notice"),
    path("stories/<uuid:story_id>/delete/", publishing.delete, name="story-delete"),
    path("stories/<uuid:story_id>/restore/", publishing.restore, name="story-restore"),
    path("stories/<uuid:story_id>/versions/", history.versions, name="story-versions"),
    path("stories/<uuid:story_id>/versions/restore/", history.restore_version, name="story-version-restore"),
    path("create/stories/trash/", history.trash, name="story-trash"),
    path("create/stories/", editor.create, name="story-create"),
    path("create/stories/open/", editor.open_draft, name="story-draft-open"),
    path("create/stories/<uuid:story_draft_id>/", editor.draft, name="story-draft"),
    path("create/stories/<uuid:story_draft_id>/save/", editor.save, name="story-draft-save"),
    path("create/stories/<uuid:story_draft_id>/plays/", editor.plays, name="story-draft-plays"),
    path("create/stories/<uuid:story_draft_id>/walk/", editor.walk, name="story-draft-walk"),
    path("create/stories/<uuid:story_draft_id>/write/", editor.write, name="story-draft-write"),
    path("create/stories/<uuid:story_draft_id>/story.yaml", editor.draft_file, name="story-draft-file"),
    path("create/stories/<uuid:story_draft_id>/delete/", editor.delete, name="story-draft-delete"),
    path("create/stories/<uuid:story_draft_id>/restore/", editor.restore, name="story-draft-restore"),
]
