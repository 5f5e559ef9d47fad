"""Stories that somebody wrote elsewhere, taken in: read, judged and cast as if they were written here."""

from typing import Any

from accounts.privacy.holdings import Holding
from accounts.restore.work import Raw, Refused, Work, built, saved
from characters.models import Visibility
from characters.services.quotas import QUOTAS, QuotaReached, hold
from characters.services.restoring import tags_of
from stories.models import Story, StoryDraft, StoryVersion
from stories.services.drafts import open_draft, save_draft
from stories.services.filing import set_tags
from stories.services.releases import put_on_stage, save_version

# Each is played some hundred times: what one file may ask of a worker.
MOST_VERSIONS = 200


def take_story(work: Work, holding: Holding, raw: Raw) -> Any:
    row, _texts = built(work, holding, raw)
    limit = QUOTAS["characters"].limit_on(hold(work.user))
    if Story.objects.filter(owner=work.user, deleted_at=None).count() >= limit:
        raise QuotaReached(field="story", limit=limit)
    return saved(work, holding, raw, row)


def take_version(work: Work, holding: Holding, raw: Raw) -> Any:
    """Its cast is made anew with it."""
    if work.counts[holding.taken] >= MOST_VERSIONS:
        raise Refused("too_many")
    row, _texts = built(work, holding, raw)
    version = save_version(story=Story.objects.get(pk=row.story_id), source=row.source)
    StoryVersion._base_manager.filter(pk=version.pk).update(created_at=row.created_at)
    return version.pk


def take_draft(work: Work, holding: Holding, raw: Raw) -> Any:
    row, _texts = built(work, holding, raw)
    story = Story.objects.filter(pk=row.story_id).first()
    draft = open_draft(owner=work.user, story=story, source=row.source)
    if isinstance(row.layout, dict):
        save_draft(draft=draft, revision=draft.revision, layout=row.layout)
    StoryDraft.objects.filter(pk=draft.pk).update(created_at=row.created_at, title=row.title)
    return draft.pk


def put_in_order(work: Work) -> None:
    """Every story has a version of its own on its bill, and its tags."""
    made = {pk: old for (model, old), pk in work.made.items() if model == "stories.Story"}
    tags = {raw.get("id"): raw.get("tags") for raw in work.read("stories")}
    for story in Story.objects.filter(pk__in=made).select_related("published"):
        version = story.published
        if version is None or version.story_id != story.pk:
            version = story.versions.order_by("-number").first()
        if version is None:
            story.delete()
        else:
            put_on_stage(story=story, version=version, visibility=Visibility.PRIVATE)
            set_tags(story=story, tags=tags_of(work, tags.get(made[story.pk])))
