"""The shape as a JSON Schema, for editors: `python -m stories.format.schema > docs/story.schema.json`."""

import json
import sys
from typing import Any

import msgspec

from stories.format.shape import StoryFile


def schema() -> dict[str, Any]:
    (top,), parts = msgspec.json.schema_components([StoryFile], ref_template="#/$defs/{name}")
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A story of Dramatis",
        "description": "The shape of a story. What it says has to make sense too: manage.py stories check.",
        **top,
        "$defs": parts,
    }


def schema_text() -> str:
    return json.dumps(schema(), indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    sys.stdout.write(schema_text())
