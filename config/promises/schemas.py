"""Two JSON Schemas of one thing: what of the new one breaks a program that was written by the old one.

`sends`: it is ours to say, so what was always there must be. Otherwise it is theirs to say, so what was taken must be.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

Schema = Mapping[str, Any]
MOST = ("maxLength", "maximum", "maxItems", "exclusiveMaximum", "maxProperties")
LEAST = ("minLength", "minimum", "minItems", "exclusiveMinimum", "minProperties")
ALL_TYPES = frozenset({"string", "integer", "number", "boolean", "array", "object", "null"})


@dataclass(frozen=True, slots=True)
class Comparing:
    """`old` and `new` are the documents in which references lead somewhere."""

    old: Schema
    new: Schema
    sends: bool
    seen: set[tuple[str, str]] = field(default_factory=set)

    def breaks(self, old: Schema, new: Schema, where: str) -> Iterator[str]:
        here = old.get("$ref", ""), new.get("$ref", "")
        if all(here):
            if here in self.seen:
                return
            self.seen.add(here)
        old, new = resolved(self.old, old), resolved(self.new, new)
        yield from self._types(old, new, where)
        yield from self._values(old, new, where)
        if not self.sends:
            yield from _bounds(old, new, where)
        yield from self._variants(old, new, where)
        yield from self._properties(old, new, where)
        if "items" in old and isinstance(new.get("items"), Mapping):
            yield from self.breaks(old["items"], new["items"], f"{where}[]")

    def _types(self, old: Schema, new: Schema, where: str) -> Iterator[str]:
        before, after = types_of(self.old, old), types_of(self.new, new)
        lost, more = before - _widened(after), after - _widened(before)
        if self.sends and more:
            yield f"{where} may be {', '.join(sorted(more))} now"
        if not self.sends and lost:
            yield f"{where} may not be {', '.join(sorted(lost))} any more"

    def _values(self, old: Schema, new: Schema, where: str) -> Iterator[str]:
        before, after = values_of(old), values_of(new)
        if not self.sends and after is not None:
            gone = ["anything else"] if before is None else sorted(map(str, before - after))
            if gone:
                yield f"{where} may not be {', '.join(gone)} any more"
        if self.sends and before is not None and after is None:
            yield f"{where} may be anything now"

    def _variants(self, old: Schema, new: Schema, where: str) -> Iterator[str]:
        before, after = self._named(self.old, old), self._named(self.new, new)
        for name, variant in before.items():
            if name not in after:
                if name not in ALL_TYPES:  # those are compared above
                    yield f"{where}: {name} is gone"
            else:
                yield from self.breaks(variant, after[name], f"{where}:{name}")

    def _named(self, document: Schema, schema: Schema) -> dict[str, Schema]:
        """Each variant by its tag, else by its reference, else by its type."""
        found: dict[str, Schema] = {}
        for variant in (*schema.get("oneOf", ()), *schema.get("anyOf", ())):
            whole = resolved(document, variant)
            tag = values_of(whole.get("properties", {}).get("type", {})) if whole.get("type") == "object" else None
            name = next(iter(tag)) if tag and len(tag) == 1 else variant.get("$ref", "").rpartition("/")[2]
            found[str(name or whole.get("type", "anything"))] = variant
        return found

    def _properties(self, old: Schema, new: Schema, where: str) -> Iterator[str]:
        before, after = properties_of(self.old, old), properties_of(self.new, new)
        needed, needs = required_of(self.old, old), required_of(self.new, new)
        if not before and not after:
            return
        for name, schema in before.items():
            if name not in after:
                yield f"{where}.{name} is gone"
            else:
                yield from self.breaks(schema, after[name], f"{where}.{name}")
        if self.sends:
            yield from (f"{where}.{name} may be missing now" for name in sorted((needed - needs) & after.keys()))
        else:
            yield from (f"{where}.{name} has to be given now" for name in sorted(needs - needed))


def resolved(document: Schema, schema: Schema) -> Schema:
    while "$ref" in schema:
        found: Any = document
        for part in schema["$ref"].removeprefix("#/").split("/"):
            found = found[part]
        schema = found
    return schema


def types_of(document: Schema, schema: Schema) -> frozenset[str]:
    schema = resolved(document, schema)
    named = schema.get("type")
    if named is not None:
        found = {named} if isinstance(named, str) else set(named)
    elif variants := (*schema.get("oneOf", ()), *schema.get("anyOf", ())):
        found = set().union(*(types_of(document, variant) for variant in variants))
    elif (values := values_of(schema)) is not None:
        found = {_type_of(value) for value in values}
    elif "allOf" in schema:
        found = set(types_of(document, schema["allOf"][0]))
    elif "properties" in schema:
        found = {"object"}
    else:
        return ALL_TYPES
    return frozenset(found | ({"null"} if schema.get("nullable") else set()))


def _type_of(value: object) -> str:
    if value is None:
        return "null"
    for kind, name in ((bool, "boolean"), (int, "integer"), (float, "number"), (str, "string")):
        if isinstance(value, kind):
            return name
    return "object"


def _widened(types: frozenset[str]) -> frozenset[str]:
    return types | {"integer"} if "number" in types else types


def values_of(schema: Schema) -> set[Any] | None:
    if "const" in schema:
        return {schema["const"]}
    return set(schema["enum"]) if "enum" in schema else None


def properties_of(document: Schema, schema: Schema) -> dict[str, Schema]:
    found = dict(schema.get("properties", {}))
    for part in schema.get("allOf", ()):
        found |= properties_of(document, resolved(document, part))
    return found


def required_of(document: Schema, schema: Schema) -> set[str]:
    found = set(schema.get("required", ()))
    for part in schema.get("allOf", ()):
        found |= required_of(document, resolved(document, part))
    return found


def _bounds(old: Schema, new: Schema, where: str) -> Iterator[str]:
    for name in MOST:
        if name in new and new[name] < old.get(name, float("inf")):
            yield f"{where}: {name} is {new[name]} now, was {old.get(name, 'not there')}"
    for name in LEAST:
        if name in new and new[name] > old.get(name, float("-inf")):
            yield f"{where}: {name} is {new[name]} now, was {old.get(name, 'not there')}"
    if new.get("pattern", old.get("pattern")) != old.get("pattern"):
        yield f"{where}: another pattern"
