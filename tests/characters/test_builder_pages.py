"""The builder as a visitor with or without scripts meets it."""

import json
import re

import pytest
from django.test import Client
from django.utils import translation

from accounts.guests import adopt
from accounts.models import User
from characters.models import Character, Draft, Publication
from characters.selectors.drafts import drafts_for
from characters.services import drafts
from characters.steps import STEPS, rail
from characters.views import builder
from characters.views.builder_fields import changes_in
from characters.views.builder_publish import findings
from inference.tokens import estimate
from tests.characters.factories import a_character

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft(alice):
    made = drafts.open_draft(owner=alice, language="en", archetype="detective")
    return drafts.save_draft(draft=made, revision=1, changes={"name": "Ida"})


def page(client, draft, step="look", **extra):
    answer = client.get(f"/create/{draft.pk}/{step}/", **extra)
    assert answer.status_code == 200
    return answer.content.decode()


def save(client, draft, revision, **changes):
    return client.post(
        f"/create/{draft.pk}/save/",
        json.dumps({"revision": revision, "changes": changes}),
        content_type="application/json",
    )


def test_a_visitor_begins_with_an_archetype_and_becomes_a_guest(client):
    assert "The innkeeper" in client.get("/create/").content.decode()
    answer = client.post("/create/open/", {"archetype": "innkeeper"})
    made = Draft.objects.get(archetype="innkeeper")
    assert made.owner.is_guest
    assert answer["Location"] == f"/create/{made.pk}/look/"
    assert client.get(answer["Location"]).status_code == 200


def test_the_gallery_and_what_it_begins_speak_the_readers_language(client):
    client.post("/create/open/", {"archetype": "innkeeper"}, headers={"accept-language": "zh-CN"})
    assert Draft.objects.get(archetype="innkeeper").language == "zh-hans"
    assert "掌柜" in client.get("/create/", headers={"accept-language": "zh-CN"}).content.decode()


def test_a_guests_drafts_and_characters_move_along_into_the_account(client, alice):
    client.post("/create/open/", {"archetype": "innkeeper"})
    guest = User.objects.get(is_guest=True)
    mira = a_character(guest, visibility="private")
    adopt(guest, alice)
    assert drafts_for(alice).count() == 1
    assert Character.objects.get(pk=mira.pk).owner == alice


@pytest.mark.parametrize("step", [step.key for step in STEPS])
@pytest.mark.parametrize("language", ["en", "zh-CN"])
def test_every_step_opens_in_any_order(alices, draft, step, language):
    text = page(alices, draft, step, headers={"accept-language": language})
    assert 'aria-current="step"' in text
    assert text.count("button--lead") == 1


def test_a_draft_holding_nonsense_still_opens_on_every_step(alices, draft):
    changes = {
        "greetings": "no list", "name": ["x"], "tagline": 5, "traits.manner": "warm", "traits.talk": {"value": 900},
        "generation.temperature": "hot", "generation.stop": 5, "memory_policy.kinds": "all",
        "portrait.palette": "plaid",
        "presentation.portrait_alt": 5, "depth_prompt.text": 5, "depth_prompt.depth": "deep",
    }  # fmt: skip
    broken = drafts.save_draft(draft=draft, revision=draft.revision, changes=changes)
    for step in STEPS:
        page(alices, broken, step.key)
    assert alices.get("/create/").status_code == 200
    assert save(alices, broken, broken.revision, tagline="Better").status_code == 200


def test_autosave_answers_what_the_page_has_to_know(alices, draft):
    answer = save(alices, draft, 2, **{"traits.talk": {"value": 90, "pinned": True}, "tagline": "x" * 300}).json()
    assert answer["revision"] == 3
    assert answer["errors"] == {"tagline": "That is too long."}
    assert {stop["step"]: stop["state"] for stop in answer["rail"]}["look"] == "wrong"
    assert "Ida" in answer["compiled"]
    assert answer["tokens"]["total"] == sum(answer["tokens"]["each"].values())
    assert answer["tokens"]["window"] > answer["tokens"]["total"]


