"""The language of conditions and effects: what it means, what it refuses and where, and that it always ends."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stories.expressions import Names, Wrong, condition, effects, number
from stories.state import State

NAMES = Names(
    {
        "flag": frozenset({"lit", "warned"}),
        "counter": frozenset({"hope", "fear"}),
        "cast": frozenset({"mira", "tam"}),
        "item": frozenset({"lamp"}),
        "place": frozenset({"tower"}),
        "scene": frozenset({"inn"}),
        "choice": frozenset({"inn.ask"}),
        "mood": frozenset({"joy"}),
    }
)
STATE = State(
    scene="inn", place="tower", step=7, moves=2, flags={"lit": True, "warned": False}, counters={"hope": 3, "fear": 0},
    bonds={"mira": 60, "tam": 10}, items={"lamp": "you"}, moods={"mira": "calm", "tam": "calm"},
    here={"mira": True, "tam": False}, seen={"inn": 2}, done={"scenes.inn.choices.ask": 1},
)  # fmt: skip


@pytest.mark.parametrize(
    ("written", "holds"),
    [
        ("lit and not warned", True),
        ("not lit or warned", False),
        ("not (lit and warned)", True),
        ("hope >= 3 and hope < 4", True),
        ("hope + 2 * 3 == 9", True),
        ("(hope + 2) * 3 == 15", True),
        ("-hope == 0 - 3", True),
        ("hope - 1 - 1 == 1", True),
        ("lit == warned", False),
        ("has(lamp) and at(tower) and here(mira) and not here(tam)", True),
        ("bond(mira) > bond(tam)", True),
        ("seen(inn) and visits(inn) == 2 and chose(inn.ask)", True),
        ("holds(mira, lamp)", False),
        ("count(lit, warned, has(lamp)) == 2", True),
        ("min(hope, fear, 9) == 0 and max(hope, 1) == 3", True),
        ("moves == 2 and steps == 7", True),
        (True, True),
        (False, False),
    ],
)
def test_conditions(written, holds):
    assert condition(written, NAMES)(STATE) is holds


@pytest.mark.parametrize(
    ("written", "at", "reason"),
    [
        ("hope", 1, "has to be true or false"),
        ("lit and hope", 9, "has to be true or false"),
        ("hope >", 7, "not the end"),
        ("hop > 1", 1, "do you mean hope?"),
        ("has(tower)", 5, "tower is not an item"),
        ("here(mirra)", 6, "do you mean mira?"),
        ("has(lamp, lamp)", 1, "takes 1"),
        ("open(lamp)", 1, "there is no open"),
        ("1 < hope < 3", 10, "one comparison at a time"),
        ("lit; warned", 4, "means nothing here"),
        ("lit warned", 5, "nothing more"),
        ("(lit", 5, "“)”"),
        ("lit == hope", 8, "has to be true or false"),
        ("__import__", 1, "means nothing here"),
        ("9999999 == 1", 1, "at most 6 digits"),
        ("(" * 20 + "lit" + ")" * 20, 13, "deeper than"),
        ("+".join(["hope"] * 60) + " > 1", 150, "more than 60 parts"),
        ("lit" + " " * 400, 400, "longer than"),
        ("", 1, "the end"),
    ],
)
def test_what_is_wrong_is_told_with_its_letter(written, at, reason):
    with pytest.raises(Wrong) as wrong:
        condition(written, NAMES)
    assert (wrong.value.at, reason in wrong.value.reason) == (at, True), wrong.value


def changed(written: str | list[str]) -> list[tuple]:
    made = [effect.changes(STATE) for effect in effects(written, NAMES)]
    return [(change.part, change.name, change.value) for change in made if change]


def test_effects():
    assert changed("hope += 2; fear -= 1; hope = fear") == [
        ("counters", "hope", 5), ("counters", "fear", -1), ("counters", "hope", 0),
    ]  # fmt: skip
    assert changed(["lit = hope > 5", "bond(mira) += hope * 2"]) == [("flags", "lit", False), ("bonds", "mira", 66)]
    assert changed("gain(lamp); lose(lamp); put(lamp, mira); go(tower); mood(tam, joy); come(tam); leave(mira)") == [
        ("items", "lamp", "you"), ("items", "lamp", ""), ("items", "lamp", "mira"), ("place", "", "tower"),
        ("moods", "tam", "joy"), ("here", "tam", True), ("here", "mira", False),
    ]  # fmt: skip
    assert changed("hope += 1 if warned; hope += 2 if lit and not warned") == [("counters", "hope", 5)]


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ("lit += 1", "true or false"),
        ("lit = 1", "has to be true or false"),
        ("hope = lit", "has to be a number"),
        ("hope", "is set with"),
        ("gain(hope)", "hope is not an item"),
        ("win(lamp)", "there is no effect win"),
        ("has(lamp) = true", "cannot be set"),
        ("scene = 1", "neither a flag nor a counter"),
        ("mood(tam, glee)", "glee is not a mood"),
        ("hope += 1 if hope", "has to be true or false"),
        ("1 += 2", "an effect sets a name"),
    ],
)
def test_effects_that_make_no_sense(written, reason):
    with pytest.raises(Wrong) as wrong:
        effects(written, NAMES)
    assert reason in wrong.value.reason


def wrong_at(read) -> int:
    try:
        read()
    except Wrong as wrong:
        return wrong.at
    return 1


@given(st.text(alphabet="abhopelitwrndsm ()+-*<>=!,.;0123456789_", max_size=60) | st.text(max_size=30))
def test_any_text_is_an_expression_or_is_told_where_it_goes_wrong(text):
    for read in (condition, number):
        assert 1 <= wrong_at(lambda read=read: read(text, NAMES)(STATE)) <= len(text) + 1
    assert 1 <= wrong_at(lambda: changed(text)) <= len(text) + 1


numbers = st.recursive(
    st.integers(0, 999_999).map(str) | st.sampled_from(["hope", "fear", "bond(mira)", "moves"]),
    lambda inner: st.tuples(inner, st.sampled_from("+-*"), inner).map(lambda parts: "({} {} {})".format(*parts)),
    max_leaves=8,
)


@given(numbers)
def test_numbers_stay_within_bounds_whatever_is_multiplied(written):
    assert -1_000_000 <= number(written, NAMES)(STATE) <= 1_000_000
