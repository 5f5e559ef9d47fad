"""Stories on Discover, the page of one, and what an author sends from the editor."""

import json
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from accounts.errors import Forbidden
from accounts.models import User
from characters.models import Visibility
from characters.services.requests import OnesOwn
from moderation.handbook import acknowledge
from stories.book import compiled
from stories.format import read_file
from stories.models import Story, StoryDraft, StoryPublication
from stories.models.publication import State
from stories.selectors import shown_version
from stories.services import create_story, put_on_stage
from stories.services.drafts import delete_draft, open_draft, write_version
from stories.services.publishing import ask_to_publish, check_before_publishing, decide, hide
from stories.services.shelf import delete_story
from stories.shipped import shipped
from stories.tasks import empty_trash
from tests.factories import UserFactory
from tests.stories.conftest import SMALL

pytestmark = pytest.mark.django_db


@pytest.fixture
def alice() -> User:
    return UserFactory(name="Alice")


@pytest.fixture
def web(client, alice):
    client.force_login(alice)
    return client


@pytest.fixture
def moderator() -> User:
    user = UserFactory()
    User.objects.filter(pk=user.pk).update(is_staff=True, is_superuser=True)
    return User.objects.get(pk=user.pk)


@pytest.fixture
def draft(alice) -> StoryDraft:
    return open_draft(owner=alice, source=SMALL)


def saved(web, draft, **body) -> tuple[int, dict]:
    answer = web.post(reverse("story-draft-save", args=[draft.pk]), json.dumps(body), content_type="application/json")
    return answer.status_code, answer.json()


def test_discover_shows_stories_in_the_readers_language_and_finds_them(web):
    found = web.get(reverse("stories"), {"q": "bell"}).content.decode()
    assert "The Bell Under the Lake" in found
    assert "Article" not in found
    chinese = web.get(reverse("stories"), headers={"accept-language": "zh-hans"}).content.decode()
    assert "湖底的钟" in chinese
    practice = web.get(reverse("stories"), {"kind": "practice"}).content.decode()
    assert "The Bell Under the Lake" not in practice


def test_the_page_of_a_story_says_what_is_at_stake_and_not_what_happens(web):
    story = Story.objects.get(slug="bell-under-the-lake")
    told = web.get(reverse("story", args=[story.pk])).content.decode()
    assert "Mira’s count" in told
    assert "9 endings" in told
    assert "without a name" not in told
    assert "Two bells" not in told, "scenes are met by playing"
    assert "stowaway" not in told, "secrets are the model's"


def test_a_change_in_a_form_goes_into_the_document(web, draft):
    change = ["set", ["scenes", "tower", "title", "en"], "The stair"]
    status, told = saved(web, draft, revision=1, changes=[change])
    assert (status, told["revision"], told["problems"]) == (200, 2, [])
    assert "The stair" in told["source"]
    assert told["data"]["scenes"]["tower"]["title"]["en"] == "The stair"
    assert any(edge["from"] == "tower" for edge in told["edges"])


def test_what_is_wrong_comes_back_with_line_and_path(web, draft):
    change = ["set", ["scenes", "tower", "choices", "row", "to"], "nowhere"]
    _status, told = saved(web, draft, revision=1, changes=[change])
    problem = next(each for each in told["problems"] if each["path"].endswith("row.to"))
    assert problem["line"] == told["lines"]["scenes.tower.choices.row.to"]
    _status, broken = saved(web, draft, revision=2, source="scenes: [")
    assert (broken["data"], len(broken["problems"])) == (None, 1)


def test_two_windows_do_not_overwrite_each_other(web, draft):
    assert saved(web, draft, revision=1, source=SMALL + "# mine\n")[0] == 200
    status, told = saved(web, draft, revision=1, source=SMALL + "# theirs\n")
    assert (status, told["error"]["code"], told["error"]["revision"]) == (409, "draft_changed", 2)
    assert told["error"]["theirs"].endswith("# mine\n")


@pytest.mark.parametrize(
    "body",
    [{}, {"revision": float("inf")},
     {"revision": 1, "changes": [["burn", ["a"]]]}, {"revision": 1, "changes": [["set", ["a", "b", 9], 1]]},
     {"revision": 1, "layout": {"a": ["x", 1]}}, {"revision": 1, "source": "\x00"}],
)  # fmt: skip
def test_what_makes_no_sense_is_refused(web, draft, body):
    assert saved(web, draft, **body)[0] == 400
    draft.refresh_from_db()
    assert draft.source == SMALL