def test_openings_with_macros_come_as_players_read_them(alices, draft):
    written = "{{char}} rolls {{roll:d6}}: {{random:rain,sun}}.{{// why}} [[gap]]"
    [[given, read]] = save(alices, draft, 2, greetings=["Plain.", written]).json()["openings"]
    assert given == written
    assert re.fullmatch(r"Ida rolls [1-6]: (rain|sun)\. …", read)
    draft.refresh_from_db()
    save(alices, draft, 3, greetings=[written])
    assert f"<p>{read}</p>" in page(alices, draft, "voice"), "after a reload it is the same"


def test_tokens_are_counted_by_field_and_together_against_the_window(alices, alice, settings):
    settings.CONTEXT_TOKENS = 1_000
    blank = drafts.open_draft(owner=alice, language="en")
    texts = {
        "name": "Ida",
        "about": "For players alone. " * 50,
        "description": "She looks twice. " * 40,
        "scenario": "Rain.",
    }
    greetings = ["Short.", "A much longer opening, which is the one that counts."]
    more = {"traits.talk": {"value": 90, "pinned": True}, "depth_prompt.text": "She is tired."}
    told = save(alices, blank, 1, **texts, greetings=greetings, **more).json()
    counted = told["tokens"]
    assert counted["each"] == {
        "description": estimate(texts["description"]),
        "scenario": estimate("Rain."),
        "depth_prompt.text": estimate("She is tired."),
        "greetings": estimate(greetings[1]),
        "traits": estimate(told["compiled"]),
    }
    assert (counted["total"], counted["window"]) == (sum(counted["each"].values()), 1_000)
    assert counted["heavy"] is (counted["total"] > 500)
    assert f"<b data-total>{counted['total']}</b> of 1,000 tokens" in page(alices, blank, "voice")
    more = save(alices, blank, 2, description=texts["description"] * 4).json()["tokens"]
    assert more["heavy"]
    assert "data-heavy" in page(alices, blank, "voice")


def test_a_window_that_is_behind_gets_both_sides_and_writes_nothing(alices, draft):
    save(alices, draft, 2, tagline="Mine")
    answer = save(alices, draft, 2, tagline="Theirs")
    assert answer.status_code == 409
    error = answer.json()["error"]
    assert (error["code"], error["revision"], error["theirs"]["tagline"]) == ("draft_changed", 3, "Mine")
    draft.refresh_from_db()
    assert draft.content["tagline"] == "Mine"


def test_a_window_that_asks_is_brought_up_to_date(alices, draft):
    save(alices, draft, 2, tagline="Mine")
    assert save(alices, draft, 2).json()["form"]["tagline"] == "Mine"
    assert "form" not in save(alices, draft, 3).json()


@pytest.mark.parametrize(
    "body",
    [
        "",
        "[]",
        "{}",
        '{"revision": "x", "changes": {}}',
        '{"revision": 1, "changes": 5}',
        '{"revision": Infinity, "changes": {}}',
        '{"revision": 2, "changes": {"name": ' + "[" * 5_000 + "]" * 5_000 + "}}",
        '{"revision": 2, "changes": {"presentation.related": ' + "[" * 20 + "]" * 20 + "}}",
        '{"revision": 2, "changes": {"traits.\\u0000": 5}}',
        '{"revision": 2, "changes": {"traits": 5}}',
    ],
)
def test_what_is_no_save_is_refused(alices, draft, body):
    assert alices.post(f"/create/{draft.pk}/save/", body, content_type="application/json").status_code == 400


def test_tags_have_their_share_of_what_a_draft_may_hold(alices, draft):
    refused = save(alices, draft, 2, tags=["x" * 1_000_000])
    assert refused.status_code == 400
    assert refused.json()["error"]["message"] == "A draft may hold 1 MB of text at most."


def test_too_many_tags_are_told_while_one_chooses(alices, draft):
    answer = save(alices, draft, 2, tags=[f"tag {number}" for number in range(13)]).json()
    assert answer["errors"] == {"tags": "At most twelve tags."}
    assert {stop["step"]: stop["state"] for stop in answer["rail"]}["publish"] == "wrong"
    assert "At most twelve tags." in page(alices, draft, "publish")


