"""Pages around stories in every look, as they are when something has happened: a play midway and at its end, how
somebody did, a lesson from both sides, versions, figures and what was deleted.
"""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Browser

from accounts import plans
from accounts.models import User
from chat.models import Conversation, EndingMet, Play
from chat.services.lessons import attend, close_lesson, make_lesson
from chat.services.plays.starting import start_play
from stories.models import Story
from stories.services import create_story
from stories.services.drafts import delete_draft, open_draft
from stories.services.releases import save_version
from stories.services.shelf import delete_story
from tests.chat.plays.stage import did
from tests.chat.plays.test_lessons import ended, practice
from tests.e2e.looks import Theme, in_every_look
from tests.e2e.tours import Look, beside
from tests.factories import UserFactory
from tests.stack import Server
from tests.stories.conftest import SMALL
from tests.stories.test_history import AFTER
from tests.stories.ways import SEED

LONG_NAME = "Somebody with rather a long name who learns"


def played(user: User, language: str) -> Conversation:
    """A story of the house midway, with a branch beside it."""
    version = Story.objects.get(slug="bell-under-the-lake").published
    assert version is not None
    midway = start_play(user=user, version=version, language=language, seed=SEED)
    start = midway.head_id
    line = did(midway, "take", "lamp", after=start)
    line = did(midway, "choose", "ring", after=line)
    did(midway, "inspect", "rope", after=start)
    Conversation.objects.filter(pk=midway.pk).update(head_id=line)
    return midway


@pytest.mark.timeout(400)
@in_every_look
def test_pages_around_stories(
    browser: Browser, server: Server, committed: None, standin: object, language: str, width: int, theme: Theme
) -> None:
    spoken = "zh-hans" if language == "zh-CN" else "en"
    alice = UserFactory(plan=plans.UNLIMITED, name=LONG_NAME)
    teacher = UserFactory(plan=plans.UNLIMITED, name="Ms Ho")
    midway = played(alice, spoken)
    lesson = make_lesson(teacher=teacher, story=practice(teacher), name="Evening class of the lower town")
    open_link = make_lesson(teacher=teacher, story=practice(teacher), name="Empty")
    talk = attend(user=alice, token=lesson.token, language=spoken, name=LONG_NAME)
    Conversation.objects.filter(pk=talk.pk).update(head_id=beside(lambda: ended(talk)))
    attend(user=UserFactory(), token=lesson.token, language=spoken, name="Bo")
    story = create_story(owner=alice, source=SMALL)
    version = save_version(story=story, source=AFTER.replace("1.0.0", "1.1.0"))
    delete_story(story=create_story(owner=alice, source=SMALL.replace("name: lamp", "name: gone")))
    delete_draft(draft=open_draft(owner=alice, source=SMALL))
    for number in range(12):
        player = UserFactory()
        began = start_play(user=player, version=version)
        EndingMet.objects.create(user=player, story=story, ending=("dawn", "sea")[number % 2], conversation=began)
    long_ago = timezone.now() - timedelta(days=10)  # figures are counted up to Monday
    Play.objects.filter(version__story=story).update(begun_at=long_ago)
    EndingMet.objects.filter(story=story).update(met_at=long_ago)
    look = Look(browser, server, language, width, theme, "stories")
    wrong = look.tour(alice, {
        "play": f"/talks/{midway.pk}/",
        "ended": f"/talks/{talk.pk}/",
        "result": reverse("play-results", args=[talk.pk]),
        "no-result": reverse("play-results", args=[midway.pk]),
        "attend": reverse("attend", args=[open_link.token]),
        "story": f"/stories/{story.pk}/",
        "versions": reverse("story-versions", args=[story.pk]),
        "figures": reverse("story-figures", args=[story.pk]),
        "trash": reverse("story-trash"),
    })  # fmt: skip
    close_lesson(teacher=teacher, lesson_id=open_link.lesson.pk)
    wrong |= look.tour(teacher, {
        "lessons": reverse("lessons"),
        "lesson": reverse("lesson", args=[lesson.lesson.pk]),
        "closed": reverse("lesson", args=[open_link.lesson.pk]),
        "watched": f"/talks/{talk.pk}/",
    })  # fmt: skip
    newcomer = UserFactory()
    wrong |= look.tour(newcomer, {"no-lessons": reverse("lessons"), "no-trash": reverse("story-trash")})
    assert wrong == {}
