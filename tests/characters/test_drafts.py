"""Drafts: opened, saved by two windows at once, written as versions, taken back."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.errors import Invalid, NotFound
from characters.content import checked
from characters.drafting import form_of, title_of
from characters.models import Character, Draft, Visibility
from characters.selectors import drafts as reads
from characters.selectors import edition_of
from characters.services import drafts
from characters.steps import faults_of, gaps_of, rail, step_of
from tests.characters.factories import a_character, edition, next_release

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft(alice):
    return drafts.open_draft(owner=alice, language="en")


def save(draft, **changes):
    return drafts.save_draft(draft=draft, revision=draft.revision, changes=changes)


def states(draft):
    return {stop.step.key: stop.state for stop in rail(draft)}


def test_a_blank_draft_says_nothing_and_is_nobodys_character_yet(draft):
    assert (draft.content, draft.character, draft.revision) == ({}, None, 1)
    assert title_of(draft) == ""
    assert [fault.extra["field"] for fault in faults_of(draft)] == ["name"]


def test_an_archetype_fills_the_form_and_leaves_gaps(alice):
    for language in ("en", "zh-hans"):
        draft = drafts.open_draft(owner=alice, language=language, archetype="innkeeper")
        assert draft.content["traits"]["patience"]["pinned"] is True
        assert draft.content["greetings"]
        assert "description" in gaps_of(draft)
        assert states(draft)["personality"] == "filled"
    with pytest.raises(NotFound):
        drafts.open_draft(owner=alice, archetype="nobody")


def test_what_is_wrong_is_kept_word_for_word_and_named_with_its_step(draft):
    saved = save(draft, name="x" * 200, greetings=["a"] * 60, **{"generation.temperature": "hot"})
    assert saved.content["name"] == "x" * 200
    assert {step_of(fault.extra["field"]) for fault in faults_of(saved)} == {"look", "voice", "expert"}
    assert states(saved)["look"] == states(saved)["voice"] == states(saved)["expert"] == "wrong"
    with pytest.raises(Invalid) as refused:
        drafts.write_version(draft=saved)
    assert (refused.value.extra["field"], refused.value.extra["limit"]) == ("name", 100)
    assert not Character.objects.filter(owner=draft.owner).exists()


def test_saving_raises_the_revision_only_when_something_changed(draft):
    once = save(draft, name="Mira")
    assert (once.revision, save(once, name="Mira").revision) == (2, 2)


def test_an_old_revision_is_refused_with_what_differs(draft):
    save(draft, name="Mira", **{"traits.talk": {"value": 20, "pinned": True}})
    with pytest.raises(drafts.DraftChanged) as refused:
        save(draft, name="Nora", tagline="Keeps the Lantern")
    assert refused.value.status == 409
    assert refused.value.extra["revision"] == 2
    assert refused.value.extra["differs"] == ["name", "tagline"]
    assert refused.value.extra["theirs"]["name"] == "Mira"
    assert refused.value.extra["theirs"]["traits.talk"] == {"value": 20, "pinned": True}
    draft.refresh_from_db()
    assert draft.content["name"] == "Mira"


def test_what_is_there_already_is_no_conflict(draft):
    """A save whose answer was lost comes again."""
    save(draft, name="Mira")
    assert save(draft, name="Mira").revision == 2


def test_fields_of_a_whole_are_saved_one_by_one(draft):
    draft = save(draft, **{"generation.temperature": 0.8, "generation.top_p": 0.9, "presentation.keywords": "inn"})
    draft = save(draft, **{"generation.top_p": None})
    assert draft.content["generation"] == {"temperature": 0.8}
    assert form_of(draft)["presentation.keywords"] == "inn"


@pytest.mark.parametrize("field", ["nonsense", "card", "traits", "traits.", "owner", "content.name"])
def test_only_fields_of_the_form_are_taken(draft, field):
    if field == "traits":
        assert save(draft, traits={}).content["traits"] == {}
        return
    with pytest.raises(Invalid) as refused:
        save(draft, **{field: "x"})
    assert refused.value.extra["field"] == field


def test_what_a_column_cannot_hold_is_taken_out_and_the_words_stay(draft):
    saved = save(draft, name="Mi\x00ra", description="one\r\ntwo \ud800", **{"generation.temperature": float("nan")})
    saved.refresh_from_db()
    assert saved.content["name"] == "Mira"
    assert saved.content["description"].startswith("one\ntwo ")


def test_there_is_an_end_to_what_one_draft_holds(draft):
    with pytest.raises(Invalid):
        save(draft, description="字" * 400_000)
    draft.refresh_from_db()
    assert draft.content == {}


def test_a_draft_that_was_deleted_comes_back_with_every_word(alice, draft):
    save(draft, name="Mira")
    drafts.delete_draft(draft=draft)
    assert not reads.drafts_for(alice).exists()
    with pytest.raises(NotFound):
        drafts.save_draft(draft=draft, revision=2, changes={"name": "x"})
    assert drafts.restore_draft(owner=alice, draft_id=draft.pk).content["name"] == "Mira"
    assert reads.get_draft(user=alice, draft_id=draft.pk)


def test_deleted_drafts_go_for_good_after_thirty_days(alice, draft):
    kept = drafts.open_draft(owner=alice)
    for each in (draft, kept):
        drafts.delete_draft(draft=each)
    Draft.objects.filter(pk=draft.pk).update(deleted_at=timezone.now() - timedelta(days=31))
    assert drafts.forget_deleted_drafts() == 1
    assert list(Draft.objects.filter(owner=alice)) == [kept]


def test_bob_sees_nothing_of_alices_drafts(bob, draft):
    with pytest.raises(Draft.DoesNotExist):
        reads.get_draft(user=bob, draft_id=draft.pk)
    with pytest.raises(NotFound):
        drafts.restore_draft(owner=bob, draft_id=draft.pk)


def test_several_drafts_have_names_of_their_own(alice, draft):
    other = drafts.open_draft(owner=alice, title="For the winter")
    assert title_of(save(draft, name="Mira")) == "Mira"
    draft.refresh_from_db()
    assert title_of(drafts.rename_draft(draft=draft, title=" As a comedy ")) == "As a comedy"
    assert {title_of(each) for each in reads.drafts_for(alice)} == {"As a comedy", title_of(other)}


def test_writing_makes_a_private_character_with_the_version_on_stage(alice, draft):
    draft = save(draft, name="Mira", greetings=["Sit."], tags=["mystery", "harbour"], rating="mature")
    version = drafts.write_version(draft=draft)
    character = version.character
    assert (character.owner, character.visibility, character.rating) == (alice, Visibility.PRIVATE, "mature")
    assert edition_of(character).name == "Mira"
    assert {tag.code for tag in character.tags.all()} == {"mystery", "harbour"}
    draft.refresh_from_db()
    assert (draft.character, draft.base, draft.revision) == (character, version, 3)


def test_macros_stay_in_the_text_as_they_were_written(alices, draft):
    text = "{{char}} nods to {{user}}: {{random:yes,no}} {{pick:a,b}} {{roll:d6}} {{// a note}}{{unknown}} <BOT>"
    draft = save(draft, name="Mira", description=text, greetings=[text], system_prompt="{{original}} Brief.")
    version = drafts.write_version(draft=draft)
    assert (version.description, version.greetings, version.system_prompt) == (text, [text], "{{original}} Brief.")
    assert alices.get(f"/characters/{version.character_id}/export/json").json()["data"]["first_mes"] == text


def test_writing_again_makes_the_next_version_and_carries_other_languages(alice):
    both = a_character(alice, visibility="private", editions={"en": edition(), "zh-hans": edition(name="米拉")})
    draft = save(drafts.open_draft(owner=alice, character=both, language="zh-hans"), name="阿米拉")
    assert draft.language == "zh-hans"
    version = drafts.write_version(draft=draft)
    assert (version.number, version.name) == (2, "阿米拉")
    assert both.versions.get(number=2, language="en").name == "Mira"


def test_what_others_see_does_not_change_by_writing(alice):
    public = a_character(alice)
    draft = save(drafts.open_draft(owner=alice, character=public), name="Nora")
    version = drafts.write_version(draft=draft)
    public.refresh_from_db()
    assert (version.number, public.published.number, edition_of(public).name) == (2, 1, "Mira")


def test_what_others_see_is_rated_more_strictly_but_never_more_mildly(alice):
    public = a_character(alice)
    draft = save(drafts.open_draft(owner=alice, character=public), rating="mature")
    assert drafts.write_version(draft=draft).character.rating == "mature"
    draft.refresh_from_db()
    draft = save(draft, rating="general")
    with pytest.raises(Invalid) as refused:
        drafts.write_version(draft=draft)
    assert refused.value.extra["field"] == "rating"


def test_a_foreign_picture_cannot_be_written_into_a_version(bob, draft):
    from characters.models import Asset

    bobs = Asset.objects.create(owner=bob, width=1, height=1, data=b"x")
    draft = save(draft, name="Mira", picture=str(bobs.pk))
    with pytest.raises(Invalid) as refused:
        drafts.write_version(draft=draft)
    assert refused.value.extra["field"] == "picture"


def test_going_on_from_a_version_gives_the_same_content(alice):
    mira = a_character(alice)
    draft = drafts.open_draft(owner=alice, version=edition_of(mira))
    content = {name: value for name, value in draft.content.items() if name not in ("rating", "visibility")}
    assert checked("en", content) == checked("en", edition())


def test_the_list_of_characters_costs_two_queries(alice, django_assert_num_queries):
    for name in ("Mira", "Nora", "Ida"):
        next_release(a_character(alice, name=name), name=f"{name} the Second")
    with django_assert_num_queries(2):
        listed = reads.characters_of(alice)
        assert [each.edition.name for each in listed] == ["Ida the Second", "Nora the Second", "Mira the Second"]
