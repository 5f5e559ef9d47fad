"""As RisuAI writes cards: with attachments of its own in a PNG, with a module in an archive, behind a JPEG."""

import base64
import json
from collections.abc import Sequence
from typing import Any

from tests.characters.cards.tools.encoding import b64, compact, jpeg, picture, streamed_zip, text_chunk


def risu_entry(**changes: Any) -> dict[str, Any]:
    """Keys were one text with commas, so a key with a comma is in two; mode and folder are its own."""
    return {
        "keys": ["moon", "tide"],
        "content": "@@depth 3\n@@role system\n@@probability 40\n@@end\nThe moon pulls.",
        "extensions": {"risu_case_sensitive": False, "risu_activationPercent": 40, "risu_loreCache": None},
        "enabled": True,
        "insertion_order": 90,
        "constant": False,
        "selective": False,
        "name": "Moon",
        "comment": "Moon",
        "case_sensitive": False,
        "use_regex": False,
        "mode": "normal",
        "folder": "",
    } | changes


def risu(assets: Sequence[dict[str, Any]] = ()) -> dict[str, Any]:
    return {
        "spec": "chara_card_v3",
        "spec_version": "3.0",
        "data": {
            "name": "Rin",
            "description": "喜欢雨天。",
            "personality": "",
            "scenario": "",
            "first_mes": "……你来了？",
            "mes_example": "",
            "creator_notes": "<style>p{color:red}</style>",
            "system_prompt": "",
            "post_history_instructions": "",
            "alternate_greetings": ["又见面了。"],
            "character_book": {
                "scan_depth": 5,
                "token_budget": 800,
                "recursive_scanning": True,
                "extensions": {"risu_fullWordMatching": False},
                "entries": [
                    risu_entry(),
                    risu_entry(keys=["/星[a-z]+/"], use_regex=True, content="星。", name="Stars", comment="Stars"),
                ],
            },
            "tags": [],
            "creator": "",
            "character_version": "undefined",
            "extensions": {
                "risuai": {
                    "bias": [["word", -5]],
                    "viewScreen": "emotion",
                    "customScripts": [{"comment": "", "in": "(a|a)*b", "out": "", "type": "editdisplay"}],
                    "utilityBot": False,
                    "sdData": [["always", "solo, 1girl"]],
                    "backgroundHTML": "<script>alert(1)</script>",
                    "license": "",
                    "triggerscript": [
                        {"comment": "", "type": "start", "effect": [{"type": "triggerlua", "code": "x()"}]}
                    ],
                    "largePortrait": False,
                    "vits": {},
                    "lowLevelAccess": False,
                    "defaultVariables": "hp=1.0",
                },
                "depth_prompt": {"depth": 0, "prompt": ""},
            },
            "group_only_greetings": [],
            "nickname": "Rinrin",
            "source": [],
            "creation_date": 1735600000,
            "modification_date": 1735689600,
            "assets": [*assets, {"type": "icon", "uri": "ccdefault:", "name": "main", "ext": "png"}],
        },
    }


def risu_png() -> bytes:
    """Only `ccv3`, with the attachments of its own ahead of it."""
    assets = [
        {"type": "x-risu-asset", "uri": "__asset:1", "name": "door", "ext": "png"},
        {"type": "emotion", "uri": "__asset:2", "name": "joy", "ext": "png"},
    ]
    attached = [text_chunk(f"chara-ext-asset_:{number}", base64.b64encode(picture())) for number in (1, 2)]
    return picture(after=(*attached, text_chunk("ccv3", b64(compact(risu(assets))))))


def risu_old_png() -> bytes:
    """Before V3: `chara` alone, the version a number, attachments without the colon."""
    card = risu()
    data = {key: value for key, value in card["data"].items() if key not in ("nickname", "source", "assets")}
    data["character_version"] = 2
    data["extensions"]["risuai"]["emotions"] = [["joy", "__asset:1"]]
    older = {"spec": "chara_card_v2", "spec_version": "2.0", "data": data}
    attached = text_chunk("chara-ext-asset_1", base64.b64encode(picture()))
    return picture(after=(attached, text_chunk("chara", b64(compact(older)))))


def risu_json() -> bytes:
    """Pictures lie in the JSON, as data URLs."""
    uri = f"data:application/octet-stream;base64,{base64.b64encode(picture()).decode()}"
    return json.dumps(
        risu([{"type": "icon", "uri": uri, "name": "main", "ext": "png"}]), indent=4, ensure_ascii=False
    ).encode()


def risu_charx() -> bytes:
    """Its scripts go into a module of its own, each asset has a note in x_meta, folders are called `image`."""
    card = risu(
        [
            {"type": "icon", "uri": "embeded://assets/icon/image/main.png", "name": "main", "ext": "png"},
            {"type": "emotion", "uri": "embeded://assets/emotion/image/joy.png", "name": "joy", "ext": "png"},
            {"type": "x-risu-asset", "uri": "embeded://assets/other/audio/song.mp3", "name": "song", "ext": "mp3"},
        ]
    )
    del card["data"]["extensions"]["risuai"]["triggerscript"], card["data"]["extensions"]["risuai"]["customScripts"]
    return streamed_zip(
        [
            ("x_meta/main.json", b'{"type":"PNG"}', True),
            ("assets/icon/image/main.png", picture(), False),
            ("x_meta/joy.json", b'{"type":"PNG"}', True),
            ("assets/emotion/image/joy.png", picture(), False),
            ("assets/other/audio/song.mp3", b"ID3" + bytes(200), False),
            ("module.risum", b"\x6f\x00risum\x01\x02", False),
            ("card.json", json.dumps(card, indent=4, ensure_ascii=False).encode(), False),
        ]
    )


def risu_jpeg() -> bytes:
    return jpeg() + risu_charx()
