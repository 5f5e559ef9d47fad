"""What a card carries besides its text: pictures, sounds and whatever else; found by address, never by folder."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from characters.cards.archive import Archive
from characters.cards.base64text import decode_base64
from characters.cards.errors import CardError
from characters.cards.limits import MAX_PICTURE
from characters.cards.spec import Document

Where = Literal["archive", "chunk", "data", "picture", "remote", "unknown"]
_SCHEMES: dict[str, Where] = {
    "embeded://": "archive",
    "embedded://": "archive",
    "__asset:": "chunk",
    "data:": "data",
    "ccdefault:": "picture",
    "http://": "remote",
    "https://": "remote",
}
PICTURE_STARTS = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"RIFF", b"GIF8")


@dataclass(frozen=True, slots=True)
class Embedded:
    """One entry of `assets`. `path` is what follows the scheme."""

    type: str
    name: str
    ext: str
    uri: str
    where: Where
    path: str


def assets_of(sheet: Document) -> list[Embedded]:
    """Those that are written as they should be; others stay in the JSON."""
    found: list[Embedded] = []
    listed = sheet.get("assets")
    for each in listed if isinstance(listed, list) else ():
        if isinstance(each, dict) and isinstance(uri := each.get("uri"), str):
            where, path = address(uri)
            kind, name, ext = (str(each.get(key) or "") for key in ("type", "name", "ext"))
            found.append(Embedded(kind, name, ext, uri, where, path))
    return found


def address(uri: str) -> tuple[Where, str]:
    for scheme, where in _SCHEMES.items():
        if uri.lower().startswith(scheme):
            return where, uri[len(scheme) :]
    return "unknown", uri


def main_icon(assets: list[Embedded]) -> Embedded | None:
    """The portrait: the icon called main, else the first icon."""
    icons = [each for each in assets if each.type == "icon" and each.where != "remote"]
    return next((each for each in icons if each.name == "main"), icons[0] if icons else None)


def bytes_of(
    asset: Embedded, *, archive: Archive | None = None, attachments: Mapping[str, memoryview] | None = None
) -> bytes | None:
    """What lies at the address, or None where it leads nowhere (or to another server, which is never asked)."""
    try:
        if asset.where == "archive" and archive and asset.path in archive.members:
            return archive.read(asset.path, limit=MAX_PICTURE)
        if asset.where == "chunk" and attachments and asset.path in attachments:
            return decode_base64(bytes(attachments[asset.path]), field="assets")
        if asset.where == "data" and ";base64," in asset.path[:200]:
            return decode_base64(asset.path.partition(";base64,")[2].encode("ascii", "replace"), field="assets")
    except CardError:
        return None
    return None


def is_picture(data: bytes | None) -> bool:
    return data is not None and data.startswith(PICTURE_STARTS)


def legacy_count(sheet: Document) -> int:
    """Moods and further pictures where Risu kept them before V3."""
    risu: Any = sheet.get("extensions")
    risu = risu.get("risuai") if isinstance(risu, dict) else None
    lists = [risu.get(key) for key in ("emotions", "additionalAssets")] if isinstance(risu, dict) else []
    return sum(len(each) for each in lists if isinstance(each, list))
