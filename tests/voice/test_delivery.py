"""How a sentence is said: by what is felt in it, and to whom."""

from inference.emotion.reading import warm
from voice.speaking.delivery import FASTEST, NEAR, SLOWEST, manner_of
from voice.speaking.script import Passage

WORDS = Passage("The soup is on the table.")


def test_the_nearer_the_two_are_the_softer_and_slower_it_is_said() -> None:
    warm()
    usual, manners = manner_of(WORDS), [manner_of(WORDS, nearness=at) for at in range(len(NEAR))]
    assert [each.volume for each in manners] == sorted((each.volume for each in manners), reverse=True)
    assert [each.speed for each in manners] == sorted((each.speed for each in manners), reverse=True)
    assert manners[-1].volume < 0.9 * manners[0].volume
    assert len({each.style for each in manners}) == len(NEAR)
    assert manners[1] == usual, "acquaintances are spoken to as anybody is"
    assert "stranger" in manners[0].style


def test_what_is_felt_still_counts_and_what_is_done_is_told_to_nobody() -> None:
    warm()
    done = Passage("She points at the stairs.", "action")
    assert manner_of(done, nearness=4) == manner_of(done)
    afraid = Passage("Help! I am terrified!")
    assert manner_of(afraid, nearness=4).speed > manner_of(WORDS, nearness=4).speed
    assert manner_of(afraid).style in manner_of(afraid, nearness=4).style
    for pace in (0.5, 1.0, 2.0):
        assert SLOWEST <= manner_of(afraid, pace=pace, nearness=4).speed <= FASTEST
