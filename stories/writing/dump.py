"""Plain data as YAML, in the manner of the stories of the house: short things on one line, long texts as blocks."""

import re
from typing import Any

WIDE = 110
_PLAIN_KEY = re.compile(r"^[A-Za-z_][A-Za-z0-9_-]*$")
# Words that YAML takes for something else.
_WORDS = frozenset({"true", "false", "yes", "no", "on", "off", "null", "y", "n", "~"})
_PLAIN = re.compile(r"^[A-Za-z_(][A-Za-z0-9_ ()+*<>=!.-]*$")


def flow(value: Any) -> str:
    """On one line, as it may stand between braces."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key_text(str(key))}: {flow(each)}" for key, each in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(flow, value)) + "]"
    if isinstance(value, str):
        return _scalar(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    return "null" if value is None else str(value)


def block(value: Any, column: int, *, inline: bool = False) -> str:
    """Over several lines, the first of which begins in this column; `inline`: whoever calls stands there already."""
    pad = " " * column
    if isinstance(value, dict) and value:
        lines = [f"{key_text(str(key))}:{_behind(each, column)}" for key, each in value.items()]
    elif isinstance(value, list | tuple) and value:
        lines = [f"- {_item(each, column + 2)}" for each in value]
    elif isinstance(value, str) and "\n" in value.rstrip("\n") and _fits_block(value):
        return _text(value, column)
    else:
        return flow(value)
    first, *rest = lines
    return "\n".join([first if inline or not column else pad + first, *(pad + line for line in rest)])


def key_text(key: str) -> str:
    return key if _PLAIN_KEY.match(key) and key.lower() not in _WORDS else _scalar(key)


def _behind(value: Any, column: int) -> str:
    if isinstance(value, dict | list | tuple) and value:
        short = flow(value)
        if len(short) + column <= WIDE and not _holds_blocks(value):
            return f" {short}"
        return "\n" + " " * (column + 2) + block(value, column + 2, inline=True)
    return f" {block(value, column + 2, inline=True)}"


def _item(value: Any, column: int) -> str:
    if isinstance(value, dict | list | tuple) and value:
        short = flow(value)
        if len(short) + column <= WIDE and not _holds_blocks(value):
            return short
    return block(value, column, inline=True)


def _holds_blocks(value: Any) -> bool:
    if isinstance(value, dict):
        return any(map(_holds_blocks, value.values()))
    if isinstance(value, list | tuple):
        return any(map(_holds_blocks, value))
    return isinstance(value, str) and "\n" in value


def _fits_block(value: str) -> bool:
    """A block says neither spaces before its first word nor letters that need escapes."""
    return not value.startswith((" ", "\n", "\t")) and all(letter == "\n" or letter.isprintable() for letter in value)


def _text(value: str, column: int) -> str:
    pad = " " * column
    kept = "|" if value.endswith("\n") and not value.endswith("\n\n") else "|+" if value.endswith("\n") else "|-"
    body = value[:-1] if value.endswith("\n") else value
    return kept + "\n" + "\n".join(pad + line if line else "" for line in body.split("\n"))


def _scalar(value: str) -> str:
    if _PLAIN.match(value) and value.lower() not in _WORDS and value == value.strip() and ": " not in value:
        return value
    escaped = (
        value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\t", "\\t").replace("\r", "\\r")
    )
    return '"' + "".join(letter if letter.isprintable() else _escape(letter) for letter in escaped) + '"'


def _escape(letter: str) -> str:
    code = ord(letter)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