def test_who_is_signed_out_is_told_so(client, draft):
    answer = client.post(f"/create/{draft.pk}/save/", "{}", content_type="application/json")
    assert (answer.status_code, answer.json()["error"]["code"]) == (401, "sign_in_needed")


def test_the_rail_says_whether_expert_settings_are_the_authors(draft):
    notes = {stop.step.key: stop.note for stop in rail(draft)}
    assert notes["expert"] == "its own settings"  # the archetype brought some
    blank = drafts.open_draft(owner=draft.owner, language="en")
    assert {stop.step.key: stop.note for stop in rail(blank)}["expert"] == "as the house does it"
    warm = drafts.save_draft(draft=blank, revision=1, changes={"generation.temperature": 1.2})
    assert {stop.step.key: stop.note for stop in rail(warm)}["expert"] == "its own settings"


def test_without_scripts_a_step_is_saved_and_leads_on(alices, draft):
    answer = alices.post(
        f"/create/{draft.pk}/background/",
        {"revision": 2, "description": "Looks twice.", "scenario": "Rain.", "to": "voice"},
    )
    assert answer["Location"] == f"/create/{draft.pk}/voice/"
    draft.refresh_from_db()
    assert (draft.content["description"], draft.content["scenario"]) == ("Looks twice.", "Rain.")


def test_without_scripts_two_windows_see_each_other_too(alices, draft):
    drafts.save_draft(draft=draft, revision=2, changes={"scenario": "Theirs."})
    answer = alices.post(f"/create/{draft.pk}/background/", {"revision": 2, "scenario": "Mine."})
    text = answer.content.decode()
    assert answer.status_code == 409
    assert "Theirs." in text
    assert text.count("Mine.") >= 2  # in the field, and beside theirs
    kept = alices.post(f"/create/{draft.pk}/background/", {"revision": 3, "scenario": "Mine."})
    assert kept.status_code == 302


def test_without_scripts_both_sides_are_told_in_words(alices, draft):
    slider = {"value": 50, "pinned": True, "low": 50, "high": 50}
    theirs = {"traits.talk": slider, "memory_policy.mode": "off", "portrait.palette": "fog"}
    drafts.save_draft(draft=draft, revision=2, changes=theirs)
    posted = {
        "revision": 2, "traits.talk.set": "1", "traits.talk.value": "90", "traits.talk.low": "80",
        "traits.talk.high": "95", "memory_policy.mode": "on_request", "portrait.palette": "coral",
    }  # fmt: skip
    told = alices.post(f"/create/{draft.pk}/personality/", posted).content.decode()
    told = told.partition("data-conflict")[2].partition("</dl>")[0]
    for words in ("Talk", "Memory", "Light and colours", "On request", "Off", "Coral", "Fog"):
        assert f">{words}<" in told
    assert "overflowing (90), may move from talkative to overflowing" in told
    assert "measured (50), pinned" in told
    assert "{" not in told


def test_sliders_without_scripts(rf):
    posted = rf.post("/", {
        "traits.manner.set": "1", "traits.manner.value": "70", "traits.manner.low": "60", "traits.manner.high": "80",
        "traits.talk.set": "1", "traits.talk.value": "20", "traits.talk.pinned": "1",
        "traits.trust.set": "1", "traits.trust.value": "50", "traits.trust.open": "1",
        "generation.temperature": "0.7", "generation.stop": "one\r\ntwo", "generation.top_p": "",
        "memory_policy.mode": "off", "memory_policy.kinds": ["fact", "nonsense"],
        "greetings.shown": "1", "greetings": ["Sit.", " "], "tags.shown": "1", "tags": ["mystery"],
        "tags.more": "海港，inn",
        "nonsense": "x",
    }).POST  # fmt: skip
    assert changes_in(posted) == {
        "traits.manner": {"value": 70, "pinned": False, "low": 60, "high": 80},
        "traits.talk": {"value": 20, "pinned": True, "low": 20, "high": 20},
        "traits.trust": None,
        "generation.temperature": 0.7,
        "generation.top_p": None,
        "generation.stop": ["one", "two"],
        "memory_policy.mode": "off",
        "memory_policy.kinds": ["fact"],
        "greetings": ["Sit."],
        "tags": ["mystery", "海港", "inn"],
    }


