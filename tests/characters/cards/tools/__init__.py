"""Cards as four programs write them: one encoder each, with what is particular to it.

Written from the sources of SillyTavern, RisuAI and Agnai, and from what Chub hands out. JSON is put together as
JavaScript would: keys in the order of the program, no blanks unless it indents.
"""

from collections.abc import Callable

from tests.characters.cards.tools.agnai import agnai, agnai_ooba, agnai_png
from tests.characters.cards.tools.chub import chub, chub_book, chub_json, chub_png
from tests.characters.cards.tools.encoding import (
    SIGNATURE,
    b64,
    chunk,
    compact,
    international_chunk,
    jpeg,
    packed_chunk,
    picture,
    streamed_zip,
    text_chunk,
)
from tests.characters.cards.tools.oldest import flat
from tests.characters.cards.tools.risu import risu, risu_charx, risu_entry, risu_jpeg, risu_json, risu_old_png, risu_png
from tests.characters.cards.tools.sillytavern import sillytavern, sillytavern_json, sillytavern_png, st_entry

__all__ = [
    "CARDS",
    "SIGNATURE",
    "agnai",
    "agnai_ooba",
    "agnai_png",
    "b64",
    "chub",
    "chub_book",
    "chub_json",
    "chub_png",
    "chunk",
    "compact",
    "flat",
    "international_chunk",
    "jpeg",
    "packed_chunk",
    "picture",
    "risu",
    "risu_charx",
    "risu_entry",
    "risu_jpeg",
    "risu_json",
    "risu_old_png",
    "risu_png",
    "sillytavern",
    "sillytavern_json",
    "sillytavern_png",
    "st_entry",
    "streamed_zip",
    "text_chunk",
]

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
