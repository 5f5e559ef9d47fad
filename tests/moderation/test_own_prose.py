"""What the house itself wrote passes its own filters: presets, archetypes and stories, thousands of texts."""

import pytest

from moderation.chain import Chain
from moderation.filters.base import Context, Stage
from moderation.policy import Action
from moderation.prose import HELD, own_prose
from moderation.weights import default_chain

LOOKED_AT = 0.005  # of them, at most, may be put before a moderator


@pytest.fixture(scope="module")
def prose() -> list[str]:
    found = [sample.text for one in own_prose() for sample in one.samples]
    assert len(found) > 2_000
    return found


def test_a_third_of_it_taught_nothing() -> None:
    halves = [sample.half for one in own_prose() for sample in one.samples]
    assert 0.3 < halves.count("held") / len(halves) < 0.5
    assert {one.name.removeprefix("prose/") for one in own_prose()} > HELD


@pytest.mark.parametrize("stage", [Stage.CARD, Stage.OUTPUT])
def test_no_text_of_the_house_is_stopped(prose: list[str], stage: Stage) -> None:
    chain: Chain = default_chain()
    where = Context(stage=stage, surface="card" if stage == Stage.CARD else "chat", rating="general", age="adult")
    verdicts = [(text, chain.run(text, stage, where)) for text in prose]
    stopped = [
        (text[:60], verdict.reasons) for text, verdict in verdicts if verdict.action in (Action.BLOCK, Action.WITHDRAW)
    ]
    assert stopped == []
    assert sum(verdict.queued for _text, verdict in verdicts) <= LOOKED_AT * len(prose)
