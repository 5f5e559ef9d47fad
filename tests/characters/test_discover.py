from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from accounts.organisations.people import join, make_organisation
from characters.models import Visibility
from characters.selectors import featured
from characters.selectors.discovery import Sort, Wish, browse
from characters.words import query, terms, vector
from tests.characters.factories import a_character, next_release

pytestmark = pytest.mark.django_db

NOBODY = AnonymousUser()
HOUSE = ["knight", "mage", "keeper", "socrates", "holmes", "envoy", "assistant", "teacher", "programmer"]


def discover(*, user=NOBODY, language=None, **asked):
    return browse(user=user, wish=Wish(**{"size": 100} | asked), language=language).cast


def slugs(**asked):
    return [character.slug for character in discover(**asked)]


def test_the_house_comes_in_its_order_in_the_viewers_language():
    cast = discover(user=NOBODY, language="zh-hans")
    assert [character.slug for character in cast][:9] == HOUSE
    assert [character.edition.name for character in cast][:3] == ["罗恩爵士", "伊尔梵", "米拉"]
    assert discover(user=NOBODY, language="en")[0].edition.name == "Sir Rowan"


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("mira", ["keeper"]),
        ("MIRA", ["keeper"]),
        ("米拉", ["keeper"]),
        ("守着 提灯", ["keeper"]),
        ("shoes", ["holmes"]),
        ("看过你的鞋", ["holmes"]),
        ("福尔摩斯", ["holmes"]),
        ("thinking", ["socrates", "holmes"]),
        ("思辨", ["socrates", "holmes"]),
        ("oath knight", ["knight"]),
        ("ｍｉｒａ", ["keeper"]),
        ("tavern", ["keeper"]),
        ("inn", ["keeper"]),
        ("酒馆", ["keeper"]),
        ("wizard", ["mage"]),
        ("巫师", ["mage"]),
        ("alien", ["envoy"]),
        ("外星人", ["envoy"]),
        ("philosopher", ["socrates"]),
        ("哲学家", ["socrates"]),
        ("code", ["programmer"]),
        ("Python", ["programmer"]),
        ("代码", ["programmer"]),
        ("inherited debts", ["keeper"]),
        ("光合作用", ["teacher"]),
        ("stowaway", []),
        ("偷渡", []),
        ("c++", []),
        ("a.c", []),
        ("no such person", []),
        ("100%", []),
        ("_", []),
    ],
)
def test_search_finds_in_both_languages_whatever_the_page_speaks(query, found, language):
    assert [slug for slug in slugs(query=query, language=language) if slug in HOUSE] == found


@given(st.text(max_size=80))
def test_no_query_breaks_the_search(text):
    assert len(terms(text)) <= 8
    discover(query=text, tag=text[:40].replace("\x00", ""))


@given(st.text(max_size=80), st.text(max_size=200))
def test_a_text_is_found_by_its_own_words_and_no_text_breaks_the_index(asked, text):
    with connection.cursor() as cursor:
        words, wanted = vector([("A", f"{asked} {text}"), ("D", text)]), query(asked)
        cursor.execute("select %s::tsvector @@ %s::tsquery", [words, wanted])
        assert cursor.fetchone()[0] or not wanted


def test_what_only_the_model_is_told_is_never_found(alice):
    secrets: dict[str, Any] = dict.fromkeys(
        ("description", "personality", "scenario", "examples", "system_prompt", "post_history_instructions"),
        "canarysecret 金丝雀",
    )
    mira = a_character(alice, name="Discreet", about="She keeps a lighthouse.", **secrets)
    assert slugs(query="canarysecret") == slugs(query="金丝雀") == []
    assert [each.pk for each in discover(user=NOBODY, query="lighthouse")] == [mira.pk]
    assert discover(user=NOBODY, query="ighthouse") == []


def test_a_tag_and_a_query_narrow_together():
    assert slugs(tag="mystery") == ["mage", "keeper", "holmes"]
    assert slugs(tag="mystery", query="lantern") == ["keeper"]
    assert slugs(tag="nothing") == []


def test_others_see_only_what_is_public(alice, bob):
    join(user=bob, organisation=make_organisation(owner=alice, name="The Guild").organisation)
    shown = {each: a_character(alice, name=each, visibility=each) for each in Visibility.values}
    shown["deleted"] = a_character(alice, name="deleted")
    shown["deleted"].deleted_at = shown["deleted"].created_at
    shown["deleted"].save()

    def names(user):
        return {each.edition.name for each in discover(user=user)} & set(shown)

    assert names(bob) == {"public"}
    assert names(NOBODY) == {"public"}
    # One's own have a page of their own (/create/), where drafts are, too: Discover is the same for everybody.
    assert names(alice) == {"public"}


