import pytest
from hypothesis import given
from hypothesis import strategies as st

from characters.trait_words import WORDS
from characters.traits import (
    BAND_STARTS,
    TRAITS,
    TraitError,
    band_of,
    compile_traits,
    describe,
    read_traits,
    scales,
)

LANGUAGES = ("en", "zh-hans")
positions = st.integers(0, 100)


@st.composite
def sliders(draw: st.DrawFn) -> dict[str, object]:
    if draw(st.booleans()):
        return {"value": draw(positions), "pinned": True}
    low, value, high = sorted(draw(st.tuples(positions, positions, positions)))
    return {"value": value, "pinned": False, "low": low, "high": high}


settings_of_traits = st.dictionaries(st.sampled_from(TRAITS), sliders())


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("key", TRAITS)
def test_every_slider_has_five_different_bands_of_behaviour_that_name_the_character(key, language):
    said = [describe(key, start, language, "Mira") for start in BAND_STARTS]
    assert len(set(said)) == 5
    for sentence in said:
        assert "Mira" in sentence
        assert "{" not in sentence
        assert sentence[-1] in ".。"
        assert len(sentence) > (20 if language == "zh-hans" else 70), "an adjective is not behaviour"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("key", TRAITS)
def test_both_ends_are_named_and_differ(key, language):
    title, low, high, bands = WORDS[language][key]
    assert title
    assert low
    assert high
    assert low != high
    assert len({short for short, _ in bands}) == 5


def test_neither_language_is_left_in_the_other():
    for _title, _low, _high, bands in WORDS["zh-hans"].values():
        for short, sentence in bands:
            assert not any(c.isascii() and c.isalpha() for c in (short + sentence).replace("{name}", ""))
    for _title, _low, _high, bands in WORDS["en"].values():
        assert all(ord(c) < 0x3000 for _short, sentence in bands for c in sentence)


@given(positions)
def test_bands_meet_without_gap_and_grow_with_the_value(value):
    band = band_of(value)
    assert 0 <= band <= 4
    assert BAND_STARTS[band] <= value
    assert band == 4 or value < BAND_STARTS[band + 1]


@given(settings_of_traits, st.sampled_from(LANGUAGES))
def test_what_is_set_is_said_in_the_order_of_the_house_and_nothing_else(traits, language):
    text = compile_traits(traits, language, "Mira")
    lines = text.splitlines()
    assert len(lines) == (len(traits) + 1 if traits else 0)
    set_here = [key for key in TRAITS if key in traits]
    for key, said in zip(set_here, lines[1:], strict=True):
        assert describe(key, traits[key]["value"], language, "Mira") in said
    assert compile_traits(dict(reversed(traits.items())), language, "Mira") == text


def test_a_pinned_trait_never_changes_and_a_dynamic_one_says_how_far_it_may_go():
    pinned = {"manner": {"value": 72, "pinned": True}}
    dynamic = {"trust": {"value": 35, "pinned": False, "low": 15, "high": 85}}
    steady = {"talk": {"value": 50, "pinned": False, "low": 42, "high": 58}}
    assert "never changes" in compile_traits(pinned, "en", "Mira")
    assert "永远不变" in compile_traits(pinned, "zh-hans", "米拉")
    assert "never past “suspicious” on one side or “wide open”" in compile_traits(dynamic, "en", "Mira")
    assert "最多到“处处提防”" in compile_traits(dynamic, "zh-hans", "米拉")
    assert "stays “measured”" in compile_traits(steady, "en", "Mira")


def test_a_name_with_braces_is_only_a_name():
    assert "{0}{name}" in compile_traits({"talk": {"value": 5}}, "en", "{0}{name}")


@pytest.mark.parametrize(
    ("traits", "named"),
    [
        ({"courage": {"value": 5}}, "courage"),
        ({"talk": {"value": 101}}, "talk.value"),
        ({"talk": {"value": -1}}, "talk.value"),
        ({"talk": {"value": True}}, "talk.value"),
        ({"talk": {"value": 5.0}}, "talk.value"),
        ({"talk": {"value": 5, "pinned": "no"}}, "talk.pinned"),
        ({"talk": {"value": 5, "pinned": False, "low": 10, "high": 20}}, "talk"),
        ({"talk": {"value": 5, "pinned": False, "low": 0, "high": 200}}, "talk.high"),
        ({"talk": 5}, "talk"),
    ],
)
def test_a_wrong_slider_is_refused_by_name(traits, named):
    with pytest.raises(TraitError, match=named):
        read_traits(traits)


@given(settings_of_traits, st.sampled_from(LANGUAGES))
def test_scales_name_both_ends_and_stay_on_the_rail(traits, language):
    for scale in scales(traits, language, "Mira"):
        assert scale.low_end in scale.label
        assert scale.high_end in scale.label
        assert str(scale.value) in scale.label
        assert 0 <= scale.low <= scale.value <= scale.high <= 100
        assert scale.says == describe(scale.key, scale.value, language, "Mira")
