"""What the house itself wrote passes its own filters: presets, archetypes and stories, thousands of texts."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.conf import settings

from moderation.chain import Chain
from moderation.filters.base import Context, Stage
from moderation.policy import Action
from moderation.weights import default_chain

FOLDERS = ("characters/presets", "characters/archetypes", "stories/presets")
LOOKED_AT = 0.005  # of them, at most, may be put before a moderator


def texts_in(found: Any) -> Iterator[str]:
    if isinstance(found, str):
        yield found
    elif isinstance(found, dict):
        for value in found.values():
            yield from texts_in(value)
    elif isinstance(found, list):
        for value in found:
            yield from texts_in(value)


@pytest.fixture(scope="module")
def prose() -> list[str]:
    files = [path for folder in FOLDERS for path in sorted(Path(settings.BASE_DIR, folder).rglob("*.yaml"))]
    found = [text for path in files for text in texts_in(yaml.safe_load(path.read_text(encoding="utf-8")))]
    assert len(found) > 2_000
    return found


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
