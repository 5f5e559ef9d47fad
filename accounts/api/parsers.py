"""What comes in: JSON or, for files, multipart; nothing larger than announced."""

import codecs
import json
from collections.abc import Mapping
from typing import IO, Any, Never

from rest_framework.parsers import BaseParser, MultiPartParser

from accounts.api.problems import Malformed
from accounts.errors import TooLarge

MAX_JSON = 2 * 1024 * 1024
MAX_UPLOAD = 10 * 1024 * 1024
MAX_DEPTH = 64


class JsonParser(BaseParser):
    """UTF-8 and strict: no NaN, no name twice, no lone halves of characters; an object or a list."""

    media_type = "application/json"

    def parse(self, stream: IO[bytes], media_type: str | None = None, parser_context: Any = None) -> Any:
        raw = stream.read(MAX_JSON + 1)
        if len(raw) > MAX_JSON:
            raise TooLarge(limit=MAX_JSON)
        try:
            found = json.loads(codecs.decode(raw, "utf-8"), parse_constant=_refuse, object_pairs_hook=_once)
            # Escaped halves of characters cannot be stored, and would fail only there.
            json.dumps(found, ensure_ascii=False).encode()
        except (ValueError, RecursionError) as error:
            raise Malformed from error
        if not isinstance(found, dict | list) or _deeper_than(MAX_DEPTH, found):
            raise Malformed
        return found


class UploadParser(MultiPartParser):
    """A form with files."""

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Any = None) -> Any:
        context: Mapping[str, Any] = parser_context or {}
        announced = context["request"].META.get("CONTENT_LENGTH") or "0"
        if not announced.isdigit() or int(announced) > MAX_UPLOAD:
            raise TooLarge(limit=MAX_UPLOAD)
        return super().parse(stream, media_type, parser_context)


def _deeper_than(limit: int, found: Any) -> bool:
    level = [found]
    for _depth in range(limit):
        inside = [each.values() if isinstance(each, dict) else each for each in level if isinstance(each, dict | list)]
        level = [value for values in inside for value in values]
        if not level:
            return False
    return True


def _refuse(name: str) -> Never:
    raise ValueError(name)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a name twice")
    return found
