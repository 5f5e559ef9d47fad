"""One change to a YAML document, made in its text.

The document is read with the place of every node, and only the letters of what changes are written anew. Where the
text around it is too tangled for that (the first key of an item of a list, say), what it stands in is written anew.
Afterwards both are compared: what the text says has to be what was meant.
"""

import copy
from collections.abc import Iterator
from typing import Any, Literal, NamedTuple

import yaml

from inference.prompts.marked import Marked, marked
from stories.writing.dump import block, flow, key_text

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
Path = tuple[str | int, ...]


class Change(NamedTuple):
    """`set` writes `value`, making what it stands in; `remove` takes away; `rename` gives a key the name `value`."""

    op: Literal["set", "remove", "rename"]
    path: Path
    value: Any = None


class NoSuchPlace(ValueError):
    """There is nothing at this path, or nothing can stand there."""


def changed(text: str, change: Change) -> str:
    """Raises NoSuchPlace, and Unfit where the document cannot be read as it stands."""
    if not change.path:
        raise NoSuchPlace
    before = plain_of(text)
    meant = meant_by(before, change)
    for written in _attempts(text, change, meant):
        try:
            if same(plain_of(written), meant):
                return written
        except ValueError:  # Unfit among it: this way was too simple
            continue
    return block(meant, 0) + "\n"


def plain_of(text: str) -> Any:
    """The document as plain data, keys as they are written. Raises Unfit."""
    return _plain(marked(text, "story.yaml"))


def _plain(node: Marked) -> Any:
    if isinstance(node.value, dict):
        return {key: _plain(each) for key, each in node.value.items()}
    return [_plain(each) for each in node.value] if isinstance(node.value, list) else node.value


def same(one: Any, other: Any) -> bool:
    """With the order of keys, and the kinds of values: 1 is not true."""
    if isinstance(one, dict) and isinstance(other, dict):
        return list(one) == list(other) and all(same(one[key], other[key]) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(same, one, other))
    return type(one) is type(other) and one == other


# --- what is meant, as data ---


def meant_by(before: Any, change: Change) -> Any:
    after = copy.deepcopy(before)
    holder, last = after, change.path[-1]
    for step, onward in zip(change.path[:-1], change.path[1:], strict=True):
        holder = _inner(holder, step, onward, making=change.op == "set")
    if isinstance(holder, dict) and isinstance(last, str):
        _meant_of_key(holder, last, change)
    elif isinstance(holder, list) and isinstance(last, int) and 0 <= last <= len(holder):
        _meant_of_item(holder, last, change)
    else:
        raise NoSuchPlace
    return after


def _inner(holder: Any, step: str | int, onward: str | int, *, making: bool) -> Any:
    if isinstance(holder, dict) and isinstance(step, str):
        if making and holder.get(step) is None:
            holder[step] = [] if isinstance(onward, int) else {}
        if step in holder:
            return holder[step]
    elif isinstance(holder, list) and isinstance(step, int) and 0 <= step < len(holder):
        return holder[step]
    raise NoSuchPlace


def _meant_of_key(holder: dict[str, Any], key: str, change: Change) -> None:
    if change.op == "set":
        holder[key] = change.value
    elif key not in holder:
        raise NoSuchPlace
    elif change.op == "remove":
        del holder[key]
    else:
        if not isinstance(change.value, str) or (change.value in holder and change.value != key):
            raise NoSuchPlace
        renamed = {change.value if name == key else name: value for name, value in holder.items()}
        holder.clear()
        holder.update(renamed)


def _meant_of_item(holder: list[Any], at: int, change: Change) -> None:
    if change.op == "set":
        holder[at : at + 1] = [change.value]
    elif change.op == "remove" and at < len(holder):
        del holder[at]
    else:
        raise NoSuchPlace


# --- the same in the text ---


def _attempts(text: str, change: Change, meant: Any) -> Iterator[str]:
    """The smallest change first; then more and more of what stands around is written anew."""
    yield from _tried(text, change)
    for depth in range(len(change.path) - 1, 0, -1):
        path = change.path[:depth]
        yield from _tried(text, Change("set", path, at_path(meant, path)))


def _tried(text: str, change: Change) -> Iterator[str]:
    document = Document(text)
    try:
        yield getattr(document, change.op)(change)
    except (NoSuchPlace, IndexError):
        return


def at_path(data: Any, path: Path) -> Any:
    for step in path:
        data = data[step]
    return data


