"""As SillyTavern writes cards: V1 fields at the root, V3 by label alone, everything written out."""

import json
from typing import Any

from tests.characters.cards.tools.encoding import b64, compact, picture, text_chunk


def st_entry(uid: int, **changes: Any) -> dict[str, Any]:
    """A world info entry as it goes into a card: every extension written out, every entry said to be a pattern."""
    extensions = {
        "position": 4,
        "exclude_recursion": False,
        "display_index": uid,
        "probability": 80,
        "useProbability": True,
        "depth": 2,
        "selectiveLogic": 3,
        "group": "weather",
        "group_override": False,
        "group_weight": 150,
        "prevent_recursion": True,
        "delay_until_recursion": False,
        "scan_depth": None,
        "match_whole_words": None,
        "use_group_scoring": False,
        "case_sensitive": None,
        "automation_id": "",
        "role": 1,
        "vectorized": False,
        "sticky": 3,
        "cooldown": 0,
        "delay": 5,
    }
    return {
        "id": uid,
        "keys": ["rain", "/st[o0]rm/i"],
        "secondary_keys": ["night", "sea"],
        "comment": "The weather",
        "content": "It always rains, {{user}}.\n",
        "constant": False,
        "selective": True,
        "insertion_order": 100,
        "enabled": True,
        "position": "after_char",
        "use_regex": True,
        "extensions": extensions,
    } | changes


def sillytavern(name: str = "Mira") -> dict[str, Any]:
    """V1 fields, favourite, dates and the last talk at the root; V3 by label alone."""
    shared = {
        "name": name,
        "description": "{{char}} keeps the Lantern.\r\nShe counts.",
        "personality": "warm, wary",
        "scenario": "A tavern at the ford.",
        "first_mes": "*She looks up.* Evening, {{user}}.",
        "mes_example": "<START>\n{{user}}: Hi\n{{char}}: Hm.",
    }
    return shared | {
        "creatorcomment": "Be kind to her.",
        "avatar": "none",
        "chat": f"{name} - 2024-9-28@01h02m36s",
        "talkativeness": "0.5",
        "fav": True,
        "tags": ["tavern", "Fantasy"],
        "spec": "chara_card_v2",
        "spec_version": "2.0",
        "data": shared
        | {
            "creator_notes": "Be kind to her.",
            "system_prompt": "{{original}} Stay brief.",
            "post_history_instructions": "",
            "tags": ["tavern", "Fantasy"],
            "creator": "someone",
            "character_version": "1.1",
            "alternate_greetings": ["You again.", ""],
            "extensions": {
                "talkativeness": "0.5",
                "fav": True,
                "world": "Ford",
                "depth_prompt": {"prompt": "She is tired.", "depth": 4, "role": "system"},
                "regex_scripts": [{"id": "1", "scriptName": "x", "findRegex": "/(a+)+$/g", "replaceString": ""}],
            },
            "group_only_greetings": [],
            "character_book": {"entries": [st_entry(0), st_entry(1, comment="Another")], "name": "Ford"},
        },
        "create_date": "2024-9-28 @01h 02m 36s 5ms",
    }


def sillytavern_png(card: dict[str, Any] | None = None) -> bytes:
    """Behind the image data: `chara` as V2, then the same JSON relabelled as `ccv3`."""
    card = card or sillytavern()
    newer = card | {"spec": "chara_card_v3", "spec_version": "3.0"}
    return picture(after=(text_chunk("chara", b64(compact(card))), text_chunk("ccv3", b64(compact(newer)))))


def sillytavern_json() -> bytes:
    return json.dumps(sillytavern(), indent=4, ensure_ascii=False).encode()
