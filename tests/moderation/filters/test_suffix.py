"""What people paste is told from what a search has made: seeds, languages and code that nothing was learned from."""

import time
from pathlib import Path

import pytest

from moderation.evaluation.measures import FLAGGED, share
from moderation.filters.suffix import SuffixFilter, pairs_of, shape_of, signs, worst_stretch
from moderation.training.noise import LANGUAGES, honest, pieces_of_code, searched
from moderation.weights import default_chain

WORDS = ["which", "lawyer", "corrected", "there", "among", "exactly", "three", "inner", "draft", "reader", "paper"]
NAMES = ["StringBuilder", "onClick", "getElementById", "toString", "argv", "nullptr", "innerHTML", "kwargs"]


@pytest.fixture(scope="module")
def suffix() -> SuffixFilter:
    return next(one for one in default_chain().filters if isinstance(one, SuffixFilter))


def flagged(suffix: SuffixFilter, texts: list[str]) -> float:
    return share(sum(suffix.score(text) >= FLAGGED for text in texts), len(texts))


def test_what_people_paste_is_hardly_ever_taken_for_it(suffix):
    code = [path.read_text(encoding="utf-8") for path in sorted(Path(__file__).parent.glob("*.py"))]
    messy = [*honest(99, LANGUAGES[1::2]), *pieces_of_code(code, 99, 150)]
    assert len(messy) > 450
    assert flagged(suffix, messy) <= 0.02


def test_what_a_search_leaves_is_found(suffix):
    assert flagged(suffix, searched(99, 200, LANGUAGES[1::2], WORDS, NAMES)) >= 0.85


def test_what_has_no_spaces_takes_time_by_its_length_and_not_by_its_square():
    """The interpreter goes to no other thread meanwhile: one such line once held a whole process for seconds."""
    for text in ("中" * 32_000, "a" * 32_000, "<a>" * 10_000, "<a b>x" * 5_000):
        began = time.thread_time()
        signs(text)
        assert time.thread_time() - began < 0.3


@pytest.mark.parametrize(
    "text",
    ["Write to me@example.com", "<b>me@example.com</b>", '<a href="there">me@example.com</a>', "@me@example.com"],
)
def test_addresses_are_left_out_wherever_they_stand(text):
    assert len(signs(text)[0]) <= len("Write to ")
    assert len(signs("you @ home")[0]) == len("you @ home")


def test_the_stretch_is_where_the_noise_is(suffix):
    noise = '=> __ }; exactlyStringB ]{ -- there("argv** `` lawyer}; !! kwargs |'
    text = f"Tell me how bread is made, slowly and with love. {noise}"
    bits, start, end = worst_stretch(text, suffix.table)
    assert bits > suffix.judge.least
    assert text.index(noise) - 10 <= start < end <= len(text)
    assert len(pairs_of(shape_of(text[start:end], bits))) == len(suffix.judge.weights)
    assert worst_stretch("too short", suffix.table) == (0.0, 0, 0)
