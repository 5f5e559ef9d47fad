"""What the author of a story writes, in any of its fields, runs nothing on its pages and in a play of it."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts import plans
from chat.models import Conversation
from stories.services import create_story, put_on_stage
from stories.services.drafts import open_draft
from tests.characters.conftest import signed_in
from tests.factories import UserFactory
from tests.payloads import PAYLOADS, Page
from tests.stories.armed import armed

pytestmark = pytest.mark.django_db
BATCHES = 10


@pytest.mark.parametrize("number", range(BATCHES))
def test_no_page_of_a_story_runs_or_asks_what_was_written(settings: Any, number: int) -> None:
    settings.FILTERS = False
    author = UserFactory(plan=plans.UNLIMITED, age="adult")
    source = armed("\n\n".join(PAYLOADS[number::BATCHES]))
    story = create_story(owner=author, source=source)
    put_on_stage(story=story, version=story.versions.get(), visibility="public")
    draft = open_draft(owner=author, source=source)
    client = signed_in(author)
    begun = client.post(reverse("story-play", args=[story.pk]), {"language": "en"})
    talk = Conversation.objects.get()
    assert str(talk.pk) in begun["Location"]
    shown = sum(
        _looked_at(client, path)
        for path in (
            reverse("story", args=[story.pk]), reverse("stories"), reverse("story-versions", args=[story.pk]),
            reverse("story-draft", args=[draft.pk]), reverse("talk", args=[talk.pk]),
            reverse("play-stage", args=[talk.pk]), "/studio/", "/talks/",
        )
    )  # fmt: skip
    assert shown >= 6  # what is looked at is there


def _looked_at(client: Client, path: str) -> bool:
    """Whether what was written stands on it."""
    answer = client.get(path)
    assert answer.status_code == 200, (path, answer.status_code)
    html = answer.content.decode()
    assert not Page(html).faults, path
    return "alert" in html
