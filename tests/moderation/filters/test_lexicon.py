import pytest

from moderation.filters.lexicon import Lexicon, Term
from moderation.filters.normalise import fold

LIST = Lexicon([Term("kill yourself"), Term("nasty"), Term("badword", whole_word=False), Term("去死吧"), Term("约p")])


def found(text: str, lexicon: Lexicon = LIST) -> list[str]:
    return [text[match.start : match.end] for match in lexicon.matches(fold(text))]


@pytest.mark.parametrize(
    "text",
    [
        "kill yourself",
        "KILL  YOURSELF!",
        "k1ll y0urself",
        "kill-yourself",
        "killyourself",
        "k i l l y o u r s e l f",
        "k.i.l.l.y.o.u.r.s.e.l.f",
        "ｋｉｌｌ　ｙｏｕｒｓｅｌｆ",
        "ki\u200bll your\u00adself",
        "кill yоurself",
    ],
)
def test_a_phrase_is_found_through_its_disguises(text):
    assert len(found(text)) == 1


@pytest.mark.parametrize("text", ["去死吧", "去 死 吧", "去*死*吧", "你去.死.吧！", "去\u200b死吧"])
def test_chinese_is_found_with_signs_between(text):
    assert len(found(text)) == 1


@pytest.mark.parametrize(
    "text",
    ["skill yourself", "kill yourselfie", "dynasty", "na sty", "n a sty", "去\u3000\u3000\u3000\u3000死吧", "去吧"],
)
def test_parts_of_other_words_are_left_alone(text):
    assert found(text) == []


def test_a_term_may_be_told_to_count_inside_words():
    assert found("superbadwords") == ["badword"]


def test_a_starred_vowel_hides_nothing():
    assert found("n*sty") == ["n*sty"]
    assert found("约P吗") == ["约P"]
