"""What is written down to be found, and when."""

import pytest
from django.core.management import call_command

from characters.models import Character, Tag
from characters.preset_loading import load_presets
from characters.selectors.discovery import Wish, browse
from characters.services import set_tags
from characters.services.search import index_tagged
from characters.words import any_of, query, terms, vector
from tests.characters.factories import a_character


@pytest.mark.parametrize(
    ("asked", "wanted"),
    [
        ("mira", "'mira':*"),
        ("ＭＩＲＡ ", "'mira':*"),
        ("米", "'米'"),
        ("提灯酒馆", "'提灯' <1> '灯酒' <1> '酒馆'"),
        ("守着 提灯", "'守着' & '提灯'"),
        ("c++ dev", "'c++':* & 'dev':*"),
        ("don’t", "'don' <1> 't':*"),
        ("米拉Mira", "'米拉' <2> 'mira':*"),
        ("' | !*:\\ ()&", ""),
        ("", ""),
    ],
)
def test_what_is_asked_becomes_a_query(asked, wanted):
    assert query(asked) == wanted


def test_words_keep_the_weight_of_where_they_stand_first():
    assert vector([("A", "Mira"), ("D", "mira knows")]) == "'mira':1A,3D 'knows':5D"


def test_a_search_is_bounded():
    assert len(terms("word " * 100)) == 8
    assert len(query("x" * 5_000)) < 100


def test_similar_ones_are_looked_for_by_telling_words():
    assert any_of(["She always keeps the Lantern", "看过你的灯塔"], limit=9) == "'lantern' | '灯塔'"


def found(asked: str) -> list[Character]:
    from django.contrib.auth.models import AnonymousUser

    return browse(user=AnonymousUser(), wish=Wish(query=asked)).cast


@pytest.mark.django_db
def test_tags_and_their_names_are_found_as_they_are_now(alice):
    mira = a_character(alice)
    tag = Tag.objects.create(code="seafaring", name_en="Seafaring", name_zh="航海")
    assert found("航海") == []
    set_tags(character=mira, tags=[tag])
    assert found("航海") == found("seafar") == [mira]
    tag.name_zh = "远洋"
    tag.save()
    index_tagged([tag])
    assert found("远洋") == [mira]
    set_tags(character=mira, tags=[])
    assert found("远洋") == []


@pytest.mark.django_db
def test_the_command_writes_what_is_missing(alice, capsys):
    mira = a_character(alice, name="Rosalind")
    Character.objects.filter(pk=mira.pk).update(search=None)
    assert found("rosalind") == []
    call_command("index_characters")
    assert capsys.readouterr().out == "indexed: 1\n"
    assert found("rosalind") == [mira]


@pytest.mark.django_db
def test_loading_the_presets_again_indexes_nobody_anew(django_assert_max_num_queries):
    with django_assert_max_num_queries(5):
        load_presets()