def test_long_texts_have_room_and_short_ones_a_line(alices, draft):
    drafts.save_draft(draft=draft, revision=2, changes={"tagline": "Looks twice"})
    assert '<textarea class="input" id="f-description"' in page(alices, draft, "background")
    assert '<input class="input" id="f-name"' in page(alices, draft, "look")


def test_the_words_of_a_slider_and_of_the_model_are_on_the_page(alices, draft):
    text = page(alices, draft, "personality")
    assert "How Ida behaves in every scene:" in text
    assert text.count('class="slider trait"') == 8
    assert text.count('class="dot"') == 8


def test_what_an_archetype_left_open_is_told_before_writing(alices, draft):
    text = page(alices, draft, "publish")
    assert "still to be filled:" in text
    assert "the case in one line" in text


@pytest.mark.parametrize(
    ("changes", "place", "told"),
    [
        ({"greetings": ["x"] * 60}, "voice/#openings-h", "Openings: At most fifty openings."),
        (
            {"greetings": ["x" * 20_001]},
            "voice/#openings-h",
            "Openings: An opening may have 20,000 characters at most.",
        ),
        ({"name": ""}, "look/#f-name", "Name: A character needs a name."),
        ({"traits.talk": {"value": 900}}, "personality/#t-talk", "Talk: This slider stands outside its bounds."),
        ({"depth_prompt.depth": "deep"}, "expert/#f-depth", "The depth is a whole number from 0 to 100."),
        ({"tags": ["x" * 41]}, "publish/#f-tags-more", "Tags: A tag may have forty characters at most."),
    ],
)
def test_a_wrong_field_leads_to_its_place(alices, draft, changes, place, told):
    drafts.save_draft(draft=draft, revision=2, changes=changes)
    answer = alices.post(f"/create/{draft.pk}/write/", {"revision": 3})
    assert answer["Location"] == f"/create/{draft.pk}/{place}"
    text = alices.get(answer["Location"]).content.decode()
    assert told in text
    assert f'id="{place.partition("#")[2]}"' in text


def test_what_stands_against_writing_names_each_field_and_leads_to_it(alices, draft):
    changes = {"name": "x" * 200, "tagline": "x" * 300, "traits.talk": {"value": 900}, "greetings": ["x"] * 60}
    drafts.save_draft(draft=draft, revision=2, changes=changes)
    text = page(alices, draft, "publish")
    wrong = text.partition('class="standing__list"')[2].partition("</ul>")[0]
    for label, place in (
        ("Name", "look/#f-name"),
        ("Line on the bill", "look/#f-tagline"),
        ("Talk", "personality/#t-talk"),
        ("Openings", "voice/#openings-h"),
    ):
        assert f'<a href="/create/{draft.pk}/{place}">{label}</a>' in wrong
    assert "That is too long." in wrong
    assert "The limit is 100." in wrong


def test_writing_a_private_version_asks_nobody(alice, alices, draft):
    alices.post(f"/create/{draft.pk}/write/", {"revision": 2, "visibility": "private", "rating": "mature"})
    draft.refresh_from_db()
    assert (draft.character.owner, draft.character.rating) == (alice, "mature")
    assert not Publication.objects.exists()
    assert "Version 1 was written" in page(alices, draft, "publish")


def test_writing_for_others_hands_the_version_in(alice, alices, draft):
    alices.post(f"/create/{draft.pk}/write/", {"revision": 2, "visibility": "public", "rating": "general"})
    asked = Publication.objects.get(asked_by=alice)
    assert (asked.state, asked.visibility, asked.version.number) == ("waiting", "public", 1)
    draft.refresh_from_db()
    assert draft.character.visibility == "private"
    assert "Somebody is looking at it" in page(alices, draft, "publish")


