"""JSON schemas for servers that know a part of the language only."""

from typing import Any

_KNOWN = {
    "type", "properties", "required", "additionalProperties", "enum", "const", "items", "anyOf", "allOf", "$ref",
    "$defs", "definitions", "title", "description", "default",
}  # fmt: skip
_FORMATS = {"date-time", "time", "date", "duration", "email", "hostname", "uri", "ipv4", "ipv6", "uuid"}


def without_limits(schema: Any) -> Any:
    """The same shape; lengths, ranges and patterns become words of the description, since they would be refused."""
    if isinstance(schema, list):
        return [without_limits(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    kept: dict[str, Any] = {}
    said: list[str] = []
    for name, value in schema.items():
        if name in ("properties", "$defs", "definitions") and isinstance(value, dict):
            kept[name] = {key: without_limits(each) for key, each in value.items()}
        elif name in ("enum", "const", "required", "type", "default"):
            kept[name] = value
        elif name in _KNOWN:
            kept[name] = without_limits(value)
        elif name == "oneOf":
            kept["anyOf"] = without_limits(value)
        elif (name == "format" and value in _FORMATS) or (name == "minItems" and value in (0, 1)):
            kept[name] = value
        else:
            said.append(f"{name}: {value}")
    if kept.get("type") == "object" or "properties" in kept:
        kept["additionalProperties"] = False
    if said:
        kept["description"] = " ".join(filter(None, (kept.get("description"), f"({', '.join(said)})")))
    return kept
