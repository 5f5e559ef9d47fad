"""Nobody speaks for anybody else: the guard, wherever the stream happens to be cut."""

from collections.abc import Sequence
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chat.scene import SpeakerGuard
from tests.numbers import times

OTHERS = ["Tom", "Tom Bombadil", "林薇", "A:b"]


def heard(text: str, cuts: Sequence[int] = (), others: Sequence[str] = OTHERS) -> tuple[str, bool]:
    guard = SpeakerGuard(others, own=["Mira"])
    places = [0, *sorted({cut for cut in cuts if 0 < cut < len(text)}), len(text)]
    said = "".join(guard.feed(text[start:end]) for start, end in pairwise(places))
    return said + guard.close(), guard.cut


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("“Evening.”\nTom: Evening!", "“Evening.”"),
        ("“Evening.”\n\n*Tom Bombadil*: Hey!", "“Evening.”"),
        ("她点点头。\n林薇：好。", "她点点头。"),
        ("Fine.\r\n  **tom** ： well", "Fine."),
        ("Tom: I say so.", ""),
        ("Mira: So I say.\nTom: No.", "So I say."),
        ("Fine.\u2028[Tom]: well", "Fine."),
    ],
)
def test_another_ones_line_is_cut_at_every_place_of_the_stream(text, left):
    for cut in range(len(text) + 1):
        assert heard(text, [cut]) == (left, True), cut
    assert heard(text, list(range(len(text)))) == (left, True)


@pytest.mark.parametrize(
    "text",
    [
        "Tom’s at the door: let him in.",
        "She nods at Tom: come in.",
        "Tomorrow: rain.\nTo",
        "*Tom*\n\n**",
        "- Tom: room three\n- 林薇: room four",
        "Tom\n",
        "\n\n  \n“Well?”\n\n\n",
        "林薇走了。",
        "* * * * * * * * * * * * * * * * * * * * * * * *",
    ],
)
def test_all_else_passes_as_it_is(text):
    for cut in range(len(text) + 1):
        assert heard(text, [cut]) == (text, False), cut
    assert heard(text, list(range(len(text)))) == (text, False)


pieces = st.sampled_from(
    ["Tom", "tom bomb", "adil", "林", "薇", ":", "：", "\n", "\r", " ", "*", "“", "x", "Mira", "好"]
)


@settings(max_examples=times("cuts of a guarded reply"))
@given(st.lists(pieces, max_size=30), st.lists(st.integers(0, 80), max_size=20))
def test_what_gets_out_does_not_depend_on_the_cuts(parts, cuts):
    text = "".join(parts)
    assert heard(text, cuts) == heard(text)


def test_text_that_cannot_become_a_label_is_not_held_back():
    guard = SpeakerGuard(OTHERS)
    assert guard.feed("She ") == "She "
    assert guard.feed("nods.") == "nods."
    assert guard.feed("\nThen") == "\nThen"
