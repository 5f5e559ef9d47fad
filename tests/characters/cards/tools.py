"""Cards as four programs write them: one encoder each, with what is particular to it.

Written from the sources of SillyTavern, RisuAI and Agnai, and from what Chub hands out. JSON is put together as
JavaScript would: keys in the order of the program, no blanks unless it indents.
"""

import base64
import json
import struct
import zlib
from collections.abc import Callable, Sequence
from typing import Any

SIGNATURE = b"\x89PNG\r\n\x1a\n"


def chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def text_chunk(keyword: str, text: bytes) -> bytes:
    return chunk(b"tEXt", keyword.encode("latin-1") + b"\0" + text)


def packed_chunk(keyword: str, text: bytes) -> bytes:
    return chunk(b"zTXt", keyword.encode() + b"\0\0" + zlib.compress(text, 9))


def international_chunk(keyword: str, text: bytes, *, packed: bool = False) -> bytes:
    body = zlib.compress(text) if packed else text
    return chunk(b"iTXt", keyword.encode() + b"\0" + bytes([packed, 0]) + b"en\0\0" + body)


def picture(*, before: Sequence[bytes] = (), after: Sequence[bytes] = (), size: tuple[int, int] = (64, 96)) -> bytes:
    """A dark PNG, with chunks ahead of the image data and behind it."""
    width, height = size
    rows = zlib.compress(b"\0" * (1 + width) * height) if width * height < 100_000 else b""
    return b"".join(
        (
            SIGNATURE,
            chunk(b"IHDR", struct.pack(">2I5B", width, height, 8, 0, 0, 0, 0)),
            *before,
            chunk(b"IDAT", rows),
            *after,
            chunk(b"IEND", b""),
        )
    )


def compact(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def b64(text: str) -> bytes:
    return base64.b64encode(text.encode())


# --- SillyTavern ---


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


# --- RisuAI ---


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


def streamed_zip(files: Sequence[tuple[str, bytes, bool]]) -> bytes:
    """As fflate streams it: sizes stand behind the data, headers in front say nothing."""
    body, directory = b"", b""
    for name, data, pack in files:
        packer = zlib.compressobj(6, zlib.DEFLATED, -15)
        packed, raw = packer.compress(data) + packer.flush() if pack else _stored(data), name.encode()
        sizes = struct.pack("<3I", zlib.crc32(data), len(packed), len(data))
        flags = 8 | (0 if name.isascii() else 0x800)
        head = struct.pack("<4s5H3I2H", b"PK\3\4", 20, flags, 8, 0, 0x5A21, 0, 0, 0, len(raw), 0) + raw
        directory += (
            struct.pack("<4s6H", b"PK\1\2", 20, 20, flags, 8, 0, 0x5A21)
            + sizes
            + struct.pack("<5H2I", len(raw), 0, 0, 0, 0, 0, len(body))
            + raw
        )
        body += head + packed + b"PK\7\x08" + sizes
    end = struct.pack("<4s4H2IH", b"PK\5\6", 0, 0, len(files), len(files), len(directory), len(body), 0)
    return body + directory + end


def _stored(data: bytes) -> bytes:
    """Deflate at level nothing: blocks as they are."""
    packer = zlib.compressobj(0, zlib.DEFLATED, -15)
    return packer.compress(data) + packer.flush()


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


def jpeg(size: tuple[int, int] = (64, 96)) -> bytes:
    """The head of a JPEG: enough to be told by its bytes and to have a size."""
    width, height = size
    frame = b"\xff\xc0" + struct.pack(">HBHHB", 11, 8, height, width, 1) + b"\1\x11\0"
    return (
        b"\xff\xd8\xff\xe0\x00\x10JFIF\0\1\1\0\0\1\0\1\0\0" + frame + b"\xff\xda\x00\x08\1\1\0\0\x3f\0" + b"\0\xff\xd9"
    )


def risu_jpeg() -> bytes:
    return jpeg() + risu_charx()


# --- Agnai ---


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


# --- Chub ---


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


def flat() -> bytes:
    """V1 as the first programs wrote it."""
    fields = {
        "name": "Old",
        "description": "d",
        "personality": "p",
        "scenario": "s",
        "first_mes": "f",
        "mes_example": "m",
    }
    return b"\xef\xbb\xbf" + compact(fields)[:-1].encode() + b',"extra":1.50}'


CARDS: dict[str, Callable[[], bytes]] = {
    "sillytavern.png": sillytavern_png,
    "sillytavern.json": sillytavern_json,
    "risu.png": risu_png,
    "risu-old.png": risu_old_png,
    "risu.json": risu_json,
    "risu.charx": risu_charx,
    "risu.jpeg": risu_jpeg,
    "agnai.png": agnai_png,
    "agnai-ooba.json": agnai_ooba,
    "chub.png": chub_png,
    "chub.json": chub_json,
    "v1.json": flat,
}
