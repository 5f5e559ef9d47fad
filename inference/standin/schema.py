"""An instance that a JSON schema accepts, filled from what the prompt gives."""

import random
import re
from collections.abc import Callable, Mapping
from typing import Any

MAX_DEPTH = 12
FORMATS = {
    "date": "2024-06-01",
    "time": "12:00:00Z",
    "date-time": "2024-06-01T12:00:00Z",
    "uuid": "00000000-0000-4000-8000-000000000000",
    "email": "someone@example.com",
    "uri": "https://example.com/",
    "hostname": "example.com",
    "ipv4": "192.0.2.1",
}
Words = Callable[[str], str]


class Filler:
    """`words(property name)` gives the text for a string of that name. Of names to pick from as many as one likes, it
    picks those that `said` mentions, where anything was said.
    """

    def __init__(self, schema: Mapping[str, Any], words: Words, seed: int = 0, said: str = "") -> None:
        self.root, self.words, self.said = schema, words, said.lower()
        self.random = random.Random(seed)  # noqa: S311

    def fill(self) -> Any:
        return self._value(self.root, "", 0)

    def _value(self, schema: Any, name: str, depth: int) -> Any:
        if not isinstance(schema, Mapping):
            return None if schema is False else self.words(name)
        schema = self._resolved(schema)
        if "const" in schema:
            return schema["const"]
        if schema.get("enum"):
            return self.random.choice(schema["enum"])
        for key in ("anyOf", "oneOf"):
            if schema.get(key):
                rest = {k: v for k, v in schema.items() if k != key}
                return self._value(_merged(rest, self._option(schema[key], depth)), name, depth)
        kind = schema.get("type") or _implied(schema)
        if isinstance(kind, list):
            kind = next((one for one in kind if one != "null"), "null")
        return self._typed(kind, schema, name, depth)

    def _typed(self, kind: str, schema: Mapping[str, Any], name: str, depth: int) -> Any:
        match kind:
            case "object":
                return self._object(schema, depth)
            case "array":
                return self._array(schema, name, depth)
            case "integer" | "number":
                return self._number(schema, name, whole=kind == "integer")
            case "boolean":
                return self.random.random() < 0.5
            case "null":
                return None
            case _:
                return self._string(schema, name)

    def _option(self, options: list[Any], depth: int) -> Any:
        # Deep in a recursive schema the way out is the option that needs no more depth.
        if depth >= MAX_DEPTH // 2:
            return min(options, key=lambda one: len(str(one)))
        solid = [one for one in options if not (isinstance(one, Mapping) and one.get("type") == "null")]
        return solid[0] if solid else options[0]

    def _resolved(self, schema: Mapping[str, Any]) -> Mapping[str, Any]:
        seen = 0
        while "$ref" in schema and seen < MAX_DEPTH:
            target: Any = self.root
            for part in str(schema["$ref"]).lstrip("#/").split("/"):
                if part:
                    target = target[part.replace("~1", "/").replace("~0", "~")]
            schema = _merged({k: v for k, v in schema.items() if k != "$ref"}, target)
            seen += 1
        for part in schema.get("allOf", ()):
            schema = _merged(schema, self._resolved(part))
        return schema

    def _object(self, schema: Mapping[str, Any], depth: int) -> dict[str, Any]:
        properties = schema.get("properties", {})
        required = schema.get("required", [])
        wanted = list(properties) if depth < MAX_DEPTH // 2 else [n for n in properties if n in required]
        filled = {name: self._value(properties[name], name, depth + 1) for name in wanted}
        more = schema.get("additionalProperties", True)
        for name in required:
            if name not in filled:
                filled[name] = self._value(more if isinstance(more, Mapping) else {}, name, depth + 1)
        return filled

    def _array(self, schema: Mapping[str, Any], name: str, depth: int) -> list[Any]:
        least = int(schema.get("minItems", 0))
        most = int(schema.get("maxItems", max(least, 2)))
        names = schema["items"].get("enum") if isinstance(schema.get("items"), Mapping) else None
        if self.said and names and not least:
            return [each for each in names if str(each).replace("_", " ").lower() in self.said][:most]
        size = least if depth >= MAX_DEPTH // 2 else max(least, min(most, self.random.randint(1, 2)))
        first = [self._value(one, name, depth + 1) for one in schema.get("prefixItems", ())][:most]
        items = schema.get("items", {"type": "string"})
        values = first if items is False else first + [self._value(items, name, depth + 1) for _ in range(size)]
        if schema.get("uniqueItems"):
            return _distinct(values, least)
        return values[: max(most, len(first))]

    def _number(self, schema: Mapping[str, Any], name: str, *, whole: bool) -> int | float:
        low, high = schema.get("minimum"), schema.get("maximum")
        if low is not None and high is not None and (said := self.words(name)).isdecimal() and len(said) < 10:
            wanted = int(said)
            if low <= wanted <= high and not wanted % schema.get("multipleOf", 1):
                return wanted
        step = schema.get("multipleOf") or (1 if whole else 0.01)
        over, under = schema.get("exclusiveMinimum"), schema.get("exclusiveMaximum")
        if over is not None:
            low = max(over + step, low) if low is not None else over + step
        if under is not None:
            high = min(under - step, high) if high is not None else under - step
        if low is None:
            low = 0 if high is None or high >= 0 else high - 10 * step
        high = max(low, high if high is not None else low + 100 * (1 if whole else 0.01))
        # Rounded upwards to a multiple: still at least `low`, and never above a sane `high`.
        ticks = max(0, int((high - low) / step))
        value = -(-low // step) * step + self.random.randint(0, max(0, ticks - 1)) * step
        value = min(value, high)
        return int(value) if whole else round(float(value), 6)

    def _string(self, schema: Mapping[str, Any], name: str) -> str:
        if (known := FORMATS.get(schema.get("format", ""))) is not None:
            return known
        if pattern := schema.get("pattern"):
            return _matching(pattern, self.words(name))
        text = self.words(name) or "…"
        least, most = int(schema.get("minLength", 0)), schema.get("maxLength")
        while len(text) < least:
            text += " …"
        return text[: int(most)] if most is not None else text


def _implied(schema: Mapping[str, Any]) -> str:
    if "properties" in schema or "required" in schema:
        return "object"
    if "items" in schema or "prefixItems" in schema:
        return "array"
    return "number" if "minimum" in schema or "maximum" in schema else "string"


def _merged(left: Mapping[str, Any], right: Any) -> dict[str, Any]:
    if not isinstance(right, Mapping):
        return dict(left)
    merged = dict(left) | dict(right)
    if "properties" in left and "properties" in right:
        merged["properties"] = {**left["properties"], **right["properties"]}
    if "required" in left and "required" in right:
        merged["required"] = [*left["required"], *right["required"]]
    return merged


def _distinct(values: list[Any], least: int) -> list[Any]:
    kept: list[Any] = []
    for value in values:
        if value not in kept:
            kept.append(value)
        elif isinstance(value, str) and len(kept) < least:
            kept.append(f"{value} {len(kept) + 1}")
        elif isinstance(value, int | float) and len(kept) < least:
            kept.append(max(kept) + 1)
    return kept


def _matching(pattern: str, fallback: str) -> str:
    """A few plain guesses; schemas for models rarely hold harder patterns."""
    guesses = (
        fallback,
        "a",
        "A",
        "1",
        "a1",
        "word",
        "Word",
        "two words",
        "2024-06-01",
        "12:00",
        "#aa5500",
        "en",
        "zh",
    )
    bounded = re.search(r"\{(\d+)", pattern)
    sizes = (int(bounded[1]),) if bounded else ()
    for guess in (*guesses, *(letter * size for size in sizes for letter in "aA10")):
        if re.search(pattern, guess):
            return guess
    return fallback
