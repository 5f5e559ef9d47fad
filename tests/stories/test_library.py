"""Stories in the database: the house's, somebody's own, who may open which, and their cast as characters."""

import pytest
from django.contrib.auth.models import AnonymousUser

from accounts.erasure import erase
from accounts.judging import NotAllowed
from accounts.models import User
from characters import selectors as characters
from characters.models import Character, CharacterVersion, Visibility
from moderation.models import Case
from stories import selectors
from stories.book import compiled
from stories.books import book_of
from stories.erasure import hand_over
from stories.format import read_file
from stories.loading import load_stories
from stories.models import Story, StoryVersion, StoryVersionIsImmutable
from stories.services import create_story, put_on_stage, save_version
from stories.services.judging import judge_story
from stories.services.releases import Unplayable
from stories.shipped import shipped
from tests.factories import UserFactory
from tests.stories.conftest import SMALL

pytestmark = pytest.mark.django_db


@pytest.fixture
def alice() -> User:
    return UserFactory()


@pytest.fixture
def bob() -> User:
    return UserFactory()


@pytest.fixture
def story(alice) -> Story:
    return create_story(owner=alice, source=SMALL)


def test_the_stories_of_the_house_are_there_in_both_languages():
    assert set(Story.objects.filter(owner=None).values_list("slug", flat=True)) == set(shipped())
    for story in Story.objects.filter(owner=None).select_related("published"):
        version = selectors.shown_version(story)
        assert story.visibility == Visibility.PUBLIC
        for language in ("en", "zh-hans"):
            cast = version.cast_versions(language)
            assert list(cast) == list(book_of(version).file.cast)
            assert {each.language for each in cast.values()} == {language}
            assert version.called(language)
    assert load_stories().unchanged == sorted(shipped())


def test_a_character_of_the_house_plays_a_part_where_the_story_says_so():
    cast = selectors.shown_version(Story.objects.get(slug="bell-under-the-lake")).cast_versions("en")
    assert cast["mira"].character.slug == "keeper"
    assert cast["pell"].character.slug is None
    assert cast["pell"].name == "Old Pell"
    assert "To get the line right before he dies." in cast["pell"].description


def test_an_own_story_is_private_and_so_is_its_cast(story, alice, bob):
    version = selectors.shown_version(story)
    player = version.cast_versions("zh-hans")["mira"]
    assert selectors.get_story(user=alice, story_id=story.pk) == story
    assert version.report["plays"] == sum(version.report["endings"].values()) > 0
    assert characters.get_version(user=alice, version_id=player.pk) == player
    for stranger in (bob, AnonymousUser()):
        with pytest.raises(Story.DoesNotExist):
            selectors.get_story(user=stranger, story_id=story.pk)
        with pytest.raises(StoryVersion.DoesNotExist):
            selectors.get_version(user=stranger, version_id=version.pk)
        with pytest.raises(CharacterVersion.DoesNotExist):
            characters.get_version(user=stranger, version_id=player.pk)


def test_the_cast_of_a_story_on_stage_is_met_there_alone(story, bob):
    put_on_stage(story=story, version=selectors.shown_version(story), visibility=Visibility.PUBLIC)
    player = selectors.get_story(user=bob, story_id=story.pk).published.cast_versions("en")["mira"]
    assert characters.get_version(user=bob, version_id=player.pk) == player
    assert not characters.characters_for(bob).filter(story=story).exists()


def test_a_version_keeps_who_did_not_change_and_never_changes_itself(story):
    first = selectors.shown_version(story)
    assert save_version(story=story, source=SMALL) == first
    second = save_version(story=story, source=SMALL.replace("name: {en: Mira", "name: {en: Miranda"))
    before, after = first.cast_versions("en"), second.cast_versions("en")
    assert (second.number, after["mira"].name, before["mira"].name) == (2, "Miranda", "Mira")
    assert after["mira"].character == before["mira"].character
    assert {name for name in before if before[name] == after[name]} == set(before) - {"mira"}
    with pytest.raises(StoryVersionIsImmutable):
        second.save()
    with pytest.raises(StoryVersionIsImmutable):
        StoryVersion.objects.filter(pk=second.pk).update(source="")


@pytest.mark.parametrize(
    ("was", "now", "path"),
    [
        ("start: ", "start: nowhere # ", "start"),
        ("    bond: 40", "    bond: 40\n    preset: nobody", "cast.mira.preset"),
    ],
)
def test_what_is_wrong_is_told_by_line_and_path(alice, was, now, path):
    assert was in SMALL
    with pytest.raises(Unplayable) as wrong:
        create_story(owner=alice, source=SMALL.replace(was, now, 1))
    assert [each["path"] for each in wrong.value.extra["problems"]] == [path]
    assert wrong.value.extra["problems"][0]["line"] > 1
    assert not Story.objects.filter(owner=alice).exists()


def test_a_story_goes_with_its_author_and_takes_its_cast_along(story):
    alice = story.owner
    erase(alice)
    assert not Story.objects.filter(pk=story.pk).exists()
    assert not Character.objects.filter(story_id=story.pk).exists()


def test_a_guest_takes_stories_into_the_account(story, bob):
    hand_over(story.owner, bob)
    assert selectors.get_own(user=bob, story_id=story.pk) == story


def test_what_a_rule_stands_against_in_a_story_is_refused_and_opens_a_case_of_its_author(alice):
    text = SMALL.replace("She counts.", "She asks for a cheese pizza trade.")
    with pytest.raises(NotAllowed):
        judge_story(compiled(read_file(text, "small.yaml")), owner=alice, rating="general")
    case = Case.objects.get(kind=Case.Kind.PLAYER, subject=alice.pk)
    assert (case.rule, case.about) == ("term", alice)
