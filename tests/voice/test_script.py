"""Replies cut into sentences for the ear, however they arrive."""

import random
import time

import pytest

from voice.speaking.script import Cutter, Passage, passages_of


def told(text: str) -> list[tuple[str, str]]:
    return [(passage.kind[0], passage.text) for passage in passages_of(text)]


CASES = [
    ("Come in. Sit down!", [("s", "Come in."), ("s", "Sit down!")]),
    ("*She nods.* Sit. *The fire is low*", [("a", "She nods."), ("s", "Sit."), ("a", "The fire is low")]),
    ("*他抬起头。*“坐吧。”你说。", [("a", "他抬起头。"), ("s", "“坐吧。”"), ("s", "你说。")]),
    ("你来了……我等了很久。", [("s", "你来了……"), ("s", "我等了很久。")]),
    ('"Stop!" he said. "Now?"', [("s", '"Stop!" he said.'), ("s", '"Now?"')]),
    ("Mr. Holmes met Dr. Watson at 3.15 p.m. sharp.", [("s", "Mr. Holmes met Dr. Watson at 3.15 p.m. sharp.")]),
    ("J. K. Jerome, e.g. him. I am I. So.", [("s", "J. K. Jerome, e.g. him."), ("s", "I am I."), ("s", "So.")]),
    ("No. I see No. 5. Baker St. it is.", [("s", "No."), ("s", "I see No. 5."), ("s", "Baker St. it is.")]),
    ("Well... maybe. No… Yes.", [("s", "Well... maybe."), ("s", "No…"), ("s", "Yes.")]),
    ("This is **very** plain, ~~not~~ `code`.", [("s", "This is very plain, not code.")]),
    (
        "# The door\n- one\n- two\n\n> said\n\n---\n\nend",
        [("s", word) for word in ("The door", "one", "two", "said", "end")],
    ),
    ("Look:\n```py\nprint(1)\n```\nDone.", [("s", "Look:"), ("s", "Done.")]),
    ("a word[s](x) and [_this_](y) and w[_o](z).[](q)", [("s", "a words and"), ("a", "this"), ("s", "and w_o.")]),
    ("See [the map](http://a.example/x.y?z) and https://b.example/c.d now.", [("s", "See the map and now.")]),
    ("![a picture](http://a.example/x.png) Yes! <b>No</b>.", [("s", "Yes!"), ("s", "No.")]),
    ("((brb, tea)) Back.", [("s", "Back.")]),
    ("（（离开一下））回来了。", [("s", "回来了。")]),
    ("snake_case stays, _she leaves_", [("s", "snake_case stays,"), ("a", "she leaves")]),
    ("5 * 3 is 15. 🎭 …", [("s", "5 3 is 15.")]),
    ("", []),
    ("*", []),
    ("**", []),
    ("He waits", [("s", "He waits")]),
    ("什么？！你疯了吗？", [("s", "什么？！"), ("s", "你疯了吗？")]),
]


@pytest.mark.parametrize(("text", "expected"), CASES)
def test_sentences(text, expected):
    assert told(text) == expected


def test_it_makes_no_difference_how_a_text_arrives():
    chance = random.Random(7)
    for text, _ in CASES:
        whole = passages_of(text)
        for _ in range(20):
            cutter, found, at = Cutter(), [], 0
            while at < len(text):
                size = chance.randint(1, 7)
                found += cutter.feed(text[at : at + size])
                at += size
            assert found + cutter.close() == whole, text


def test_a_sentence_is_given_as_soon_as_it_is_known_to_be_whole():
    cutter = Cutter()
    assert cutter.feed("You counted them. ") == []
    assert cutter.feed("S") == [Passage("You counted them.")]
    assert Cutter().feed("你数过。她") == [Passage("你数过。")]
    assert Cutter().feed("You counted them.\n") == [Passage("You counted them.")]


def test_a_sentence_without_an_end_is_cut_where_one_breathes():
    words = "and the rain went on over the roofs, " * 30
    found = passages_of(words)
    assert all(20 < len(passage.text) < 330 for passage in found)
    assert " ".join(passage.text for passage in found) == words.strip()
    assert all(len(passage.text) < 330 for passage in passages_of("word " * 400))


def test_words_without_a_gap_are_no_more_than_can_be_asked_at_once():
    assert all(len(passage.text) <= 1_200 for passage in passages_of("x" * 8_000 + "." * 8_000))


PIECES = [" ", "[", "`", "- ", "<a", "((", "|", "![", "[](x)", "[a](b)", "[[a](b)](c)", "a.” b"]


@pytest.mark.parametrize("piece", PIECES)
def test_no_line_takes_long_to_cut(piece):
    began = time.process_time()
    passages_of(piece * (32_000 // len(piece)))
    assert time.process_time() - began < 1


def test_marks_that_never_close_hold_nothing_back_for_ever():
    for opening in ("[", "<a ", "((", "```\n", "![", "*"):
        cutter = Cutter()
        found = cutter.feed(opening + "x" * 20)
        for _ in range(400):
            found += cutter.feed(" and more words.")
        assert len(cutter._raw) < 1_000
        cutter.close()
