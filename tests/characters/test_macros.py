"""Macros of cards, in the spellings that cards use."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from characters.macros import expand, expand_names, hidden_keys_shown


def put(text: str, **more: str) -> str:
    return expand(text, **{"char": "Mira", "user": "Alex", "seed": "s", **more})


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{{char}} {{Char}} {{ CHAR }} <BOT> <char>", "Mira Mira Mira Mira Mira"),
        ("{{user}} <USER> {{USER}}", "Alex Alex Alex"),
        ("a {{// a note, {{char}} }}b", "a b"),
        ("a{{hidden_key:dragon}}b", "ab"),
        ("a{{comment: seen}}b", "ab"),
        ("{{reverse:abc}} {{reverse:{{user}}}}", "cba xelA"),
        ("{{random:one}} {{random::one}}", "one one"),
        (r"{{random:a\,b}}", "a,b"),
        ("{{roll:1}} {{roll:d1}} {{roll 1d1+3}} {{roll:2d1}} {{roll:1d1-3}}", "1 1 4 2 -2"),
        ("{{unknown}} {{ }} {{{}}} }} {{", "{{unknown}} {{ }} {{{}}} }} {{"),
        ("{{{char}}}", "{Mira}"),
        ("{{roll:nonsense}} {{roll:d0}} {{roll:1000d6}}", "{{roll:nonsense}} {{roll:d0}} {{roll:1000d6}}"),
        ("{{original}}", "{{original}}"),
        ("{{charity}}", "{{charity}}"),
        ("no macro at all", "no macro at all"),
    ],
)
def test_each_macro(text, expected):
    assert put(text) == expected


def test_what_a_name_holds_is_not_expanded_again():
    assert expand("{{char}} <USER>", char="{{user}}", user="<BOT> {{roll:6}}") == "{{user}} <BOT> {{roll:6}}"


def test_the_original_is_put_in_once():
    assert put("{{original}} and {{Original}}", original="Rules {{char}}") == "Rules {{char}} and "


def test_chance_depends_on_the_seed_alone():
    text = "{{random:a,b,c,d}}{{random::a::b::c::d}}{{roll:1d1000}}"
    assert put(text) == put(text)
    assert len({put(text, seed=str(number)) for number in range(20)}) > 15
    assert {put("{{random: a , b,c}}", seed=str(number)) for number in range(60)} == {"a", "b", "c"}
    throws = {int(put("{{roll:d6}}", seed=str(number))) for number in range(200)}
    assert throws == {1, 2, 3, 4, 5, 6}


def test_a_pick_stays_for_the_whole_talk():
    picks = {put("{{pick:a,b,c,d}}", seed=str(number), talk="talk") for number in range(20)}
    assert len(picks) == 1


def test_each_throw_of_a_text_is_its_own():
    assert len(set(put("{{roll:1000000}} " * 8).split())) > 5


def test_readers_see_comments():
    assert expand_names("{{char}}{{comment: smiles}}{{// not this}}", char="Mira", user="you") == "Mirasmiles"


def test_hidden_keys_are_for_other_entries():
    heard = hidden_keys_shown("a {{hidden_key:dragon}} {{// troll}} {{comment: elf}} {{char}}")
    assert "dragon" in heard
    assert "troll" not in heard
    assert "elf" not in heard


@pytest.mark.parametrize(
    "text",
    [
        "{{" * 400_000,
        "}}" * 400_000,
        "{{reverse:" * 80_000 + "x" + "}}" * 80_000,
        "{{random:" + "a," * 300_000 + "}}",
        "{{//" * 200_000,
        "{" * 800_000,
        "<" * 800_000,
        "{{" + " " * 800_000 + "}}",
    ],
)
def test_a_long_text_takes_no_longer_than_its_length(text):
    start = time.process_time()
    put(text)
    assert time.process_time() - start < 2


@given(st.text(st.sampled_from("{}<>:/,\\ abcharusdompicklBOT\n"), max_size=80))
def test_nothing_makes_it_fail(text):
    assert isinstance(put(text), str)
