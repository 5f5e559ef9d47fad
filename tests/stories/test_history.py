"""Versions of a story and what changed between them, what is deleted and comes back, and the curtain before it."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from characters.models import Visibility
from stories.models import Story, StoryDraft
from stories.selectors.trash import deleted_drafts, deleted_stories
from stories.services import create_story, put_on_stage
from stories.services.drafts import delete_draft, open_draft
from stories.services.shelf import delete_story, write_edition
from stories.study.compare import differences
from stories.views.history import where
from stories.writing import Change, made, plain_of
from tests.factories import UserFactory
from tests.stories.conftest import SMALL

db = pytest.mark.django_db
AFTER = (
    SMALL.replace("Fog.", "Thick fog.")
    .replace("hope <= 2 or", "hope <= 3 or")
    .replace("flags: {lit", "flags: {dry: false, lit")
)
GONE = made(AFTER, Change("remove", ("scenes", "tower", "choices", "wait")))


@pytest.fixture
def alice() -> User:
    return UserFactory(name="Alice")


@pytest.fixture
def web(client: Client, alice: User) -> Client:
    client.force_login(alice)
    return client


def test_two_documents_differ_in_words_values_and_parts_each_by_its_path():
    found = differences(plain_of(SMALL), plain_of(GONE))
    assert [(each.kind, ".".join(map(str, each.path))) for each in found] == [
        ("new", "flags.dry"),
        ("text", "scenes.tower.text.0.en"),
        ("value", "scenes.tower.choices.row.when"),
        ("gone", "scenes.tower.choices.wait"),
    ]
    assert (found[1].before, found[1].after) == ("Fog.", "Thick fog.")
    assert differences(plain_of(SMALL), plain_of(SMALL.replace("version: 1.0.0", "version: 1.0.1"))) == []
    called = where(found[2].path, plain_of(GONE), "en")
    assert called == "Scenes › The tower › Choices › row › When"


@db
def test_versions_are_compared_and_gone_back_to_and_nothing_is_lost(web: Client, alice: User):
    story = create_story(owner=alice, source=SMALL)
    first = story.published
    second = write_edition(story=story, source=GONE)
    page = web.get(reverse("story-versions", args=[story.pk])).content.decode()
    assert "From version 1 to version 2" in page
    assert '<ins><span class="visually-hidden">put in: </span>Thick' in page
    assert "Wait for the ships" in page  # what is gone is told with its words
    back = web.post(reverse("story-version-restore", args=[story.pk]), {"version": str(first.pk)})
    assert back.status_code == 302
    third = story.versions.get(number=3)
    assert third.source == first.source
    assert story.versions.get(number=2) == second
    story.refresh_from_db()
    assert story.published == third  # nobody else sees it: at once
    root = f"/api/v1/stories/{story.pk}/versions"
    told = web.get(f"{root}/{second.pk}/diff/{first.pk}/").json()
    assert told[0] == {"kind": "new", "path": "flags.dry", "before": None, "after": False}
    written = web.post(f"{root}/{second.pk}/restore/", content_type="application/json")
    assert (written.status_code, written.json()["number"]) == (201, 4)
    stranger = Client()
    stranger.force_login(UserFactory())
    assert stranger.get(reverse("story-versions", args=[story.pk])).status_code == 404


@db
def test_what_is_deleted_waits_thirty_days_and_comes_back_private(web: Client, alice: User):
    story, late = create_story(owner=alice, source=SMALL), create_story(owner=alice, source=SMALL)
    put_on_stage(story=story, version=story.published, visibility=Visibility.PUBLIC)
    draft, of_story = open_draft(owner=alice, source=SMALL), open_draft(owner=alice, story=story)
    answer = web.post(reverse("story-delete", args=[story.pk]), follow=True)
    assert answer.redirect_chain[-1][0] == reverse("story-trash")
    delete_story(story=late)
    Story.objects.filter(pk=late.pk).update(deleted_at=timezone.now() - timedelta(days=31))
    Story.objects.filter(pk=story.pk).update(deleted_at=timezone.now() - timedelta(days=27, hours=1))
    delete_draft(draft=draft)
    page = web.get(reverse("story-trash")).content.decode()
    assert "3 days left" in page
    assert "30 days left" in page
    assert [each.pk for each in deleted_stories(alice)] == [story.pk]
    assert deleted_stories(UserFactory()) == deleted_drafts(UserFactory()) == []
    listed = web.get("/api/v1/stories/?whose=deleted").json()["results"]
    assert [each["id"] for each in listed] == [str(story.pk)]
    web.post(reverse("story-restore", args=[story.pk]))
    story.refresh_from_db()
    assert (story.deleted_at, story.visibility) == (None, Visibility.PRIVATE)
    assert web.post(reverse("story-restore", args=[late.pk])).status_code == 404
    # A draft whose story was opened again meanwhile cannot stand beside the new one.
    delete_draft(draft=of_story)
    open_draft(owner=alice, story=story)
    assert [each.pk for each in deleted_drafts(alice)] == [draft.pk]
    web.post(reverse("story-draft-restore", args=[draft.pk]))
    assert StoryDraft.objects.get(pk=draft.pk).deleted_at is None


@db
@pytest.mark.parametrize(("rating", "words"), [("mature", "violence, dark themes"), ("explicit", "adults only")])
def test_a_rated_story_has_a_curtain_that_says_how_to_raise_it(client: Client, alice: User, rating: str, words: str):
    story = create_story(owner=alice, source=SMALL, rating=rating)
    put_on_stage(story=story, version=story.published, visibility=Visibility.PUBLIC)
    address = reverse("story", args=[story.pk])
    guest = client.get(address)
    assert guest.status_code == 200
    assert words in guest.content.decode()
    assert "The ships" not in guest.content.decode()  # nothing of what is at stake
    adult, minor = UserFactory(), UserFactory(age="minor")
    client.force_login(adult)
    curtain = client.get(address).content.decode()
    assert f'name="rating" value="{rating}"' in curtain
    client.post(reverse("choose-rating"), {"rating": rating, "next": address})
    assert "The ships" in client.get(address).content.decode()
    client.logout()
    client.force_login(minor)
    assert client.get(address).status_code == 404
