"""YAML with the line of everything in it. No tags, no aliases, no key twice: a file says what it says."""

import re
from dataclasses import dataclass
from typing import Any

import yaml

from inference.prompts.problems import Problem, Unfit
from inference.prompts.problems import reason as _

MOST_LETTERS = 200_000
MOST_DEEP = 20
# Written as an escape they pass any reader of YAML, and no database takes the first of them.
UNSTORABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_SCALARS = yaml.SafeLoader("")


@dataclass(frozen=True, slots=True)
class Marked:
    """`line` is where it is announced (its key's), `first` where its own first letter stands."""

    value: Any
    line: int
    first: int


def marked(text: str, where: str) -> Marked:
    """Raises Unfit for what is not YAML, or more than we take."""
    if len(text) > MOST_LETTERS:
        raise Unfit([Problem(where, 1, "", _("longer than %(letters)s letters", letters=f"{MOST_LETTERS:,}"))])
    try:
        _look_for_tricks(text, where)
        node = yaml.compose(text, Loader=_LOADER)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        raise Unfit([Problem(where, line, "", _("not YAML: %(why)s", why=error.problem or error.context))]) from error
    except (yaml.YAMLError, UnicodeEncodeError) as error:  # letters that YAML has no place for
        raise Unfit([Problem(where, 1, "", _("not YAML: %(error)s", error=error))]) from error
    if node is None:
        raise Unfit([Problem(where, 1, "", _("empty"))])
    return _read(node, node.start_mark.line + 1, where)


def _look_for_tricks(text: str, where: str) -> None:
    """Before anything is built of it: aliases grow, tags make things, and depth ends the stack."""
    deep = 0
    for event in yaml.parse(text, Loader=_LOADER):
        line = event.start_mark.line + 1 if event.start_mark else 1
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise Unfit([Problem(where, line, "", _("no anchors and aliases"))])
        if tag := getattr(event, "tag", None):
            raise Unfit([Problem(where, line, "", _("no tags: %(tag)s", tag=tag))])
        deep += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if deep > MOST_DEEP:
            raise Unfit([Problem(where, line, "", _("deeper than %(levels)s levels", levels=MOST_DEEP))])


def _look_for_control(text: str, line: int, where: str) -> None:
    if UNSTORABLE.search(text):
        raise Unfit([Problem(where, line, "", _("a control character, which cannot be stored"))])


def _read(node: Any, line: int, where: str) -> Marked:
    # The text of a block scalar begins below its mark.
    first = node.start_mark.line + 1 + (isinstance(node, yaml.ScalarNode) and node.style in ("|", ">"))
    if isinstance(node, yaml.MappingNode):
        found: dict[str, Marked] = {}
        for key, value in node.value:
            at = key.start_mark.line + 1
            if not isinstance(key, yaml.ScalarNode):
                raise Unfit([Problem(where, at, "", _("a key has to be a word"))])
            _look_for_control(key.value, at, where)
            if key.value in found:
                raise Unfit([Problem(where, at, "", _("%(name)s stands here twice", name=key.value))])
            found[key.value] = _read(value, at, where)
        return Marked(found, line, first)
    if isinstance(node, yaml.SequenceNode):
        return Marked([_read(each, each.start_mark.line + 1, where) for each in node.value], line, first)
    _look_for_control(node.value, line, where)
    try:
        return Marked(_SCALARS.construct_object(node), line, first)
    except (yaml.YAMLError, ValueError) as error:
        raise Unfit([Problem(where, line, "", _("not to be read: %(text)s", text=f"{node.value[:40]}"))]) from error
