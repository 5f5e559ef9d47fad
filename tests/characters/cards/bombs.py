"""Files that are made to hurt: each small enough to be sent, each more than a reader should swallow."""

import base64
import functools
import io
import itertools
import json
import os
import string
import struct
import zlib
from collections.abc import Callable, Mapping
from types import MappingProxyType

from PIL import Image

from characters.cards.limits import MAX_FILE, MB
from tests.characters import bitmaps
from tests.characters.cards.tools import (
    SIGNATURE,
    b64,
    compact,
    international_chunk,
    jpeg,
    packed_chunk,
    picture,
    risu,
    sillytavern,
    text_chunk,
)

HUGE = 256 * MB


@functools.cache
def deflated(size: int, wbits: int = 15) -> bytes:
    """So many spaces, packed a thousandfold."""
    packer, block = zlib.compressobj(6, zlib.DEFLATED, wbits), b" " * MB
    return b"".join(packer.compress(block) for _ in range(size // MB)) + packer.flush()


def archive(
    files: list[tuple[bytes, bytes, int]], *, count: int | None = None, method: int = 8, flags: int = 0
) -> bytes:
    """A zip with whatever sizes one claims: name, packed bytes, claimed size."""
    body: list[bytes] = []
    directory: list[bytes] = []
    place = 0
    for name, packed, size in files:
        head = struct.pack("<4s5H3I2H", b"PK\3\4", 20, flags, method, 0, 33, 0, len(packed), size, len(name), 0) + name
        directory.append(
            struct.pack("<4s6H3I5H2I", b"PK\1\2", 20, 20, flags, method, 0, 33, 0, len(packed), size, len(name),
                        0, 0, 0, 0, 0, place) + name
        )  # fmt: skip
        body += (head, packed)
        place += len(head) + len(packed)
    listed = b"".join(directory)
    number = (len(files) if count is None else count) & 0xFFFF
    return b"".join((*body, listed, struct.pack("<4s4H2IH", b"PK\5\6", 0, 0, number, number, len(listed), place, 0)))


def short_names(count: int) -> list[bytes]:
    letters = string.ascii_letters + string.digits
    return ["".join(name).encode() for name in itertools.islice(itertools.product(letters, repeat=3), count)]


def many_files(count: int | None = None) -> bytes:
    return archive([(name, b"", 0) for name in short_names(100_000)], count=count, method=0)


def one_file_a_hundred_thousand_times() -> bytes:
    """Every line of the directory points at the same file."""
    head = struct.pack("<4s5H3I2H", b"PK\3\4", 20, 0, 0, 0, 33, 0, 0, 0, 3, 0) + b"aaa"
    listed = b"".join(
        struct.pack("<4s6H3I5H2I", b"PK\1\2", 20, 20, 0, 0, 0, 33, 0, 0, 0, 3, 0, 0, 0, 0, 0, 0) + name
        for name in short_names(100_000)
    )
    return head + listed + struct.pack("<4s4H2IH", b"PK\5\6", 0, 0, 1, 1, len(listed), len(head), 0)


def card_with(data: str) -> bytes:
    return f'{{"spec":"chara_card_v3","spec_version":"3.0","data":{{"name":"x","description":"d",{data}}}}}'.encode()


def big_text(size: int = MB - 2_000) -> str:
    return json.dumps(sillytavern() | {"more": "x" * (size - len(compact(sillytavern())) - 20)})


# name -> what makes it, and why it is refused ("" for honest giants: those are read)
BOMBS: dict[str, tuple[Callable[[], bytes], str]] = {
    "zTXt that unpacks to 256 MB": (lambda: picture(before=(packed_chunk("chara", b""), )).replace(
        packed_chunk("chara", b""), _packed(deflated(HUGE))), "too_long"),
    "iTXt that unpacks to 256 MB": (lambda: picture(before=(_international(deflated(HUGE)),)), "too_long"),
    "zTXt that breaks off": (lambda: picture(before=(_packed(deflated(MB)[:-8]),)), "damaged"),
    "card.json of 256 MB": (lambda: archive([(b"card.json", deflated(HUGE, -15), HUGE)]), "too_large"),
    "card.json of 60 MB": (lambda: archive([(b"card.json", deflated(60 * MB, -15), 60 * MB)]), "ratio"),
    "card.json that says it is small": (lambda: archive([(b"card.json", deflated(HUGE, -15), 900)]), "too_long"),
    "a picture behind it that is none": (lambda: jpeg() + archive([(b"card.json", deflated(HUGE, -15), 900)]),
        "too_long"),
    "100,000 files": (many_files, "too_many_files"),
    "100,000 files that say they are one": (lambda: many_files(1), "too_many_files"),
    "one file 100,000 times": (one_file_a_hundred_thousand_times, "too_many_files"),
    "files on top of each other": (lambda: archive([(b"a", b"", 0), (b"card.json", b"", 0)])
        .replace(struct.pack("<I", 31) + b"card.json", struct.pack("<I", 0) + b"card.json"), "overlap"),
    "two card.json": (lambda: archive([(b"card.json", b"{}", 2)] * 2, method=0), "duplicate_file"),
    "a name that leads out": (lambda: archive([(b"../../etc/passwd", b"x", 1)], method=0), "traversal"),
    "a name from the root": (lambda: archive([(b"/etc/passwd", b"x", 1)], method=0), "traversal"),
    "a name for Windows": (lambda: archive([(b"..\\..\\win.ini", b"x", 1)], method=0), "traversal"),
    "a drive": (lambda: archive([(b"C:/win.ini", b"x", 1)], method=0), "traversal"),
    "a name of 60,000 letters": (lambda: archive([(b"a" * 60_000, b"x", 1)], method=0), "name_too_long"),
    "a locked archive": (lambda: archive([(b"card.json", b"x", 1)], method=0, flags=1), "encrypted"),
    "a million brackets": (lambda: b'{"name":' + b"[" * (MB - 100), "too_deep"),
    "200,000 objects in each other": (lambda: b'{"a":' * 200_000 + b"1" + b"}" * 200_000, "too_deep"),
    "130,000 keys": (lambda: card_with(",".join(f'"{number}":0' for number in range(130_000))), "too_many_keys"),
    "300,000 empty lists": (lambda: card_with('"x":[' + ",".join(["[]"] * 300_000) + "]"), "too_many_values"),
    "100,000 lore entries": (lambda: card_with('"character_book":{"entries":[' + ",".join(["{}"] * 99_000) + "]}"),
        "too_many_entries"),
    "100,000 lore entries by name": (lambda: card_with('"character_book":{"entries":{'
        + ",".join(f'"{number}":1' for number in range(90_000)) + "}}"), "too_many_entries"),
    "a number of a million digits": (lambda: card_with('"x":' + "9" * 1_000_000), "too_many_digits"),
    "a million quotes": (lambda: card_with('"' * 1_000_000), "not_json"),
    "a string without an end": (lambda: b'{"name":"' + b"\\" * 1_000_001, "not_json"),
    "2 MB of text": (lambda: card_with(f'"x":"{"y" * 2 * MB}"'), "too_long"),
    "a file of 9 MB": (lambda: b"{" + b" " * 9 * MB, "too_large"),
    "8 MB of blanks": (lambda: b" " * MAX_FILE, "empty"),
    "4 billion pixels": (lambda: picture(size=(65_535, 65_535)), "too_many_pixels"),
    "600,000 chunks": (lambda: picture(before=[text_chunk("a", b"")] * 590_000), "too_many_chunks"),
    "a key twice": (lambda: b'{"name":"a","description":"","name":"b"}', "duplicate_key"),
    "not a number": (lambda: b'{"name":"a","description":NaN}', "not_json"),
    "not UTF-8": (lambda: b'{"name":"\xff"}', "not_utf8"),
    "two cards of one name": (lambda: picture(before=[text_chunk("chara", b64(big_text(5_000)))] * 2),
        "duplicate_chunk"),
    "two cards of one name in two ways": (lambda: picture(before=[text_chunk("CHARA", b64(big_text(5_000)))],
        after=[packed_chunk("chara", b64(big_text(5_000)))]), "duplicate_chunk"),
    "two cards that contradict each other": (lambda: picture(before=[
        text_chunk("chara", b64(compact(sillytavern("A")))), text_chunk("ccv3", b64(compact(sillytavern("B"))))]),
        "contradiction"),
    "a chunk with a wrong checksum": (lambda: picture(before=[text_chunk("chara", b64(big_text(5_000)))[:-1] + b"x"]),
        "damaged"),
    "a file that breaks off": (lambda: picture(before=[text_chunk("chara", b64(big_text(5_000)))])[:-30], "damaged"),
    "base64 that is none": (lambda: picture(before=[text_chunk("chara", b"!!!!")]), "not_base64"),
    "a locked card": (lambda: picture(before=[text_chunk("chara", b"rcc||rccv1||x")]), "encrypted"),
    "a picture without a card": (picture, "no_card"),
    "a WebP": (lambda: b"RIFF\0\0\0\0WEBPVP8 ", "unknown_file"),
    "a lorebook": (lambda: b'{"entries":{"0":{"key":["a"]}}}', "lorebook"),
    "a file of Agnai's own": (lambda: b'{"name":"a","description":"","persona":{"kind":"text"},"greeting":""}',
        "agnai_native"),
    "something else": (lambda: b"[1,2,3]", "not_a_card"),
    # honest giants
    "a portrait of 7 million pixels": (lambda: portrait(2_600, 2_600), ""),
    "a portrait of 20 million pixels": (lambda: portrait(5_000, 4_000), ""),
    "a portrait of 20 million pixels as JPEG": (lambda: jpeg_card(5_000, 4_000), ""),
    "a portrait and nine moods of 1.5 million pixels": (lambda: moods(1_024, 1_448), ""),
    "ten thousand moods of one picture of 8 MB": (lambda: crowd(10_000), ""),
    "1 MB of text in JSON": (lambda: big_text().encode(), ""),
    "1 MB of text in a picture, twice": (lambda: picture(before=(packed_chunk("chara", b64(big_text())),
        packed_chunk("ccv3", b64(big_text())))), ""),
    "1 MB of text in an archive": (lambda: archive_of(big_text().encode()), ""),
    "a picture of 7 MB in JSON": (lambda: card_with('"assets":[{"type":"icon","uri":"data:image/png;base64,'
        + base64.b64encode(picture() * 30_000)[:7 * MB].decode() + '"}]'), ""),
    "95,000 empty lists": (lambda: card_with('"x":[' + ",".join(["[]"] * 95_000) + "]"), ""),
    "95,000 keys": (lambda: card_with(",".join(f'"{number}":0' for number in range(75_000))), ""),
    "170,000 odd numbers": (lambda: card_with('"x":[' + ",".join(["1.50"] * 170_000) + "]"), ""),
    "5,000 entries with patterns that backtrack": (lambda: card_with('"character_book":{"entries":['
        + ",".join(f'{{"keys":["/(a+)+{number}$/"],"use_regex":true,"content":"x"}}' for number in range(5_000))
        + "]}"), ""),
}  # fmt: skip


def portrait(width: int, height: int) -> bytes:
    """A PNG that is half transparent: the dearest kind to decode."""
    image = Image.linear_gradient("L").resize((width, height))
    out = io.BytesIO()
    Image.merge("RGBA", (image, image, image, image)).save(out, "PNG", compress_level=1)
    end = out.getvalue().rindex(b"\0\0\0\0IEND")
    return out.getvalue()[:end] + text_chunk("chara", b64(compact(sillytavern()))) + out.getvalue()[end:]


def moods(width: int, height: int) -> bytes:
    """An archive with a portrait and a picture for each mood."""
    from characters.cards.moods import _WORDS

    names = ("main", *(words.split()[0] for words in _WORDS.values()))
    assets = [
        {"type": "emotion" if place else "icon", "uri": f"embeded://{name}.png", "name": name, "ext": "png"}
        for place, name in enumerate(names)
    ]
    picture = bitmaps.png(width, height)
    return archive_of(compact(risu(assets)).encode(), {f"{name}.png": picture for name in names})


def crowd(count: int) -> bytes:
    """Everybody at one address."""
    assets = [{"type": "icon", "uri": "embeded://a", "name": "main", "ext": "png"}]
    assets += [{"type": "emotion", "uri": "embeded://a", "name": "joy", "ext": "png"}] * count
    return archive_of(compact(risu(assets)).encode(), {"a": SIGNATURE + os.urandom(7 * MB)})


def jpeg_card(width: int, height: int) -> bytes:
    out = io.BytesIO()
    Image.linear_gradient("L").resize((width, height)).convert("RGB").save(out, "JPEG")
    return out.getvalue() + archive_of(compact(sillytavern()).encode())


def archive_of(card: bytes, files: Mapping[str, bytes] = MappingProxyType({})) -> bytes:
    from characters.cards.archive import ArchiveWriter

    writer = ArchiveWriter()
    writer.add("card.json", card, pack=True)
    for name, body in files.items():
        writer.add(name, body, pack=False)
    return writer.done()


def _packed(packed: bytes) -> bytes:
    plain = packed_chunk("chara", b"")
    body = b"chara\0\0" + packed
    return struct.pack(">I", len(body)) + plain[4:8] + body + struct.pack(">I", zlib.crc32(b"zTXt" + body))


def _international(packed: bytes) -> bytes:
    head = international_chunk("ccv3", b"", packed=True)
    body = b"ccv3\0\1\0en\0\0" + packed
    return struct.pack(">I", len(body)) + head[4:8] + body + struct.pack(">I", zlib.crc32(b"iTXt" + body))
