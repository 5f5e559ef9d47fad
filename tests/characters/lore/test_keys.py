"""What counts as a key being found: case, words, scripts, patterns, and what else has to be there."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from characters.lore import Moment, Text, activate, compile_books
from characters.lore.keys import Keys, stands_alone
from tests.characters.lore.talk import book, entry, fires, talk


@pytest.mark.parametrize(
    ("fields", "text", "expected"),
    [
        ({}, "The LANTERN is lit", True),
        ({"case_sensitive": True}, "The LANTERN is lit", False),
        ({"case_sensitive": True}, "a Lantern", True),
        ({}, "two lanterns", True),
        ({"whole_words": True}, "two lanterns", False),
        ({"whole_words": True}, "The Lantern, at dusk.", True),
        ({"whole_words": True}, "她走进Lantern酒馆", True),
        ({"whole_words": True}, "lantern_room", False),
    ],
)
def test_case_and_whole_words(fields, text, expected):
    assert fires(entry("Lantern", **fields), text) == expected


def test_chinese_has_no_gaps_between_words():
    assert fires(entry("灯笼", whole_words=True), "她点起红灯笼来")
    assert fires(entry("ラーメン", whole_words=True), "熱いラーメンを")


def test_letters_that_fold_to_several_and_accents_in_pieces():
    assert fires(entry("STRASSE"), "in der Straße")
    assert fires(entry("café"), "the cafe\u0301 by the sea")
    keys = Keys()
    number = keys.add("dust", case_sensitive=False, whole_words=False, use_regex=False)
    text = Text("ßß Dust")
    assert [text.plain[start:end] for start, end in keys.build().spans(text, {number})] == ["Dust"]


def test_a_key_inside_another_is_found_too():
    made = book(entry("inn"), entry("inner"), entry("winners"))
    found = activate(compile_books([made]), talk("all the winners"), moment=Moment())
    assert len(found.fresh) == 3


@pytest.mark.parametrize(
    ("logic", "text", "expected"),
    [
        ("and_any", "sword", False), ("and_any", "sword fire", True), ("and_any", "sword fire ice", True),
        ("and_all", "sword fire", False), ("and_all", "sword fire ice", True),
        ("not_any", "sword", True), ("not_any", "sword ice", False),
        ("not_all", "sword", True), ("not_all", "sword ice", True), ("not_all", "sword fire ice", False),
        ("and_all", "fire ice", False),
    ],
)  # fmt: skip
def test_secondary_keys(logic, text, expected):
    assert fires(entry("sword", secondary=("fire", "ice"), logic=logic), text) == expected


def test_a_missing_secondary_key_is_told():
    made = entry("sword", secondary=("fire",))
    found = activate(compile_books([book(made)]), talk("a sword"), moment=Moment())
    [missed] = found.missed
    assert (missed.cause, missed.found.key) == ("secondary", 0)


@pytest.mark.parametrize(
    ("key", "text", "expected"),
    [
        ("/lant(ern|horn)s?/", "two lanthorns", True),
        ("/LANTERN/", "lantern", False),
        ("/LANTERN/i", "lantern", True),
        ("/^dusk$/m", "so\ndusk\nit is", True),
        ("/a.b/s", "a\nb", True),
        ("/灯.笼/", "灯红笼", True),
        (r"/1\/2/", "a 1/2 share", True),
        ("/one,two/", "one,two", True),
    ],
)
def test_patterns(key, text, expected):
    assert fires(entry(key, use_regex=True), text) == expected


def test_a_key_with_slashes_is_plain_where_patterns_are_off():
    assert fires(entry("/inn/"), "the /inn/ key")
    assert not fires(entry("/inn/"), "the inn")


def test_without_slashes_it_is_plain_also_where_patterns_are_on():
    assert fires(entry("a.b", use_regex=True), "a.b")
    assert not fires(entry("a.b", use_regex=True), "axb")


@pytest.mark.parametrize(
    ("key", "code"),
    [
        ("/(?=look)ahead/", "syntax"),
        (r"/(a)\1/", "syntax"),
        ("/(/", "syntax"),
        ("/a/q", "flags"),
        (f"/{'a' * 501}/", "too_long"),
        ("/((a{30}){30}){3}/", "syntax"),
        ("/(a{50}b{50}){20}/", "too_large"),
    ],
)
def test_a_pattern_that_cannot_run_finds_nothing_and_says_so(key, code):
    books = compile_books([book(entry(key, "inn", use_regex=True))])
    found = activate(books, talk("aaaa ( lookahead"), moment=Moment())
    assert not found.fresh
    assert [(problem.key, problem.code) for problem in found.problems] == [(key, code)]
    assert activate(books, talk("the inn"), moment=Moment()).fresh[0].key == 1


@pytest.mark.parametrize("key", ["/(a+)+$/", "/(a|aa)+$/", "/(.*a){12}$/", "/(a?){20}a{20}$/", "/(x+x+)+y/"])
def test_backtracking_patterns_are_looked_for_in_linear_time(key):
    books = compile_books([book(entry(key, use_regex=True, scan_depth=40))])
    lines = talk(*["a" * 5_000 + "!" for _ in range(40)])
    start = time.process_time()
    assert not activate(books, lines, moment=Moment()).fresh
    assert time.process_time() - start < 0.5


def test_keys_made_to_be_found_everywhere_do_not_hold_up_a_turn():
    books = compile_books([book(*(entry("a" * length, scan_depth=40) for length in range(1, 400)), entry("b"))])
    start = time.process_time()
    activate(books, talk(*["a" * 30_000 for _ in range(40)]), moment=Moment())
    assert time.process_time() - start < 1


WORDS = st.lists(st.sampled_from(["inn", "Inn", "in", "灯", "é", "a_b", "x1", " ", ",", "ß"]), max_size=12).map("".join)


@given(WORDS, WORDS.filter(bool), st.booleans(), st.booleans())
def test_the_automaton_finds_what_a_plain_search_finds(text, key, case_sensitive, whole):
    keys = Keys()
    number = keys.add(key, case_sensitive=case_sensitive, whole_words=whole, use_regex=False)
    found = keys.build().find([Text(text)])
    where = Text(text).plain if case_sensitive else Text(text).folded
    wanted = Text(key).plain if case_sensitive else Text(key).folded
    places = [at for at in range(len(where)) if where.startswith(wanted, at)]
    assert (number in found) == any(not whole or stands_alone(where, at, at + len(wanted)) for at in places)


@given(st.lists(st.lists(WORDS, max_size=8), max_size=6), st.lists(WORDS.filter(bool), min_size=1, max_size=5))
def test_what_was_looked_up_before_is_what_looking_anew_would_find(windows, words):
    keys = Keys()
    for number, word in enumerate(words):
        keys.add(word, case_sensitive=bool(number % 2), whole_words=bool(number % 3), use_regex=False)
    keys.add("/(in)+n?/", case_sensitive=False, whole_words=False, use_regex=True)
    keys.build()
    for window in windows:
        texts = [Text(each) for each in window]
        assert keys.find(texts) == keys.search(texts)[0]


def test_what_is_kept_of_texts_is_bounded_and_holds_no_word(monkeypatch):
    monkeypatch.setattr("characters.lore.keys.KEPT_TEXTS", 3)
    keys = Keys()
    keys.add("lantern", case_sensitive=False, whole_words=False, use_regex=False)
    keys.build()
    for number in range(9):
        assert keys.find([Text(f"lantern {number}")]) == {0: 0}
    assert len(keys._held) == 3
    assert "lantern" not in str(keys._held)
