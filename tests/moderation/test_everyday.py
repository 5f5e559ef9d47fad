"""What people say to characters every day passes: of an evening, a bed, wet clothes and a hug nothing follows."""

import json
from pathlib import Path

import pytest

from moderation.chain import Chain
from moderation.filters.base import Context, Stage
from moderation.policy import Action
from moderation.weights import default_chain

SAMPLES = Path(__file__).parents[2] / "moderation" / "data" / "zh" / "everyday.jsonl"
MOST_STOPPED = {"train": 0.0, "held": 0.05}  # of the half that taught nothing, four of eighty


@pytest.mark.parametrize("half", MOST_STOPPED)
def test_everyday_lines_are_let_through(half: str) -> None:
    chain: Chain = default_chain()
    where = Context(stage=Stage.INPUT, surface="chat", rating="general", age="unknown")
    rows = [
        row for line in SAMPLES.read_text(encoding="utf-8").splitlines() if (row := json.loads(line))["half"] == half
    ]
    stopped = [row["text"] for row in rows if chain.run(row["text"], Stage.INPUT, where).action == Action.BLOCK]
    assert len(rows) >= 80
    assert len(stopped) <= MOST_STOPPED[half] * len(rows), stopped


def test_who_is_sad_tonight_is_answered() -> None:
    where = Context(stage=Stage.INPUT, surface="chat", rating="general", age="unknown")
    verdict = default_chain().run("今晚我有点难过，跟我说说港口吧。", Stage.INPUT, where)
    assert verdict.action == Action.ALLOW
