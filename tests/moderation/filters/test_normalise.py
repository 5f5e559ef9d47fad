from hypothesis import given
from hypothesis import strategies as st

from moderation.filters.normalise import fold, spaced, squeezed


def test_disguised_letters_are_read_as_plain_ones():
    assert fold("Ｆｕｌｌ Ⓦ𝒾𝓭𝓮").text == "full wide"
    assert fold("ki\u200bll\u2060 y\u0336o\u0336u").text == "kill you"
    assert fold("Élan ＡＢ①").text == "elan ab1"
    assert fold("кill").text == "kill"  # a Cyrillic к
    assert fold("한국어 が").text == "한국어 が"


def test_a_place_in_a_form_leads_back_to_the_original():
    raw = "a\u200bＢ  c"
    form = fold(raw)
    at = form.text.index("b")
    assert raw[slice(*form.span(at, at + 1))] == "Ｂ"
    assert form.span(0, 2) == (0, 3)


def test_digits_for_letters_and_signs_between_chinese_characters():
    assert spaced(fold("k1ll... y0u")).text == " kiii you"
    assert squeezed(fold("自 * 杀，吧")).text == "自杀吧"


@given(st.text())
def test_a_form_made_in_pieces_is_the_form_of_the_whole(text):
    assert "".join(fold(letter).text for letter in text) == fold(text).text


@given(st.text())
def test_every_place_lies_in_the_text_and_never_runs_back(text):
    for form in (fold(text), spaced(fold(text)), squeezed(fold(text))):
        places = list(form.places)
        assert len(places) == len(form.text)
        assert places == sorted(places)
        assert all(0 <= place <= max(0, len(text) - 1) for place in places)
