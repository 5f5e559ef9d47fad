import os

from hypothesis import given
from hypothesis import strategies as st

from accounts.blindindex import MAX_TERMS, index_secret, normalise, terms, words
from accounts.encryption import Cipher
from accounts.ids import uuid7

SECRET = b"s" * 32
word = st.text(st.characters(categories=["Ll", "Lu", "Nd"], max_codepoint=0x2FF), min_size=1, max_size=12)
han = st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), min_size=1, max_size=40)


@given(st.lists(word, min_size=1, max_size=30), st.data())
def test_the_terms_of_a_phrase_are_among_those_of_the_text(spoken, data):
    start = data.draw(st.integers(0, len(spoken) - 1))
    end = data.draw(st.integers(start + 1, len(spoken)))
    phrase = " ".join(spoken[start:end])
    assert set(terms(phrase, SECRET)) <= set(terms(" ".join(spoken), SECRET))


@given(han, st.data())
def test_the_terms_of_any_piece_of_chinese_are_among_those_of_the_text(spoken, data):
    start = data.draw(st.integers(0, len(spoken) - 1))
    end = data.draw(st.integers(start + 1, len(spoken)))
    assert set(terms(spoken[start:end], SECRET)) <= set(terms(spoken, SECRET))


@given(st.text(max_size=500))
def test_terms_are_sorted_unique_signed_and_fit_the_column(spoken):
    found = terms(spoken, SECRET)
    assert found == sorted(set(found))
    assert all(-(2**31) <= term < 2**31 for term in found)


@given(st.text(max_size=200))
def test_normalising_twice_changes_nothing_more(spoken):
    assert normalise(normalise(spoken)) == normalise(spoken)


def test_case_width_and_ligatures_do_not_matter():
    assert terms("ＦＩＮＥ Straße", SECRET) == terms("ﬁne STRASSE", SECRET)


def test_chinese_is_cut_into_signs_and_pairs():
    assert list(words("勇敢的骑士")) == ["勇", "敢", "的", "骑", "士", "勇敢", "敢的", "的骑", "骑士"]
    assert list(words("用Python写")) == ["用", "python", "写"]


def test_punctuation_and_spaces_are_no_terms():
    assert terms("…… —— !? \n\t", SECRET) == []
    assert terms("Hello, world!", SECRET) == terms("world hello", SECRET)


def test_a_text_has_a_bounded_number_of_terms_and_keeps_those_that_come_first():
    spoken = " ".join(f"word{number}" for number in range(20_000))
    found = terms(spoken, SECRET)
    assert 0.99 * MAX_TERMS < len(found) <= MAX_TERMS
    assert set(terms("word0 word1 word4000", SECRET)) <= set(found)
    assert len(terms("".join(chr(0x4E00 + number % 20_000) for number in range(30_000)), SECRET)) <= MAX_TERMS


def test_two_people_share_no_terms_for_the_same_words():
    spoken = "the quick brown fox jumps over the lazy dog"
    alice, bob = (index_secret(Cipher(uuid7(), os.urandom(32))) for _ in range(2))
    assert not set(terms(spoken, alice)) & set(terms(spoken, bob))


def test_the_same_words_have_the_same_terms_for_ever():
    """What is stored was computed by an earlier version; it has to be found by a later one."""
    assert terms("The river, the old City", SECRET) == [196498203, 843215239, 1054190734, 1351191906]
    assert terms("河边的 river", SECRET) == [-1010244282, -186458621, 196498203, 465304139, 783219145, 1971079902]
