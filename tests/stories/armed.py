"""The small story with other words in every place where an author writes some."""

import json
from typing import Any

import yaml

from tests.stories.conftest import SMALL

SAID = {"en", "zh-hans"}


def armed(words: str) -> str:
    """Its source, as JSON, which YAML reads too."""
    return json.dumps(_said(yaml.safe_load(SMALL), words))


def _said(part: Any, words: str) -> Any:
    if isinstance(part, list):
        return [_said(each, words) for each in part]
    if not isinstance(part, dict):
        return part
    return {
        name: ([words] if isinstance(inner, list) else words) if name in SAID else _said(inner, words)
        for name, inner in part.items()
    }
