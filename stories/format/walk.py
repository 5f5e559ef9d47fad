"""Compares what a file holds with the classes it has to become, and says where they differ: all of it, by line."""

import re
from collections.abc import Callable
from functools import cache
from typing import Any

from msgspec import inspect as shapes

from inference.prompts.marked import Marked
from inference.prompts.problems import Problem, Reason, either
from inference.prompts.problems import reason as _

MOST_TOLD = 50
_WORDS: dict[type, Reason] = {
    shapes.StrType: _("text"),
    shapes.IntType: _("a whole number"),
    shapes.BoolType: _("true or false"),
    shapes.StructType: _("a mapping"),
    shapes.DictType: _("a mapping"),
    shapes.ListType: _("a list"),
    shapes.VarTupleType: _("a list"),
    shapes.TupleType: _("a list"),
    shapes.NoneType: _("nothing"),
}


class Walk:
    """`lines` tells afterwards in which line each path stands: `scenes.inn.choices.ask.when`."""

    def __init__(self, where: str) -> None:
        self.where = where
        self.problems: list[Problem] = []
        self.lines: dict[str, int] = {}

    def fault(self, node: Marked, path: str, reason: str) -> None:
        if len(self.problems) < MOST_TOLD:
            self.problems.append(Problem(self.where, node.line, path, reason))

    def plain(self, node: Marked, shape: shapes.Type, path: str) -> Any:
        """The node as plain data, of this shape unless there are problems."""
        self.lines[path] = node.line
        for kind in shape.types if isinstance(shape, shapes.UnionType) else (shape,):
            if _fits(node.value, kind):
                return _READERS.get(type(kind), _as_it_is)(self, node, kind, path)
        self.fault(node, path, _("has to be %(what)s", what=_told(shape)))
        return None

    def struct(self, node: Marked, shape: shapes.StructType, path: str) -> dict[str, Any]:
        known = {field.encode_name: field for field in shape.fields}
        for key in node.value.keys() - known.keys():
            self.fault(node.value[key], _below(path, key), _("is not known here: %(known)s", known=", ".join(known)))
        for name, field in known.items():
            if field.required and name not in node.value:
                self.fault(node, path, _("has no %(name)s", name=name))
        return {
            key: self.plain(each, known[key].type, _below(path, key))
            for key, each in node.value.items()
            if key in known
        }

    def mapping(self, node: Marked, shape: shapes.DictType, path: str) -> dict[str, Any]:
        self._long(node, shape, path)
        pattern = shape.key_type.pattern if isinstance(shape.key_type, shapes.StrType) else None
        for key, each in node.value.items():
            if pattern and not re.search(pattern, key):
                self.fault(each, _below(path, key), _("a name is small letters, digits and _, at most 40"))
        return {key: self.plain(each, shape.value_type, _below(path, key)) for key, each in node.value.items()}

    def listed(self, node: Marked, shape: shapes.ListType | shapes.VarTupleType, path: str) -> list[Any]:
        self._long(node, shape, path)
        return [self.plain(each, shape.item_type, _below(path, str(at))) for at, each in enumerate(node.value)]

    def tuple(self, node: Marked, shape: shapes.TupleType, path: str) -> list[Any]:
        if len(node.value) != len(shape.item_types):
            self.fault(node, path, _("has to be %(number)s entries", number=len(shape.item_types)))
        pairs = zip(node.value, shape.item_types, strict=False)
        return [self.plain(each, kind, _below(path, str(at))) for at, (each, kind) in enumerate(pairs)]

    def text(self, node: Marked, shape: shapes.StrType, path: str) -> str:
        self._long(node, shape, path)
        if shape.pattern and not re.search(shape.pattern, node.value):
            self.fault(node, path, _("has to be as %(pattern)s", pattern=shape.pattern))
        return str(node.value)

    def number(self, node: Marked, shape: shapes.IntType, path: str) -> int:
        low, high = shape.ge, shape.le
        if (low is not None and node.value < low) or (high is not None and node.value > high):
            self.fault(node, path, _("has to be from %(low)s to %(high)s", low=f"{low:,}", high=f"{high:,}"))
        return int(node.value)

    def literal(self, node: Marked, shape: shapes.LiteralType, path: str) -> Any:
        if node.value not in shape.values or isinstance(node.value, bool):
            self.fault(node, path, _("has to be %(what)s", what=_told(shape)))
        return node.value

    def anything(self, node: Marked, _shape: shapes.Type, path: str) -> Any:
        if isinstance(node.value, dict):
            return {key: self.anything(each, _shape, _below(path, key)) for key, each in node.value.items()}
        if isinstance(node.value, list):
            return [self.anything(each, _shape, path) for each in node.value]
        return node.value

    def _long(self, node: Marked, shape: Any, path: str) -> None:
        letters = isinstance(node.value, str)
        if shape.max_length is not None and len(node.value) > shape.max_length:
            limit = f"{shape.max_length:,}"
            few = (
                _("at most %(limit)s letters", limit=limit) if letters else _("at most %(limit)s entries", limit=limit)
            )
            self.fault(node, path, few)
        if shape.min_length is not None and len(node.value) < shape.min_length:
            self.fault(node, path, _("at least %(limit)s entries", limit=f"{shape.min_length:,}"))


def _as_it_is(_walk: Walk, node: Marked, _shape: shapes.Type, _path: str) -> Any:
    return node.value


_READERS: dict[type, Callable[..., Any]] = {
    shapes.StructType: Walk.struct,
    shapes.DictType: Walk.mapping,
    shapes.ListType: Walk.listed,
    shapes.VarTupleType: Walk.listed,
    shapes.TupleType: Walk.tuple,
    shapes.StrType: Walk.text,
    shapes.IntType: Walk.number,
    shapes.LiteralType: Walk.literal,
    shapes.AnyType: Walk.anything,
}


def _fits(value: Any, shape: shapes.Type) -> bool:
    if isinstance(shape, shapes.StructType | shapes.DictType):
        return isinstance(value, dict)
    if isinstance(shape, shapes.ListType | shapes.VarTupleType | shapes.TupleType):
        return isinstance(value, list)
    if isinstance(shape, shapes.StrType):
        return isinstance(value, str)
    if isinstance(shape, shapes.BoolType):
        return isinstance(value, bool)
    if isinstance(shape, shapes.IntType):
        return isinstance(value, int) and not isinstance(value, bool)
    if isinstance(shape, shapes.NoneType):
        return value is None
    return True


def _told(shape: shapes.Type) -> str:
    if isinstance(shape, shapes.UnionType):
        return either([_told(each) for each in shape.types if not isinstance(each, shapes.NoneType)])
    if isinstance(shape, shapes.LiteralType):
        return _("one of %(values)s", values=", ".join(map(str, shape.values)))
    return _WORDS.get(type(shape), _("something else"))


def _below(path: str, key: str) -> str:
    return f"{path}.{key}" if path else key


@cache
def shape_of(kind: type) -> shapes.Type:
    return shapes.type_info(kind)
