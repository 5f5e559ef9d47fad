"""What a reply is about is looked at while it comes: at the end of a sentence, every few hundred signs."""

from collections.abc import Iterator

import pytest

from chat.services.turns.judging import judge_beside
from moderation import in_force
from moderation.policy import Action
from moderation.services.rules import write_policy
from moderation.stream import STEP, WINDOW, StreamWatch
from tests.factories import UserFactory

QUIET = "The train leaves at nine, and the lamps are lit along the quay. "
GORY = "He stabs him again and cuts his throat. "


@pytest.fixture
def no_gore(db: None) -> Iterator[None]:
    """An operator's rule: taken back along the way, not only once it is whole."""
    rule = {"name": "gore", "finding": "violence", "action": "withdraw", "at": 0.7, "stages": ["stream", "output"]}
    write_policy(changes={"rules": [rule]}, by=UserFactory(is_staff=True, is_superuser=True), base=0)
    in_force.known.refresh()
    yield
    in_force.known.forget()


def pieces(text: str, size: int = 4) -> list[str]:
    return [text[at : at + size] for at in range(0, len(text), size)]


def test_it_looks_at_the_end_of_a_sentence_and_at_the_last_signs_alone() -> None:
    seen: list[str] = []

    def look(said: str) -> bool:
        seen.append(said)
        return False

    watch = StreamWatch(look)
    for piece in pieces(QUIET * 40, 1):
        watch.feed(piece)
    assert all(said.endswith(".") and len(said) <= WINDOW for said in seen)
    assert len(QUIET) * 40 / STEP - 2 <= len(seen) <= len(QUIET) * 40 / STEP
    seen.clear()
    endless = StreamWatch(look)
    for piece in pieces("la " * 400, 1):
        endless.feed(piece)
    assert len(seen) == 2  # without an end of a sentence, twice as seldom


async def test_a_reply_ends_where_a_rule_stands_against_it(no_gore: None) -> None:
    judge = judge_beside(rating="general", age="adult")
    said = ""
    for piece in pieces(QUIET * 2 + GORY * 20 + QUIET * 50):
        said += judge.feed(piece)
        if judge.is_stopped:
            break
    assert judge.is_stopped
    assert len(said) < len(QUIET) * 2 + STEP * 2
    assert judge.feed("And more.") == judge.close() == ""
    decision = await judge.whole(said)
    assert (decision.action, decision.rule) == (Action.WITHDRAW, "violence")
    judge.begin()  # another try is looked at anew
    assert judge.feed(QUIET) == QUIET
    assert not judge.is_stopped


def test_what_is_milder_waits_until_it_is_whole(db: None) -> None:
    judge = judge_beside(rating="general", age="minor")  # whose policy puts violence into other words
    said = "".join(judge.feed(piece) for piece in pieces(QUIET * 4 + GORY * 10))
    assert not judge.is_stopped
    assert GORY in said


def test_what_it_looks_at_it_never_delays(no_gore: None) -> None:
    judge = judge_beside(rating="general", age="adult")
    for piece in pieces(QUIET * 60):
        assert judge.feed(piece) == piece or not judge.is_stopped
    assert not judge.is_stopped
