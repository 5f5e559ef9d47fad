"""What is forbidden never leaves, however it is cut, and nothing else is kept."""

from hypothesis import given
from hypothesis import strategies as st

from moderation.filters.lexicon import Lexicon, Term
from moderation.filters.normalise import LEET, fold, squeezed
from moderation.stream import StreamGuard

TERMS = ["kill yourself", "drop dead", "去死吧", "ass"]
LIST = Lexicon([Term(term, severity=3) for term in TERMS])


def say(pieces) -> tuple[str, StreamGuard]:
    guard = StreamGuard(LIST)
    out = "".join(guard.feed(piece) for piece in pieces)
    return out + guard.close(), guard


def test_a_forbidden_phrase_cut_at_every_byte_never_leaves():
    for phrase in [*TERMS, "ｄｒｏｐ ｄｅａｄ", "去 死 吧", "k1ll your\u200bself", "d r o p d e a d"]:
        whole = f"She said: {phrase}! 然后走了。"
        for cut in range(len(whole.encode()) + 1):
            raw = whole.encode()
            # What a decoder gives to a reader that got `cut` bytes first.
            first = raw[:cut].decode(errors="ignore")
            out, guard = say([first, whole[len(first) :]])
            assert guard.hit is not None
            assert out in {"She said: ", "She said:"}, (phrase, cut)


def test_letter_by_letter_only_what_may_become_a_phrase_waits():
    guard = StreamGuard(LIST)
    assert guard.feed("Let's kill") == "Let's "
    assert guard.feed(" your") == ""
    assert guard.feed(" time") == "kill your time"
    assert guard.feed(" skill") == " skill"  # no word begins inside another
    assert guard.feed("，去") == "，"
    assert guard.feed("死") == ""
    assert guard.feed("了") == "去死了"
    assert guard.hit is None


def test_a_word_at_the_end_is_decided_when_the_reply_ends():
    guard = StreamGuard(LIST)
    assert guard.feed("you ass") == "you "
    assert guard.feed("et") == "asset"
    assert guard.feed(" ass") == " "
    assert guard.close() == ""
    assert guard.hit is not None


pieces = st.lists(
    st.one_of(
        st.sampled_from([*"去死吧你 kilyoursefdpa.*", "kill ", "yourself", " drop", "\u200b"]), st.text(max_size=4)
    ),
    max_size=40,
)


@given(pieces)
def test_what_comes_out_is_a_beginning_without_any_phrase(pieces):
    whole = "".join(pieces)
    out, guard = say(pieces)
    assert whole.startswith(out)
    if guard.hit is None:
        assert out == whole
        assert not list(LIST.matches(fold(whole)))
    else:
        assert not list(LIST.matches(fold(out)))
        assert list(LIST.matches(fold(whole)))


@given(pieces)
def test_at_any_moment_only_the_beginning_of_a_phrase_is_kept(pieces):
    guard = StreamGuard(LIST)
    for piece in pieces:
        guard.feed(piece)
        held = squeezed(fold(guard._held))
        begun = {LEET.get(letter, letter) for letter in fold(guard._held[:1]).text}
        assert not held.text or begun & {_first(term) for term in TERMS}
        assert len(held.text) <= max(map(len, TERMS))


def _first(text: str) -> str:
    """Its first letter or character, digits read as letters."""
    letter = squeezed(fold(text)).text[0]
    return LEET.get(letter, letter)
