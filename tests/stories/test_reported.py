"""A story that somebody reports, from its page to the appeal; and the lines of one that is played."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts.errors import NotFound
from accounts.management.commands.demo_accounts import make_demo_account
from accounts.models import User
from chat.models import Message
from chat.services.plays.starting import start_play
from moderation.models import Case, Notice, Report
from moderation.selectors.notices import notices_for
from moderation.selectors.reports import made_by, text_of
from moderation.services import appeals, desk
from moderation.services.decisions import Decision, decide, offered
from moderation.services.reports import report
from moderation.subjects import subject_of
from moderation.works import YourOwn
from stories.models import Story
from stories.selectors import get_story
from stories.services import create_story, put_on_stage
from stories.services.shelf import delete_story
from tests.characters.conftest import signed_in
from tests.factories import PASSWORD, UserFactory
from tests.stories.conftest import SMALL

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _nobody_was_here_before(fresh_limits: None) -> None:
    """What these tests spend, nobody has spent before them."""


@pytest.fixture
def alice() -> User:
    return UserFactory(name="Alice")


@pytest.fixture
def bob() -> User:
    return UserFactory(name="Bob")


@pytest.fixture
def story(alice: User) -> Story:
    """Alice's, on stage for everybody."""
    made = create_story(owner=alice, source=SMALL)
    put_on_stage(story=made, version=made.versions.get(), visibility="public")
    return made


@pytest.fixture
def moderator() -> User:
    return make_demo_account(role="moderator", email="mo@example.com", password=PASSWORD)


def test_from_the_page_to_a_decision_and_back_by_an_appeal(client, story, alice, bob, moderator) -> None:
    form = reverse("report-story", args=[story.pk])
    assert f'href="{form}"' in client.get(reverse("story", args=[story.pk])).content.decode()
    assert "Send the report" in client.get(form).content.decode()
    client.force_login(bob)
    wrong = client.post(form, {"text": "I typed this."})
    assert (wrong.status_code, "I typed this." in wrong.content.decode()) == (400, True)
    sent = client.post(form, {"reason": "rating", "text": "The rocks."}, follow=True)
    assert "Thank you. A moderator looks at it." in sent.content.decode()
    assert "You have reported this story." in client.get(form).content.decode()
    told = Report.objects.get(reporter=bob)
    assert (told.story, told.story_version, text_of(told)) == (story, story.published, "The rocks.")
    assert [made.name for made in made_by(bob)] == [story.published.called("en")]
    case = told.case
    assert (case.kind, case.subject, case.about) == ("story", story.pk, alice)
    assert {"removed", "warned", "restricted", "banned"} <= set(offered(case))

    client = signed_in(moderator)
    address = reverse("admin:moderation_case_work")
    client.post(address, {"do": "claim", "case": case.pk})
    page = client.get(address).content.decode()
    assert "They do not see the rocks" in page, "the version that was reported, with all its texts"
    assert "The rocks." in page
    said = {"do": "decide", "case": case.pk, "outcome": "removed", "rule": "rating", "text": "Rate it as mature."}
    client.post(address, said)
    story.refresh_from_db()
    assert story.visibility == "private"
    with pytest.raises(Story.DoesNotExist):
        get_story(user=bob, story_id=story.pk)
    [notice] = notices_for(alice)
    assert (notice.excerpt, notice.text, notice.may_appeal) == (
        story.published.called("en"), "Rate it as mature.", True,
    )  # fmt: skip
    client = signed_in(alice)
    assert "Rate it as mature." in client.get(reverse("story", args=[story.pk])).content.decode()

    made = appeals.appeal(user=alice, notice_id=notice.notice.pk, text="There is no blood in it.")
    second = make_demo_account(role="moderator", email="second@example.com", password=PASSWORD)
    appeals.decide(appeal=made, by=second, granted=True, answer="So it is.")
    assert get_story(user=bob, story_id=story.pk).visibility == "public"


def test_a_newer_version_is_not_shown_by_an_appeal(story, alice, bob, moderator) -> None:
    case = report(user=bob, kind="story", subject=story.pk, reason="hate")[0].case
    decide(case_id=case.pk, by=moderator, decision=Decision("removed", text="Not this."))
    Story.objects.filter(pk=story.pk).update(published=None)
    made = appeals.appeal(user=alice, notice_id=Notice.objects.get(user=alice).pk, text="Why?")
    second = make_demo_account(role="moderator", email="second@example.com", password=PASSWORD)
    appeals.decide(appeal=made, by=second, granted=True, answer="So it is.")
    story.refresh_from_db()
    assert story.visibility == "private"


def test_who_may_and_what_waits(story, alice, bob, moderator) -> None:
    with pytest.raises(YourOwn):
        report(user=alice, kind="story", subject=story.pk, reason="hate")
    private = create_story(owner=alice, source=SMALL)
    with pytest.raises(NotFound):
        report(user=bob, kind="story", subject=private.pk, reason="hate")
    case = report(user=bob, kind="story", subject=story.pk, reason="hate")[0].case
    delete_story(story=story)
    assert desk.take_next(by=moderator) is None, "what its author has deleted wants no decision"
    assert subject_of("story").told(case).gone
    story.delete()
    assert not Report.objects.filter(reporter=bob).exists()
    assert subject_of("story").told(Case.objects.get(pk=case.pk)).name == "A story that is gone"


def test_from_a_browser_without_an_account(story) -> None:
    visitor = Client()
    visitor.post(reverse("report-story", args=[story.pk]), {"reason": "spam"})
    assert Report.objects.get(story=story).reporter.is_guest


def test_what_is_said_in_a_play_is_reported_as_any_line(story, bob, moderator) -> None:
    talk = start_play(user=bob, version=story.published, seed="s")
    opening = Message.objects.filter(conversation=talk).order_by("id").first()
    case = report(user=bob, kind="message", subject=opening.pk, reason="harm")[0].case
    told = subject_of("message").told(case)
    assert ("Story", story.published.called("en")) in [tuple(map(str, fact)) for fact in told.facts]
    assert (case.about, offered(case)) == (None, ["dismissed", "labelled", "removed"])
    assert subject_of("message").around(case)
    decide(case_id=case.pk, by=moderator, decision=Decision("removed"))
    opening.refresh_from_db()
    assert opening.hidden
