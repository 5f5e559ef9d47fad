import pytest
from django.db import IntegrityError, transaction

from accounts.errors import Invalid
from characters.content import CONTENT_FIELDS, checked
from characters.models import Character, CharacterVersion, VersionIsImmutable
from characters.selectors import edition_of, editions_of
from characters.services import count_start, create_version
from tests.characters.factories import a_character, edition, next_release

pytestmark = pytest.mark.django_db


@pytest.fixture
def mira(alice):
    return a_character(alice)


def test_a_version_cannot_be_saved_updated_or_bulk_updated(mira):
    version = edition_of(mira)
    version.name = "Somebody else"
    for attempt in (
        version.save,
        lambda: version.save(update_fields=["name"]),
        lambda: CharacterVersion.objects.filter(pk=version.pk).update(name="x"),
        lambda: CharacterVersion.objects.bulk_update([version], ["name"]),
        lambda: mira.versions.update(name="x"),
    ):
        with pytest.raises(VersionIsImmutable):
            attempt()
    assert CharacterVersion.objects.get(pk=version.pk).name == "Mira"


def test_an_id_cannot_be_taken_over_by_a_new_row(mira):
    version = edition_of(mira)
    with pytest.raises(IntegrityError), transaction.atomic():
        CharacterVersion(pk=version.pk, character=mira, number=9, language="en", name="x").save()


def test_a_new_version_is_not_on_stage_until_it_is_released(mira):
    (draft,) = create_version(character=mira, editions={"en": edition(name="Mira the Second")})
    mira.refresh_from_db()
    assert draft.number == 2
    assert edition_of(mira).name == "Mira"
    next_release(mira, name="Mira the Third")
    mira.refresh_from_db()
    assert (edition_of(mira).number, edition_of(mira).name) == (3, "Mira the Third")


def test_the_edition_follows_the_language_and_falls_back_to_the_other(alice):
    both = a_character(alice, editions={"en": edition(), "zh-hans": edition(name="米拉")})
    english_only = a_character(alice)
    assert edition_of(both, "zh-hans").name == "米拉"
    assert edition_of(both, "zh-cn").name == "米拉"
    assert edition_of(both, "en-gb").name == "Mira"
    assert edition_of(english_only, "zh-hans").name == "Mira"
    assert len(editions_of(both)) == 2


def test_a_character_without_a_version_has_no_edition(alice):
    bare = Character.objects.create(owner=alice)
    with pytest.raises(CharacterVersion.DoesNotExist):
        edition_of(bare)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"name": "  "}, "name"),
        ({"name": "x" * 101}, "name"),
        ({"description": "a\x00b"}, "description"),
        ({"tagline": 5}, "tagline"),
        ({"greetings": "hello"}, "greetings"),
        ({"greetings": ["x"] * 51}, "greetings"),
        ({"traits": {"talk": {"value": 500}}}, "traits.talk"),
        ({"nickname": "x" * 101}, "nickname"),
        ({"depth_prompt": {"text": "x", "depth": 101}}, "depth_prompt.depth"),
        ({"depth_prompt": {"text": "x", "role": "narrator"}}, "depth_prompt.role"),
        ({"picture": "not an id"}, "picture"),
        ({"picture": "0197b0a5-0000-7000-8000-000000000000"}, "picture"),
        ({"card": "0197b0a5-0000-7000-8000-000000000000"}, "card"),
        ({"portrait": {"palette": "plaid"}}, "portrait"),
        ({"generation": {"temperature": 9}}, "generation.temperature"),
        ({"generation": {"temperature": float("nan")}}, "generation.temperature"),
        ({"generation": {"max_tokens": 3.5}}, "generation.max_tokens"),
        ({"generation": {"seed": 3}}, "generation.seed"),
        ({"memory_policy": {"mode": "always"}}, "memory_policy.mode"),
        ({"presentation": {"cues": "hello"}}, "presentation.cues"),
        ({"presentation": {"related": [{"slug": "x"}]}}, "presentation.related"),
        ({"presentation": {"related": ["x"]}}, "presentation.related"),
        ({"presentation": {"html": "x"}}, "presentation.html"),
        ({"nonsense": 1}, "nonsense"),
    ],
)
def test_bad_content_is_refused_by_field_before_anything_is_written(mira, change, field):
    with pytest.raises(Invalid) as refused:
        create_version(character=mira, editions={"en": edition(), "zh-hans": edition(**change)})
    assert refused.value.extra["field"] == field
    assert mira.versions.count() == 1


def test_checked_content_is_whole_and_stays_as_it_is():
    once = checked("en", edition())
    assert set(once) == set(CONTENT_FIELDS)
    assert checked("en", once) == once


def test_starts_are_counted_in_the_database(mira):
    count_start(mira.pk)
    count_start(mira.pk)
    mira.refresh_from_db()
    assert mira.starts == 2
