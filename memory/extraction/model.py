"""What a model is asked for when it looks for memories, and what of its answer can be used. Pure."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from memory.extraction.fact import Fact

KINDS = ("about_player", "about_character", "event", "promise", "preference", "relationship")
MOST = 8
LONGEST = 400  # characters of a statement


def schema() -> dict[str, Any]:
    """Every property is required and none is added: strict servers want it so."""
    memory = {
        "line": {"type": "integer"},
        "kind": {"type": "string", "enum": list(KINDS)},
        "statement": {"type": "string"},
        "slot": {"type": "string"},
        "importance": {"type": "integer"},
        "asked": {"type": "boolean"},
    }
    return _object({"memories": {"type": "array", "items": _object(memory)}})


def read_answer(text: str, lines: int) -> list[tuple[int, Fact]] | None:
    """Facts, each with the place of its line among `lines`; None where the answer is none.

    Models wrap JSON in words and forget limits: that is forgiven. A fact that names no line would be nobody's, and is
    left out.
    """
    answer = json_in(text)
    if answer is None or not isinstance(answer.get("memories"), list):
        return None
    found = []
    for each in answer["memories"][:MOST]:
        if isinstance(each, Mapping) and (read := _read(each, lines)) is not None:
            found.append(read)
    return found


def _read(each: Mapping[str, Any], lines: int) -> tuple[int, Fact] | None:
    line, kind, statement = each.get("line"), each.get("kind"), each.get("statement")
    if not isinstance(line, int) or isinstance(line, bool) or not 1 <= line <= lines:
        return None
    if kind not in KINDS or not isinstance(statement, str):
        return None
    statement = " ".join(statement.replace("\x00", "").split())
    if not 3 <= len(statement) <= LONGEST:
        return None
    slot, importance = each.get("slot"), each.get("importance")
    return line - 1, Fact(
        statement,
        kind,
        " ".join(slot.casefold().split())[:60] if isinstance(slot, str) else "",
        min(100, max(0, importance)) if isinstance(importance, int) else 50,
        85,
        asked=each.get("asked") is True,
    )


def transcript(lines: Sequence[tuple[str, str]], *, numbered: bool = True) -> str:
    """Who says what, a line each."""
    told = [f"{speaker}: {' '.join(text.split())}" for speaker, text in lines]
    return "\n".join(f"{number}. {line}" if numbered else line for number, line in enumerate(told, 1))


def json_in(text: str) -> dict[str, Any] | None:
    start, end = text.find("{"), text.rfind("}")
    try:
        found = json.loads(text[start : end + 1], strict=False) if start >= 0 else None
    except (ValueError, RecursionError):
        found = None
    return found if isinstance(found, dict) else None


def _object(properties: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }
