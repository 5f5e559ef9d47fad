"""Keys that are patterns, written /like this/i: strangers write them, so they run in linear time or not at all."""

import re
from functools import lru_cache

import re2

MAX_LENGTH = 500
MAX_PROGRAM = 2_000  # instructions of a compiled pattern; the work is at most this times the text
_SLASHED = re.compile(r"/(?P<body>.+)/(?P<flags>[A-Za-z]*)\Z", re.DOTALL)
_FLAGS = "ims"
_WITHOUT_EFFECT = "guy"  # say how to search, not what to find


class BadPattern(ValueError):
    """`args[0]` is a code: flags, too_long, too_large, syntax; `args[1]` what the engine says of it, in English."""


def is_pattern(key: str) -> bool:
    """Only what stands between slashes: `use_regex` is set on many a card that holds none."""
    return len(key) > 2 and key[0] == "/" and _SLASHED.match(key) is not None


@lru_cache(maxsize=500)
def compile_pattern(key: str) -> re2._Regexp:
    """BadPattern for what the engine cannot do: it has neither look-around nor back-references."""
    found = _SLASHED.match(key)
    if found is None:
        raise BadPattern("syntax", "")
    body, flags = found["body"].replace(r"\/", "/"), found["flags"]
    if len(body) > MAX_LENGTH:
        raise BadPattern("too_long", str(MAX_LENGTH))
    if not set(flags) <= set(_FLAGS + _WITHOUT_EFFECT):
        raise BadPattern("flags", flags)
    inline = "".join(flag for flag in _FLAGS if flag in flags)
    try:
        pattern = re2.compile(f"(?{inline}){body}" if inline else body, _options())
    except re2.error as error:
        said = error.args[0] if error.args else ""
        raise BadPattern("syntax", said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)) from None
    if pattern.programsize > MAX_PROGRAM:
        raise BadPattern("too_large", str(MAX_PROGRAM))
    return pattern


def _options() -> re2.Options:
    options = re2.Options()
    options.log_errors = False
    options.never_capture = True
    options.max_mem = 1 << 18
    return options