def test_what_is_not_on_stage_is_not_found(alice, bob):
    mira = a_character(alice, name="Unready")
    mira.published = None
    mira.save()
    assert "Unready" not in {each.edition.name for each in discover(user=bob)}


def test_search_does_not_find_by_a_name_given_up(alice):
    mira = a_character(alice, name="Formername")
    next_release(mira, name="Latername")
    assert [each.pk for each in discover(user=NOBODY, query="Formername")] == []
    assert [each.pk for each in discover(user=NOBODY, query="Latername")] == [mira.pk]


@pytest.mark.parametrize("asked", [{}, {"query": "a"}, {"tag": "work"}, {"sort": Sort.LOVED}, {"sort": Sort.NEW}])
def test_a_list_costs_two_queries_however_many_there_are(alice, django_assert_num_queries, asked):
    for number in range(12):
        a_character(alice, name=f"Extra {number}", tags=("work",))
    with django_assert_num_queries(2):
        for character in discover(user=alice, **asked):
            str(character.edition), character.edition.presentation, character.author, character.loved


def test_featured_costs_two_queries_and_has_all_the_hero_needs(django_assert_num_queries):
    with django_assert_num_queries(2):
        mira = featured(language="zh-hans")
        assert mira.edition.name == "米拉"
        assert mira.edition.greeting.startswith("*最后一桌客人")
        assert len(mira.edition.presentation["cues"]) == 3


# --- the page ---


def test_the_landing_page_shows_mira_her_cues_and_the_house(client):
    page = client.get("/", headers={"accept-language": "en"})
    text = page.content.decode()
    assert page.status_code == 200
    assert "A room for the night." in text
    assert "You walked past three open doors" in text
    for name in ("Sir Rowan", "Ilvane", "Socrates", "Envoy Thessiq", "Ms. Shen", "Kit"):
        assert name in text


def test_in_chinese_it_is_chinese(client):
    text = client.get("/", headers={"accept-language": "zh-CN"}).content.decode()
    for part in ("米拉", "还有空房吗？", "罗恩爵士", "冒险"):
        assert part in text
    assert "Sir Rowan" not in text


def test_htmx_gets_the_list_alone_and_a_restored_page_the_whole(client):
    part = client.get("/?q=holmes", headers={"HX-Request": "true", "accept-language": "en"})
    assert "<html" not in part.content.decode()
    assert "Sherlock Holmes" in part.content.decode()
    assert "Sir Rowan" not in part.content.decode()
    assert "HX-Request" in part["Vary"]
    for whole in ({"HX-History-Restore-Request": "true"}, {"HX-Boosted": "true"}):
        assert "<html" in client.get("/?q=holmes", headers={"HX-Request": "true"} | whole).content.decode()


def test_nothing_found_says_what_to_do(client):
    page = client.get("/?q=zzzz&tag=work", headers={"accept-language": "en"})
    assert page.status_code == 200
    assert page.context["no_result"]
    assert page.context["everyone_url"] == "/?q=zzzz"
    assert page.context["featured"] is None


@pytest.mark.parametrize("asked", ["?q=%00", "?tag=%00", "?q=" + "x" * 5000, "?tag=%F0%9F%98%80", "?q=%ED%A0%80"])
def test_odd_queries_are_only_queries(client, asked):
    assert client.get("/" + asked).status_code == 200


def test_the_page_costs_a_known_number_of_queries(client, django_assert_num_queries):
    client.get("/")
    with django_assert_num_queries(5):  # two for the cast, one for the tags, two for the hero
        client.get("/")


@pytest.mark.parametrize("asked", ["/?q=a", "/?tag=work", "/?sort=new"])
def test_a_list_costs_no_more_than_four_queries(client, alices, django_assert_max_num_queries, settings, asked):
    settings.CHIPS_SECONDS = 300
    client.get(asked)
    alices.get(asked)  # the first visit of the day is noted
    with django_assert_max_num_queries(4):
        client.get(asked)
    with django_assert_max_num_queries(4):  # session and user, and two for the list
        alices.get(asked, headers={"HX-Request": "true"})
    with django_assert_max_num_queries(4):
        alices.get(asked, headers={"HX-Request": "true", "HX-Target": "more"})
