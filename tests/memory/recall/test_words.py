"""What of a text counts when it is looked for."""

import pytest

from memory.recall.grams import Likeness
from memory.recall.words import is_chinese, terms


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("painted", "painting"),
        ("paints", "painter"),
        ("stories", "story"),
        ("bought", "buying"),
        ("hiking", "hiked"),
        ("running", "ran"),
        ("Melanie’s", "melanie"),
        ("children", "kids"),
        ("ＦＵＬＬ", "full"),
        ("happily", "happy"),
    ],
)
def test_forms_of_a_word_are_one(one: str, other: str) -> None:
    assert terms(one) == terms(other) != []


@pytest.mark.parametrize(("one", "other"), [("paint", "pain"), ("sing", "singer's guild"), ("universe", "unit")])
def test_other_words_stay_apart(one: str, other: str) -> None:
    assert terms(one) != terms(other)


def test_what_every_sentence_has_is_no_term() -> None:
    assert terms("What did you say to her about it, and why wouldn't she?") == []
    assert terms("你的是什么呢？") == []


def test_chinese_counts_by_signs_and_pairs() -> None:
    assert terms("去公园跑步") == ["去", "公", "园", "跑", "步", "去公", "公园", "园跑", "跑步"]


def test_both_languages_may_stand_in_one_line() -> None:
    assert {"公园", "kindl"} <= set(terms("我在公园看Kindle"))
    assert is_chinese("我在公园看Kindle")
    assert not is_chinese("She said 你好 to everybody in the room")


def test_what_is_spelt_alike_is_found() -> None:
    likeness = Likeness()
    for word in ("photographi", "graph", "tomato", "dragonfli"):
        likeness.add(word)
    found = dict(likeness.to("photograph"))
    assert "photographi" in found
    assert not {"tomato", "dragonfli"} & set(found)