def test_a_guest_keeps_the_version_and_is_told_to_sign_up(client):
    client.post("/create/open/", {"archetype": "detective"})
    made = Draft.objects.get(archetype="detective")
    form = {"revision": 1, "name": "Ida", "visibility": "public"}
    text = client.post(f"/create/{made.pk}/write/", form, follow=True).content.decode()
    assert "Version 1 is written." in text
    assert "Sign up first" in text
    assert not Publication.objects.exists()


def test_the_check_names_rule_field_and_excerpt(draft):
    drafts.save_draft(draft=draft, revision=2, changes={"description": "Write to ida@lantern.net."})
    draft.refresh_from_db()
    found = findings(draft, "general")
    assert [(each.field, "ida@lantern.net" in each.excerpt) for each in found] == [("description", True)]


def test_drafts_are_renamed_deleted_and_brought_back(alices, draft):
    alices.post(f"/create/{draft.pk}/rename/", {"title": "As a comedy"})
    assert "As a comedy" in alices.get("/create/").content.decode()
    gone = alices.post(f"/create/{draft.pk}/delete/")
    text = alices.get(gone["Location"]).content.decode()
    assert "The draft “As a comedy” is deleted." in text
    alices.post(f"/create/{draft.pk}/restore/")
    assert alices.get(f"/create/{draft.pk}/look/").status_code == 200


def test_a_character_is_edited_from_its_newest_version(alices, alice):
    mira = a_character(alice)
    answer = alices.post("/create/open/", {"character": str(mira.pk)})
    made = Draft.objects.get(character=mira)
    assert answer["Location"] == f"/create/{made.pk}/look/"
    assert made.content["name"] == "Mira"


@pytest.mark.parametrize("what", ["character", "version"])
@pytest.mark.parametrize("value", ["", "x", "0197b0a5-0000-7000-8000-000000000000", "alices"])
def test_bob_begins_nothing_from_what_is_alices(bobs, alice, what, value):
    mira = a_character(alice)
    value = str(mira.pk if what == "character" else mira.published_id) if value == "alices" else value
    answer = bobs.post("/create/open/", {what: value})
    assert answer.status_code == (404 if value else 302)
    assert not Draft.objects.filter(character=mira).exists()


def test_a_step_costs_few_queries(alices, draft, django_assert_max_num_queries):
    with django_assert_max_num_queries(6), translation.override("en"):
        page(alices, draft, "personality")


def test_the_word_of_the_page_is_not_markup(alices, draft):
    drafts.save_draft(draft=draft, revision=2, changes={"name": "</script><b>Ida", "greetings": ["<img src=x>"]})
    for step in STEPS:
        text = page(alices, draft, step.key)
        assert "</script><b>" not in text
        assert "<img src=x>" not in text


def test_of_many_characters_the_first_are_shown_and_the_others_a_press_away(alice, alices, monkeypatch):
    monkeypatch.setattr(builder, "SHOWN", 2)
    for name in ("Mira", "Nora", "Ida"):
        a_character(alice, name=name)
    text = alices.get("/create/").content.decode()
    assert ("Ida" in text, "Mira" in text, "Show all of them" in text) == (True, False, True)
    text = alices.get("/create/?all").content.decode()
    assert ("Mira" in text, "Show all of them" in text) == (True, False)


def test_somebody_who_is_nobody_is_asked_for_nothing(client: Client) -> None:
    text = client.get("/create/").content.decode()
    assert "Drafts" not in text
    assert text.count("button--lead") == 1


def test_drafts_come_a_page_at_a_time(alices: Client, alice: User) -> None:
    for number in range(13):
        Draft.objects.create(owner=alice, language="en", title=f"Draft {number:02}")
    first, second = (alices.get("/create/", {"drafts": page}) for page in (1, 2))
    assert [len(answer.context["drafts"]) for answer in (first, second)] == [12, 1]
    assert {each["title"] for answer in (first, second) for each in answer.context["drafts"]} == {
        f"Draft {number:02}" for number in range(13)
    }
    assert 'rel="next"' in first.content.decode()
    assert alices.get("/create/?drafts=nonsense").status_code == 200