def test_random_plays_from_any_scene(web, draft):
    answer = web.post(
        reverse("story-draft-plays", args=[draft.pk]),
        json.dumps({"start": "boat", "seed": "7"}),
        content_type="application/json",
    ).json()
    assert answer["plays"] == answer["scenes"]["boat"]
    stopped = [*answer["stuck"].values(), *answer["endless"].values()]
    assert sum(answer["endings"].values()) + sum(stopped) == answer["plays"]
    assert 0 < answer["paths"]["scenes.boat.choices.on"] <= answer["plays"]
    closed = SMALL.replace("on: {label", "on: {when: lit and hope == 1, label").replace("visits(tower) < 3", "false")
    StoryDraft.objects.filter(pk=draft.pk).update(source=closed)
    answer = web.post(
        reverse("story-draft-plays", args=[draft.pk]), json.dumps({"start": "boat"}), content_type="application/json"
    ).json()
    assert answer["stuck"] == {"boat": answer["plays"]}


SCRIPT = "</script><script>alert(1)</script>"


@pytest.mark.parametrize(
    "content",
    [
        b"", b"\xff\xfe\x00\x01" * 40, b"- just\n- a list\n", b"a: &a [*a, *a]\n",
        b"x: !!python/object/apply:os.system [ls]\n",
        b"[" * 20_000, SMALL.replace("The lamp", SCRIPT).replace("tower:", "__proto__:").encode(),
        SMALL.replace("start: tower", "start: {a: b}").encode(), SMALL.replace("cast:", "cast: 7\nwas:").encode(),
        SMALL.replace("scenes:", "scenes: [1, 2]\nwere:").encode(),
        b"\xef\xbb\xbf" + SMALL.replace("\n", "\r\n").encode(),
    ],
    ids=range(11),
)  # fmt: skip
def test_whatever_file_is_brought_the_editor_opens_and_says_what_is_wrong(web, alice, content):
    brought = web.post(reverse("story-draft-open"), {"file": SimpleUploadedFile("a.yaml", content)})
    if brought.status_code == 400:  # what cannot be stored at all
        assert not StoryDraft.objects.filter(owner=alice).exists()
        return
    page = web.get(brought.url)
    assert page.status_code == 200
    assert "<script>alert" not in page.content.decode()
    draft = StoryDraft.objects.get(owner=alice)
    wrong = [each for each in page.context["state"]["problems"] if not each.get("hint")]
    played = web.post(reverse("story-draft-walk", args=[draft.pk]), "{}", content_type="application/json")
    assert played.status_code == (400 if wrong else 200)
    web.post(reverse("story-draft-write", args=[draft.pk]))
    assert Story.objects.filter(owner=alice).exists() == (not wrong)


def test_a_file_that_is_too_long_is_not_read(web, alice):
    huge = SimpleUploadedFile("a.yaml", b"a: " + b"x" * 5_000_000)
    assert web.post(reverse("story-draft-open"), {"file": huge}).status_code == 400
    assert not StoryDraft.objects.filter(owner=alice).exists()


def test_a_draft_becomes_a_version_and_its_story_is_taken_out_again(web, alice):
    made = web.post(reverse("story-draft-open"))
    draft = StoryDraft.objects.get(owner=alice)
    assert made.url == reverse("story-draft", args=[draft.pk])
    written = web.post(reverse("story-draft-write", args=[draft.pk]))
    story = Story.objects.get(owner=alice)
    assert written.url == reverse("story", args=[story.pk])
    assert web.get(reverse("story-file", args=[story.pk])).content.decode() == draft.source
    again = web.post(reverse("story-draft-open"), {"story": str(story.pk)})
    assert again.url == made.url, "one draft a story"


@pytest.mark.parametrize("name", shipped())
def test_every_story_of_the_house_goes_out_and_in_as_it_was(web, name):
    copied = web.post(reverse("story-draft-open"), {"like": Story.objects.get(slug=name).pk})
    out = web.get(f"{copied.url}story.yaml").content
    back = web.post(reverse("story-draft-open"), {"file": SimpleUploadedFile("story.yaml", out)})
    assert back.url != copied.url
    assert web.get(f"{back.url}story.yaml").content == out
    assert compiled(read_file(out.decode(), name)).file == shipped()[name].file


