"""Where a story speaks of one of its parts by name: in conditions and effects, in what leads, stands or is used there.

Made of the plain document, which need not make sense yet. Things of different kinds may have the same name: what a
name means is told by where it stands.
"""

import itertools
import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from stories.expressions.calls import CALLS
from stories.expressions.names import Kind
from stories.expressions.problem import Wrong
from stories.expressions.statements import ORDERS
from stories.expressions.tokens import tokens

Path = tuple[str | int, ...]
KINDS: Mapping[str, str] = {
    "scenes": "scene", "endings": "ending", "cast": "cast", "items": "item", "places": "place", "flags": "flag",
    "counters": "counter", "dice": "dice",
}  # fmt: skip
_TAKES: Mapping[str, tuple[tuple[Kind, ...], ...]] = {
    **{name: call.takes for name, call in CALLS.items() if not isinstance(call.takes, str)},
    **{name: order.takes for name, order in ORDERS.items()},
}
_EXPRESSIONS = frozenset({"when", "entry", "done", "needs", "plus"})
_PROSE = frozenset({"prompt", "means"})
# By the key it stands under, what a bare name may be there.
_NAMED: Mapping[str, tuple[str, ...]] = {
    "start": ("scene",), "to": ("scene", "ending"), "place": ("place",), "present": ("cast",), "roads": ("place",),
    "item": ("item",), "dice": ("dice",), "at": ("place", "cast"),
}  # fmt: skip


class Part(NamedTuple):
    """What is renamed: a scene by its name, a choice as scene.choice."""

    kind: str
    name: str
    new: str


def part_at(path: Path, new: str) -> Part | None:
    """What stands at this path, where others may speak of it."""
    match path:
        case (str(table), str(name)) if table in KINDS:
            return Part(KINDS[table], name, new)
        case ("scenes", str(scene), "choices", str(name)):
            return Part("choice", f"{scene}.{name}", f"{scene}.{new}")
    return None


def references(data: Any, part: Part) -> Iterator[tuple[Path, str]]:
    """Every text of the document that speaks of it, by path, and what it says with the new name."""
    yield from _below(data, (), part)


def _below(value: Any, path: Path, part: Part) -> Iterator[tuple[Path, str]]:
    if isinstance(value, dict):
        for key, each in value.items():
            if key == "target" and isinstance(each, str):
                if each == part.name and part.kind in _targets(value.get("verb")):
                    yield (*path, key), part.new
            else:
                yield from _below(each, (*path, key), part)
    elif isinstance(value, list):
        for at, each in enumerate(value):
            yield from _below(each, (*path, at), part)
    elif isinstance(value, str) and (said := _said(value, path, part)) != value:
        yield path, said


def _targets(verb: Any) -> tuple[str, ...]:
    return ("dice",) if verb == "roll" else () if verb == "custom" else ("cast", "item", "place")


def _said(text: str, path: Path, part: Part) -> str:
    keys = [step for step in path if isinstance(step, str)]
    if not keys:
        return text
    key = keys[-1]
    if key in ("en", "zh-hans"):
        return _in_prose(text, part) if len(keys) > 1 and keys[-2] in _PROSE else text
    if _is_name(path, keys):
        return text
    if key == "do":
        return ";".join(renamed_in(each, part) for each in text.split(";"))
    if key in _EXPRESSIONS:
        return renamed_in(text, part)
    return part.new if text == part.name and part.kind in _NAMED.get(key, ()) else text


def _is_name(path: Path, keys: list[str]) -> bool:
    """Whether the last key is somebody's own name: a flag may be called `to`, and says true or false."""
    return len(path) == 2 and keys[0] in KINDS


def _in_prose(text: str, part: Part) -> str:
    """Prompts speak of things as people do; a name of the document stands in `backticks` or {braces} there."""
    name = re.escape(part.name)
    return re.sub(rf"`{name}`|\{{{name}\}}", lambda found: found[0][0] + part.new + found[0][-1], text)


def renamed_in(text: str, part: Part) -> str:
    """The expression or effect with the new name. What is not to be read stays as it is."""
    try:
        found = tokens(text)
    except Wrong:
        return text
    open_calls: list[list[Any]] = []  # name and how many arguments are behind, innermost last
    said, after = [], 0
    for token, following in itertools.pairwise(found):
        calls = following.kind == "("
        if token.kind == "name" and not calls and (new := _new_name(token.text, part, open_calls)):
            said += [text[after : token.at - 1], new]
            after = token.at - 1 + len(token.text)
        elif token.kind == "(":
            open_calls.append([_before(found, token), 0])
        elif token.kind == ")" and open_calls:
            open_calls.pop()
        elif token.kind == "," and open_calls:
            open_calls[-1][1] += 1
    return "".join([*said, text[after:]])


def _before(found: list[Any], bracket: Any) -> str:
    at = found.index(bracket)
    return found[at - 1].text if at and found[at - 1].kind == "name" else ""


def _new_name(text: str, part: Part, open_calls: list[list[Any]]) -> str:
    call, place = open_calls[-1] if open_calls else ("", 0)
    takes = _TAKES.get(call)
    if takes is None:
        return part.new if text == part.name and part.kind in ("flag", "counter") else ""
    kinds = takes[place] if place < len(takes) else ()
    if "choice" in kinds and part.kind == "scene" and text.startswith(f"{part.name}."):
        return part.new + text[len(part.name) :]
    return part.new if text == part.name and part.kind in kinds else ""
