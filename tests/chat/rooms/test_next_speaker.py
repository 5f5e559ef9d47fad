"""Who speaks next, as a plain function."""

from dataclasses import replace
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.ids import uuid7
from chat.scene import Actor, Uttered, mentioned, next_speaker

MIRA, TOM, WEI = Actor(uuid7(), "Mira"), Actor(uuid7(), "Tom Bombadil", nickname="Old Tom"), Actor(uuid7(), "林薇")
CAST = (MIRA, TOM, WEI)
SEED = UUID("01890a5d-ac96-774b-bcce-b302099a8057")
STRATEGIES = ["mention", "talkativeness", "round", "host"]


def person(text: str) -> Uttered:
    return Uttered(None, text)


def by(actor: Actor, text: str = "“Well.”") -> Uttered:
    return Uttered(actor.id, text)


def asked(*said: Uttered, cast=CAST, strategy="mention", replies_limit=2, seed=SEED) -> Actor | None:
    return next_speaker(cast, said, strategy=strategy, replies_limit=replies_limit, seed=seed)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("Tom, is Mira about?", [TOM, MIRA]),
        ("old tom!", [TOM]),
        ("Tomorrow, admiral", []),
        ("昨天林薇来过", [WEI]),
        ("MIRA?", [MIRA]),
        ("bombadil", []),
    ],
)
def test_names_are_whole_words_and_chinese_ones_stand_anywhere(text, named):
    assert mentioned(CAST, text) == named


def test_who_is_named_answers():
    assert asked(by(MIRA), person("林薇，你呢？")) == WEI


def test_nobody_named_whoever_spoke_last_answers():
    assert asked(by(MIRA), by(TOM), person("And then?")) == TOM
    assert asked(person("Hello")) == MIRA


def test_two_who_are_named_both_answer():
    said = [by(WEI), person("Mira and Tom, what do you say?")]
    first = asked(*said)
    assert first == MIRA
    assert asked(*said, by(first)) == TOM
    assert asked(*said, by(first), by(TOM)) is None


def test_a_character_that_names_another_is_answered_up_to_the_limit():
    said = [person("Mira?"), by(MIRA, "Ask Tom.")]
    assert asked(*said) == TOM
    assert asked(*said, replies_limit=0) is None
    assert asked(*said, by(TOM, "Ask Mira."), replies_limit=1) is None
    assert asked(*said, by(TOM, "Ask Mira."), replies_limit=2) == MIRA


def test_round_goes_in_the_order_of_the_cast():
    assert asked(by(MIRA), person("Next"), strategy="round") == TOM
    assert asked(by(WEI), person("Next"), strategy="round") == MIRA
    assert asked(by(WEI), person("Next"), by(MIRA), strategy="round") == TOM


def test_the_talkative_speak_more_often_and_somebody_always_does():
    cast = (replace(MIRA, talkativeness=90), replace(TOM, talkativeness=10), replace(WEI, talkativeness=0))
    spoke = [asked(person("Hm."), cast=cast, strategy="talkativeness", seed=uuid7()) for _ in range(400)]
    by_name = [actor.name for actor in spoke if actor]
    assert len(by_name) == 400
    assert by_name.count("Mira") > 3 * by_name.count("Tom Bombadil") > 0
    assert "林薇" not in by_name
    assert asked(person("林薇!"), cast=cast, strategy="talkativeness") == cast[2]


def test_the_host_decides_and_nobody_speaks():
    assert asked(person("Mira?"), strategy="host") is None


lines = st.lists(
    st.builds(Uttered, st.sampled_from([None, MIRA.id, TOM.id, WEI.id]), st.sampled_from(["Mira", "Tom", "林薇", "…"])),
    min_size=1, max_size=12,
)  # fmt: skip
casts = st.lists(st.tuples(st.booleans(), st.booleans(), st.integers(0, 100)), min_size=3, max_size=3).map(
    lambda ways: tuple(
        replace(actor, muted=muted, on_stage=on_stage, talkativeness=talk)
        for actor, (muted, on_stage, talk) in zip(CAST, ways, strict=True)
    )
)


@given(casts, lines, st.sampled_from(STRATEGIES), st.integers(0, 6), st.uuids())
def test_never_the_muted_the_absent_or_the_same_twice_and_always_within_the_limit(cast, said, strategy, limit, seed):
    chosen = next_speaker(cast, said, strategy=strategy, replies_limit=limit, seed=seed)
    assert chosen == next_speaker(cast, said, strategy=strategy, replies_limit=limit, seed=seed)
    if chosen is None:
        able = [actor for actor in cast if actor.on_stage and not actor.muted]
        assert strategy == "host" or not able or said[-1].character is not None, "a person is always answered"
        return
    assert chosen.on_stage
    assert not chosen.muted
    assert chosen.id != said[-1].character
    since = next((number for number, line in enumerate(reversed(said)) if line.character is None), len(said))
    assert since <= limit
