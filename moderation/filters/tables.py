"""What filters know of the world, as data: tables in `moderation/lists`, YAML files of patterns in Python's syntax.

A table may name pieces under `words`; `{alcohol}` in a pattern stands for such a piece.
"""

from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

LISTS = Path(__file__).parents[1] / "lists"


@lru_cache(maxsize=16)
def table(name: str) -> dict[str, Any]:
    """The whole of `lists/<name>.yaml`, its words put in. Whoever reads it compiles what it needs and keeps that."""
    with (LISTS / f"{name}.yaml").open(encoding="utf-8") as file:
        found: dict[str, Any] = _filled(yaml.load(file, Loader=yaml.CSafeLoader), {})
    return found


def _filled(value: Any, words: dict[str, str]) -> Any:
    if isinstance(value, dict):
        known = words | {name: _filled(piece, words) for name, piece in value.get("words", {}).items()}
        return {key: _filled(of, known) for key, of in value.items() if key != "words"}
    if isinstance(value, list):
        return [_filled(one, words) for one in value]
    if isinstance(value, str):
        for name, piece in words.items():
            value = value.replace(f"{{{name}}}", piece)
    return value
