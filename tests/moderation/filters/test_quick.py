"""A pattern asked quickly first finds what it finds when it is asked at once."""

import re
from itertools import chain

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from moderation.filters import address, minors, narrated, pii, puppets, voices
from moderation.filters.named import NAME, Named, renamed
from moderation.filters.quick import Quick, Several, Together
from tests.numbers import times

SHIPPED = [
    (f"{module.__name__}.{name}", found if isinstance(found, Quick) else found.pattern)
    for module in (address, minors, narrated, puppets, voices)
    for name, found in vars(module).items()
    if isinstance(found, (Quick, Named))
] + [
    (f"pii.{shape.rule}", pattern)
    for shape in pii._SHAPES
    for pattern in chain([shape.pattern], [shape.cue] if shape.cue else [])
]


def _matched(shipped):
    """A pattern with its name, and a text that it matches."""
    return st.tuples(st.just(shipped), st.from_regex(shipped[1].exact))


@settings(max_examples=times("texts that a pattern matches"))
@given(st.sampled_from(SHIPPED).flatmap(_matched), st.sampled_from(["", "x", "\n", "我"]))
def test_nothing_is_missed_of_what_a_pattern_matches(matched, around):
    (_, pattern), text = matched
    for said in (text, around + text + around):
        assert pattern.may(said) or pattern.exact.search(said) is None


TOGETHER = [
    (several, pattern)
    for several in (address._ASKED, narrated._ASKED)
    for pattern in [*vars(address).values(), *vars(narrated).values()]
    if isinstance(pattern, Quick) and pattern in several
]


@settings(max_examples=times("texts that a pattern matches"))
@given(st.sampled_from(TOGETHER).flatmap(lambda one: st.tuples(st.just(one), st.from_regex(one[1].exact))))
def test_nor_is_it_when_several_are_asked_together(matched):
    (several, pattern), text = matched
    said = [match.span() for match in pattern.exact.finditer(text)]
    assert [match.span() for match in several.of(text)(pattern)] == said


@pytest.mark.parametrize(
    ("pattern", "said"),
    [
        (r"\bking (?!of)\w+", "the king of the hill, the king naïve"),
        (r"[^\W\d_]+\s{2,3}é[\]x]?", "ну  é]"),
        (r"[^\s\w]x[^\W_]", "“xé"),
        (r"(?<![^a-c])[]x]{1,2}(?=[)]|$)", "]x"),
        (r"(?m:^line: \d{2,5}$)", "first\nline: 1234\nlast"),
        (r"the end$", "the end\n"),
    ],
)
def test_looking_around_sets_and_counts_are_loosened(pattern, said):
    quick = Quick(pattern)
    assert quick.may(said)
    found = quick.search(said)
    assert found
    assert found.span() == quick.exact.search(said).span()
    assert not quick.may("nothing of the kind")


def test_many_pieces_are_one_pattern():
    quick = Quick(*(f"word{n} of {n}" * 20 for n in range(200)), "the leftmost")
    assert quick.search("the leftmost, " + "word7 of 7" * 20).span() == (0, 12)
    assert not quick.may("word7 of 8")


def test_somebody_by_name_is_found_where_they_stand():
    asks = Named(rf"\b{NAME} asks\b", rf"\btell {NAME}\b")
    for said, names, found in [
        ("then mira vale asks, and vale asks again", ("vale", "mira vale"), "mira vale asks"),
        ("vale, go on: tell mira vale", ("vale", "mira vale"), "tell mira vale"),
        ("小雨 asks", ("小雨",), "小雨 asks"),
    ]:
        spoken = renamed(said, *names)
        start, end = spoken.span(asks.search(spoken))
        assert said[start:end] == found
    assert asks.search(renamed("nobody asks", "mira")) is None
    assert asks.search(renamed("admirals asks", "mira")) is None
    assert asks.search(renamed("no name asks", "")) is None


def test_several_find_what_each_finds_alone() -> None:
    capital, any_case = Quick(r"\bhi ([A-Z]\w+)(?=,)"), Quick(r"good (?:morning|evening)", flags=re.IGNORECASE)
    chinese = Quick(r"(?<!不)好，([一-鿿]{2})")
    several = Several(capital, any_case, chinese)
    for text in ("hi Anna, GOOD EVENING", "hi anna, 你好，小雨", "不好，小雨。hi Bob", ""):
        find = several.of(text)
        for pattern in (capital, any_case, chinese):
            assert [match[0] for match in find(pattern)] == [match[0] for match in pattern.exact.finditer(text)]


def test_together_give_their_finds_in_their_order() -> None:
    first, second = re.compile(r"b(?=c)"), re.compile(r"a")
    assert [match[0] for match in Together(first, second).finditer("abcab")] == ["b", "a", "a"]
    assert list(Together(first, second).finditer("xyz")) == []
