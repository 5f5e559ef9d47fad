"""As Chub hands out cards: packed, with null for what is not there."""

from typing import Any

from tests.characters.cards.tools.encoding import b64, compact, packed_chunk, picture


def chub(**changes: Any) -> dict[str, Any]:
    """No lorebook is null; places of entries are numbers; empty greetings stay; its own goes under `chub`."""
    return {
        "spec": "chara_card_v2",
        "spec_version": "2.0",
        "data": {
            "alternate_greetings": [""],
            "avatar": "https://avatars.example.net/guild/chara_card_v2.png",
            "character_book": None,
            "character_version": "main",
            "creator": "guild",
            "creator_notes": "![](https://example.net/banner.webp)",
            "description": "A clerk.",
            "extensions": {
                "chub": {
                    "alt_expressions": {},
                    "background_image": None,
                    "expressions": None,
                    "full_path": "guild/clerk-316ea2b4",
                    "id": 4_000_123,
                    "preset": None,
                    "related_lorebooks": [],
                },
                "fav": False,
                "talkativeness": "0.5",
                "depth_prompt": {"depth": 4, "prompt": ""},
                "world": None,
            },
            "first_mes": "Next, please.",
            "mes_example": "",
            "name": "Clerk",
            "personality": "",
            "post_history_instructions": "",
            "scenario": "",
            "system_prompt": "",
            "tags": ["Female", "Fantasy"],
            **changes,
        },
    }


def chub_book() -> dict[str, Any]:
    return {
        "description": "",
        "entries": [
            {
                "case_sensitive": False,
                "comment": "",
                "constant": False,
                "content": "Ranks go from F to S.",
                "enabled": True,
                "extensions": {"linked": False, "weight": 10},
                "id": 1,
                "insertion_order": 10,
                "keys": ["rank"],
                "name": "Ranks",
                "position": 0,
                "priority": 10,
                "probability": 100,
                "secondary_keys": [],
                "selective": False,
                "selectiveLogic": 0,
            }
        ],
        "extensions": {},
        "name": "Guild",
        "recursive_scanning": False,
        "scan_depth": 2,
        "token_budget": 500,
    }


def chub_png() -> bytes:
    """Packed text, ahead of the image data."""
    return picture(before=(packed_chunk("chara", b64(compact(chub(character_book=chub_book())))),))


def chub_json() -> bytes:
    return compact(chub()).encode()
