"""JSON without loss: order of keys and the way numbers are written survive, nothing is guessed, all is bounded."""

import json
import re
from json.encoder import encode_basestring  # type: ignore[attr-defined]
from typing import Any

from django.utils.translation import gettext_lazy as _

from characters.cards.errors import CardError
from characters.cards.limits import MAX_DEPTH, MAX_DIGITS, MAX_KEYS, MAX_TEXT, MAX_VALUES

# Possessive: a string is walked once, closed or not.
_TOKENS = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+"?+|[\[\]{},:]', re.DOTALL)
_SURROGATE = re.compile("[\ud800-\udfff]")
_INDENT = re.compile(r"[\[{]\r?\n([ \t]{1,8})\S")

EMBEDDED = '"data:'


class Real(float):
    """A number that Python would write differently (1e5, 1.50, -0): as it was written."""

    __slots__ = ("written",)
    written: str


def read_json(data: bytes) -> tuple[str, Any]:
    """The text and what it says. Raises CardError."""
    text = decode(data)
    measure(text, len(data))
    return text, parse(text)


def decode(data: bytes) -> str:
    """Strict UTF-8; a byte-order mark is let go."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise CardError(
            "not_utf8",
            _("The text is not valid UTF-8: byte %(place)s cannot be read.") % {"place": error.start},
            field="json",
        ) from error


def measure(text: str, size: int | None = None) -> None:
    """Depth, keys, values and length, by one walk over the text and before anything is built. Raises CardError."""
    depth = keys = values = embedded = 0
    for token in _TOKENS.finditer(text):
        sign = text[token.start()]
        if sign == '"':
            if text.startswith(EMBEDDED, token.start()):
                embedded += token.end() - token.start()
        elif sign == ":":
            keys += 1
        elif sign in "[{":
            depth += 1
            values += 1
            if depth > MAX_DEPTH:
                raise CardError("too_deep", _("It is nested too deeply."), field="json", limit=MAX_DEPTH)
        elif sign == ",":
            values += 1
        else:
            depth -= 1
        if keys > MAX_KEYS:
            raise CardError("too_many_keys", _("It has too many keys."), field="json", limit=MAX_KEYS)
        if values > MAX_VALUES:
            raise CardError("too_many_values", _("It has too many values."), field="json", limit=MAX_VALUES)
    if (len(text.encode("utf-8", "surrogatepass")) if size is None else size) - embedded > MAX_TEXT:
        raise CardError("too_long", _("The text of a card may have 1 MB at most."), field="json", limit=MAX_TEXT)


def fits(text: str) -> bool:
    """Whether it could be read again."""
    if len(text.encode("utf-8", "surrogatepass")) <= MAX_TEXT:
        return True
    try:
        measure(text)
    except CardError:
        return False
    return True


def parse(text: str) -> Any:
    """`measure` comes first. Raises CardError."""
    try:
        return _DECODER.decode(text)
    except json.JSONDecodeError as error:
        raise CardError(
            "not_json",
            _("This is not valid JSON: line %(line)s, column %(column)s.")
            % {"line": error.lineno, "column": error.colno},
            field="json",
        ) from error
    except RecursionError as error:
        raise CardError("too_deep", _("It is nested too deeply."), field="json", limit=MAX_DEPTH) from error


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        seen: set[str] = set()
        twice = next(key for key, _value in pairs if key in seen or seen.add(key))  # type: ignore[func-returns-value]
        raise CardError(
            "duplicate_key",
            _("“%(key)s” stands twice in one object: programs would read different cards.") % {"key": twice[:60]},
            field=twice[:60],
        )
    return found


def _real(written: str) -> float:
    _short(written)
    value = Real(written)
    if float.__repr__(value) == written:
        return float(written)
    value.written = written
    return value


def _whole(written: str) -> float:
    _short(written)
    if written == "-0":
        return _real(written)
    return int(written)


def _short(written: str) -> None:
    if len(written) > MAX_DIGITS:
        raise CardError("too_many_digits", _("A number has too many digits."), field="json", limit=MAX_DIGITS)


def _constant(name: str) -> Any:
    raise CardError("not_json", _("%(name)s is no number in JSON.") % {"name": name}, field="json")


_DECODER = json.JSONDecoder(
    object_pairs_hook=_object, parse_float=_real, parse_int=_whole, parse_constant=_constant, strict=True
)


def write_json(value: Any, *, indent: str = "") -> str:
    """As read: keys in order, numbers as written. `indent` is what a level is moved in by; none is one line."""
    pieces: list[str] = []
    _write(value, pieces, indent, "\n" if indent else "")
    # A lone half of a surrogate pair has no UTF-8: it goes out as it came in, escaped.
    return _SURROGATE.sub(lambda half: f"\\u{ord(half[0]):04x}", "".join(pieces))


def _write(value: Any, pieces: list[str], indent: str, line: str) -> None:
    if isinstance(value, str):
        pieces.append(encode_basestring(value))
    elif value is None or isinstance(value, bool):
        pieces.append("null" if value is None else "true" if value else "false")
    elif isinstance(value, Real):
        pieces.append(value.written)
    elif isinstance(value, int | float):
        pieces.append(repr(value))
    elif isinstance(value, dict):
        _write_all(((encode_basestring(key) + (": " if indent else ":"), each) for key, each in value.items()),
                   "{}", pieces, indent, line)  # fmt: skip
    else:
        _write_all((("", each) for each in value), "[]", pieces, indent, line)


def _write_all(items: Any, brackets: str, pieces: list[str], indent: str, line: str) -> None:
    inner = line + indent
    pieces.append(brackets[0])
    first = True
    for label, each in items:
        pieces.append((inner if first else "," + inner) + label)
        _write(each, pieces, indent, inner)
        first = False
    pieces.append(brackets[1] if first else line + brackets[1])


def copied(value: Any) -> Any:
    """A copy to write into: objects and lists anew, all else is what it was."""
    if isinstance(value, dict):
        return {key: copied(each) for key, each in value.items()}
    return [copied(each) for each in value] if isinstance(value, list) else value


def indent_of(text: str) -> str:
    """How this text moves its levels in, so that it can be written alike."""
    found = _INDENT.match(text.lstrip()[:4_000]) if text[:1] else None
    return found[1] if found else ""
