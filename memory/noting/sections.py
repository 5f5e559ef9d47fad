"""What a note consists of, as it is kept and as it is told."""

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

MOST = {"happened": 14, "open": 6, "places": 8}
LONGEST = 300  # characters of an item
_HEADS = {
    "en": {
        "happened": "What happened:", "open": "Open threads:", "places": "Places and things:",
        "standing": "How they stand:",
    },
    "zh-hans": {"happened": "发生过：", "open": "还没了结：", "places": "地方和东西：", "standing": "两人之间："},
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Sections:
    happened: tuple[str, ...] = ()
    open: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    standing: str = ""

    def as_json(self) -> str:
        return json.dumps(asdict(self), ensure_ascii=False)

    @classmethod
    def of(cls, fields: Mapping[str, Any]) -> "Sections":
        """What can be used of it: models and older versions may have written anything."""
        lists = {name: _items(fields.get(name), most) for name, most in MOST.items()}
        standing = fields.get("standing")
        return cls(**lists, standing=_tidy(standing) if isinstance(standing, str) else "")

    def each(self, change: Callable[[str], str]) -> "Sections":
        """With every item as `change` has it; what it makes empty is left out."""
        items = {name: tuple(filter(None, map(change, getattr(self, name)))) for name in MOST}
        return replace(self, **items, standing=change(self.standing) if self.standing else "")

    def told(self, language: str) -> str:
        """As it goes into a prompt."""
        heads = _HEADS["zh-hans" if language == "zh-hans" else "en"]
        parts = []
        for name in ("happened", "open", "places"):
            if items := getattr(self, name):
                parts.append("\n".join([heads[name], *(f"- {item}" for item in items)]))
        if self.standing:
            parts.append(f"{heads['standing']} {self.standing}")
        return "\n".join(parts)

    def __bool__(self) -> bool:
        return bool(self.happened or self.open or self.places or self.standing)


def schema() -> dict[str, Any]:
    items = {"type": "array", "items": {"type": "string"}}
    properties: dict[str, Any] = dict.fromkeys(MOST, items) | {"standing": {"type": "string"}}
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def _items(value: Any, most: int) -> tuple[str, ...]:
    found = [_tidy(each) for each in value if isinstance(each, str)] if isinstance(value, list | tuple) else []
    return tuple(dict.fromkeys(each for each in found if each))[:most]


def _tidy(text: str) -> str:
    return " ".join(text.replace("\x00", "").split())[:LONGEST]