def test_a_story_that_cannot_be_played_is_not_written(web, draft):
    saved(web, draft, revision=1, source=SMALL.replace("start: tower", "start: attic"))
    web.post(reverse("story-draft-write", args=[draft.pk]))
    assert not Story.objects.filter(owner=draft.owner).exists()


def test_others_see_a_story_when_a_moderator_has_read_it(web, alice, draft, moderator, mailoutbox):
    version = write_version(draft=draft)
    story = version.story
    web.post(reverse("story-publish", args=[story.pk]), {"visibility": "public"})
    asked = StoryPublication.objects.get(story=story)
    story.refresh_from_db()
    assert (asked.state, story.visibility) == (State.WAITING, Visibility.PRIVATE)
    User.objects.filter(pk=alice.pk).update(is_superuser=True)
    author = User.objects.get(pk=alice.pk)
    with pytest.raises(OnesOwn):
        decide(publication=asked, by=author, granted=True)
    decide(publication=asked, by=moderator, granted=True)
    story.refresh_from_db()
    assert story.visibility == Visibility.PUBLIC
    again = ask_to_publish(story=story, version=version, asked_by=alice, visibility="unlisted")
    assert again.state == State.GRANTED, "showing less takes effect at once"
    hide(story=story, by=moderator, reason="Not here.")
    story.refresh_from_db()
    assert story.visibility == Visibility.PRIVATE


def test_every_text_of_a_story_is_looked_at(alice):
    told = SMALL.replace(
        "{en: Brass., zh-hans: 黄铜的。}", "{en: Call me at 415-555-0132 or ann@inn.example, zh-hans: 黄铜的。}"
    )
    story = create_story(owner=None, slug="checked", source=told)
    found = check_before_publishing(shown_version(story))
    assert [(each.rule, each.field) for each in found] == [("personal_data", "items.lamp.about.en")]


def test_a_guest_cannot_show_a_story(draft):
    User.objects.filter(pk=draft.owner_id).update(is_guest=True)
    draft.refresh_from_db()
    version = write_version(draft=StoryDraft.objects.get(pk=draft.pk))
    guest = User.objects.get(pk=draft.owner_id)
    with pytest.raises(Forbidden):
        ask_to_publish(story=version.story, version=version, asked_by=guest, visibility="public")


def test_what_is_rated_for_adults_is_not_shown_to_others(client, alice):
    story = create_story(owner=alice, source=SMALL, rating="explicit")
    put_on_stage(story=story, version=shown_version(story), visibility=Visibility.PUBLIC)
    assert "adults only" in client.get(reverse("story", args=[story.pk])).content.decode()  # and no more than that
    client.force_login(UserFactory(age=""))
    assert "whether you are an adult" in client.get(reverse("story", args=[story.pk])).content.decode()
    client.force_login(UserFactory(age="minor"))
    assert client.get(reverse("story", args=[story.pk])).status_code == 404


def test_the_trash_is_emptied_after_its_time(draft):
    story = write_version(draft=draft).story
    delete_story(story=story)
    delete_draft(draft=draft)
    assert empty_trash() == 0
    long_ago = timezone.now() - timedelta(days=31)
    Story.objects.filter(pk=story.pk).update(deleted_at=long_ago)
    StoryDraft.objects.filter(pk=draft.pk).update(deleted_at=long_ago)
    assert empty_trash() == 2
    assert not Story.objects.filter(pk=story.pk).exists()


def test_moderators_read_and_decide_in_the_admin(client, draft, moderator, mailoutbox):
    version = write_version(draft=draft)
    asked = ask_to_publish(story=version.story, version=version, asked_by=draft.owner, visibility="public")
    client.force_login(moderator)
    address = reverse("admin:stories_storypublication_change", args=[asked.pk])
    assert client.get(address).status_code == 302, "the handbook comes first"
    acknowledge(moderator)
    read = client.get(address).content.decode()
    assert "scenes.tower" in read
    assert "They do not see the rocks" in read
    assert client.get(reverse("admin:stories_storypublication_changelist")).status_code == 200
    client.post(address, {"decision": "refuse", "reason": "Too short."})
    asked.refresh_from_db()
    assert (asked.state, asked.reason) == (State.REFUSED, "Too short.")
