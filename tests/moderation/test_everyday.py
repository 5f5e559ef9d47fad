"""What people say to characters every day passes: of an evening, a bed, wet clothes, a battle nothing follows."""

import json
from pathlib import Path
from typing import Any

import pytest

from moderation.chain import Chain
from moderation.filters.base import Context, Stage
from moderation.policy import Action
from moderation.weights import default_chain

SAMPLES = Path(__file__).parents[2] / "moderation" / "data"
# Of the half that taught nothing two lines in each language are still stopped, of 348 and of 268: below 1 %.
MOST_STOPPED = {("zh", "train"): 0, ("zh", "held"): 2, ("en", "train"): 0, ("en", "held"): 2}


def _rows(language: str) -> list[dict[str, Any]]:
    lines = (SAMPLES / language / "everyday.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


@pytest.mark.parametrize(("language", "half"), MOST_STOPPED)
def test_everyday_lines_are_let_through(language: str, half: str) -> None:
    chain: Chain = default_chain()
    where = Context(stage=Stage.INPUT, surface="chat", rating="general", age="unknown")
    texts = [row["text"] for row in _rows(language) if row["half"] == half]
    stopped = [text for text in texts if chain.run(text, Stage.INPUT, where).action == Action.BLOCK]
    assert len(texts) >= 150
    assert len(stopped) <= MOST_STOPPED[language, half] < len(texts) / 100, stopped


@pytest.mark.parametrize("language", ["zh", "en"])
def test_no_topic_of_the_half_that_measures_taught_anything(language: str) -> None:
    topics = {half: {row.get("topic") for row in _rows(language) if row["half"] == half} for half in ("train", "held")}
    assert len(topics["held"] - {None}) >= 10
    assert topics["train"] & topics["held"] <= {None}  # the first hundred and eighty lines have no topic


def test_who_is_sad_tonight_is_answered() -> None:
    where = Context(stage=Stage.INPUT, surface="chat", rating="general", age="unknown")
    verdict = default_chain().run("今晚我有点难过，跟我说说港口吧。", Stage.INPUT, where)
    assert verdict.action == Action.ALLOW