class Document:
    """The text with the place of every node in it."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.top = yaml.compose(text, Loader=_LOADER)
        self.starts = [0]
        for line in text.splitlines(keepends=True):
            self.starts.append(self.starts[-1] + len(line))

    def set(self, change: Change) -> str:
        """What is not there yet is made from the innermost that is."""
        path, value = change.path, change.value
        depth = self._known(path)
        if depth == len(path):
            return self._replaced(path, value)
        for step in reversed(path[depth + 1 :]):
            value = {step: value} if isinstance(step, str) else [value]
        holder = self.node(path[:depth])
        if isinstance(holder, yaml.MappingNode) and holder.value and isinstance(path[depth], str):
            return self._with_key(holder, str(path[depth]), value)
        if isinstance(holder, yaml.SequenceNode) and holder.value and path[depth] == len(holder.value):
            return self._with_item(holder, value)
        if not path[:depth]:
            raise NoSuchPlace
        # Empty: written anew with what is to be in it.
        return self._replaced(path[:depth], {path[depth]: value} if isinstance(path[depth], str) else [value])

    def remove(self, change: Change) -> str:
        holder = self.node(change.path[:-1])
        if len(holder.value) == 1 or holder.flow_style:
            raise NoSuchPlace
        node, at = self.node(change.path), change.path[-1]
        first = self.key(holder, at) if isinstance(at, str) else node
        start = self._line_start(first)
        # An item has its dash before it; a key has nothing, unless it is the first of an item.
        if self.text[start : self._offset(first.start_mark)].strip() != ("" if isinstance(at, str) else "-"):
            raise NoSuchPlace
        end = self.text.find("\n", self._end(node))
        return self.text[:start] + (self.text[end + 1 :] if end >= 0 else "")

    def rename(self, change: Change) -> str:
        key = self.key(self.node(change.path[:-1]), change.path[-1])
        return self._spliced(self._offset(key.start_mark), self._offset(key.end_mark), key_text(change.value))

    # --- finding ---

    def _known(self, path: Path) -> int:
        """How many steps of the path are there."""
        for depth in range(len(path), -1, -1):
            try:
                self.node(path[:depth])
            except (NoSuchPlace, IndexError):
                continue
            return depth
        return 0

    def node(self, path: Path) -> Any:
        node: Any = self.top
        for step in path:
            if isinstance(node, yaml.MappingNode):
                node = next((value for key, value in node.value if key.value == step), None)
            elif isinstance(node, yaml.SequenceNode) and isinstance(step, int):
                node = node.value[step]
            else:
                node = None
            if node is None:
                raise NoSuchPlace
        return node

    @staticmethod
    def key(holder: Any, name: str | int) -> Any:
        found = next((key for key, _value in holder.value if key.value == name), None)
        if found is None:
            raise NoSuchPlace
        return found

    def _offset(self, mark: Any) -> int:
        return self.starts[mark.line] + int(mark.column) if mark.line < len(self.starts) else len(self.text)

    def _line_start(self, node: Any) -> int:
        return self.starts[node.start_mark.line]

    def _end(self, node: Any) -> int:
        """Where its last letter stands; a block ends for the reader only where something else begins."""
        if not isinstance(node, yaml.ScalarNode) and not node.flow_style and node.value:
            last = node.value[-1]
            return self._end(last[1] if isinstance(last, tuple) else last)
        start, end = self._offset(node.start_mark), self._offset(node.end_mark)
        return start + len(self.text[start:end].rstrip())

    def _column(self, node: Any) -> int:
        return int(node.start_mark.column)

    def span(self, node: Any) -> tuple[int, int]:
        """Of what stands on one line: its first letter, and the one after its last."""
        return self._offset(node.start_mark), self._end(node)

    # --- writing ---

    def _spliced(self, start: int, end: int, new: str) -> str:
        return self.text[:start] + new + self.text[end:]

    def _replaced(self, path: Path, value: Any) -> str:
        holder, node = self.node(path[:-1]), self.node(path)
        if isinstance(path[-1], int):
            start = self._offset(node.start_mark)
            new = flow(value) if holder.flow_style else block(value, self._column(node), inline=True)
            return self._spliced(start, self._end(node), new)
        key = self.key(holder, path[-1])
        colon = self.text.index(":", self._offset(key.end_mark)) + 1
        new = flow(value) if holder.flow_style else _after_key(value, self._column(key))
        # What is empty has no letters, and what is a block begins below.
        return self._spliced(colon, max(colon, self._end(node)), new if new.startswith("\n") else f" {new}")

    def _with_key(self, holder: Any, key: str, value: Any) -> str:
        last = self._end(holder.value[-1][1])
        if holder.flow_style:
            return self._spliced(last, last, f", {key_text(key)}: {flow(value)}")
        column = self._column(holder.value[0][0])
        after = _after_key(value, column)
        entry = f"{key_text(key)}:{after if after.startswith(chr(10)) else f' {after}'}"
        return self._below(last, column, entry)

    def _with_item(self, holder: Any, value: Any) -> str:
        last = self._end(holder.value[-1])
        if holder.flow_style:
            return self._spliced(last, last, f", {flow(value)}")
        column = self._column(holder.value[0])
        dash = self.text.rfind("-", self._line_start(holder.value[0]), self._offset(holder.value[0].start_mark))
        indent = dash - self._line_start(holder.value[0])
        return self._below(last, indent, f"- {block(value, column, inline=True)}")

    def _below(self, last: int, column: int, entry: str) -> str:
        """On a line of its own, below whatever comment stands beside the last one."""
        end = self.text.find("\n", last)
        head, rest = (self.text, "") if end < 0 else (self.text[:end], self.text[end:])
        return f"{head}\n{' ' * column}{entry}{rest or chr(10)}"


def _after_key(value: Any, column: int) -> str:
    """Behind the colon of a key in this column: on its line, or below."""
    if isinstance(value, dict | list) and value and (long := flow(value)) and len(long) + column > 100:
        return "\n" + " " * (column + 2) + block(value, column + 2, inline=True)
    return block(value, column + 2, inline=True) if isinstance(value, str) else flow(value)
