"""As Agnai writes cards: V1 first, its persona kept beside the text that was made of it."""

import json
from typing import Any

from tests.characters.cards.tools.encoding import b64, picture, text_chunk


def agnai() -> dict[str, Any]:
    """V1 first, then V2; undefined keys are left out; its persona is kept beside the compiled text."""
    flat = {
        "name": "Ada",
        "first_mes": "Hello.",
        "scenario": "A library.",
        "description": "Name: Ada\nspecies: human\nmind: sharp, kind",
        "personality": "",
        "mes_example": "{{user}}: ?\n{{char}}: !",
    }
    entry = {
        "keys": ["clock"],
        "content": "It stopped at noon.",
        "extensions": {},
        "enabled": True,
        "insertion_order": 3,
        "name": "Clock",
        "priority": 7,
        "id": 1,
        "comment": "",
        "selective": False,
        "secondary_keys": [],
        "constant": False,
        "position": "before_char",
    }
    return flat | {
        "spec": "chara_card_v2",
        "spec_version": "2.0",
        "data": flat
        | {
            "creator_notes": "",
            "system_prompt": "",
            "post_history_instructions": "",
            "alternate_greetings": [],
            "character_book": {
                "name": "Library",
                "description": "",
                "entries": [entry],
                "extensions": {},
                "is_creation": False,
            },
            "tags": ["library"],
            "creator": "",
            "character_version": "",
            "extensions": {
                "depth_prompt": {"depth": 3, "prompt": "Whisper."},
                "agnai": {
                    "voice": {"service": "webspeechsynthesis", "rate": 1.05},
                    "persona": {"kind": "attributes", "attributes": {"species": ["human"], "mind": ["sharp", "kind"]}},
                    "appearance": "grey coat",
                    "json": None,
                    "sprite": None,
                },
            },
        },
    }


def agnai_png() -> bytes:
    """All other text is gone; one `chara`, indented by two."""
    return picture(after=(text_chunk("chara", b64(json.dumps(agnai(), indent=2, ensure_ascii=False))),))


def agnai_ooba() -> bytes:
    return json.dumps(
        {
            "char_name": "Ada",
            "char_greeting": "Hello.",
            "world_scenario": "A library.",
            "char_persona": "sharp",
            "example_dialogue": "",
        },
        indent=2,
    ).encode()
