"""Writing a card: as JSON, into a PNG, as CHARX, and as V2 for older readers."""

import re
from collections.abc import Mapping

from characters.cards import png
from characters.cards.archive import Archive, ArchiveWriter
from characters.cards.base64text import decode_base64
from characters.cards.embedded import address
from characters.cards.errors import CardError
from characters.cards.jsontext import fits
from characters.cards.jsontext import write_json as json_text
from characters.cards.limits import MAX_TEXT
from characters.cards.moods import best_of
from characters.cards.reading import CARD_FILE
from characters.cards.spec import Document, sheet
from characters.cards.versions import as_v2, as_v3, without_copies, without_traces

ICON = "assets/icon/images/main.png"
_UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")
_FOLDERS = {
    "images": ("png", "jpg", "jpeg", "gif", "webp", "avif"),
    "audio": ("mp3", "wav", "ogg", "flac"),
    "video": ("mp4", "webm", "mov", "avi", "mkv"),
    "fonts": ("otf", "ttf", "woff", "woff2"),
}


def write_json(document: Document, *, indent: str = "  ") -> bytes:
    """In the version it is in, less private traces."""
    return _text(without_traces(document), indent).encode()


def write_v2(document: Document, *, indent: str = "  ") -> bytes:
    return _text(as_v2(document), indent).encode()


def write_png(document: Document, picture: bytes) -> bytes:
    """`picture` is a PNG. First the V2 copy as `chara`, then the whole card as `ccv3`."""
    return png.with_cards(picture, (("chara", _text(as_v2(document, notice=True))), ("ccv3", _text(as_v3(document)))))


def _text(document: Document, indent: str = "") -> str:
    """A card near the limit goes without blanks, and if need be without its copy for the oldest readers.

    What we write we must be able to read.
    """
    text = json_text(document, indent=indent)
    if not fits(text):
        text = json_text(document)
    return text if fits(text) else json_text(without_copies(document))


def write_charx(
    document: Document,
    picture: bytes | None,
    *,
    archive: Archive | None = None,
    attachments: Mapping[str, memoryview] | None = None,
    moods: Mapping[str, bytes] | None = None,
    modified: int | None = None,
) -> bytes:
    """The card with all that belongs to it: the files of the archive it came in, or what was attached to its picture.

    `picture` (a PNG) becomes the icon; None leaves the icon of the archive. `moods` are WebP, each in place of the
    picture that was shown for its mood. `modified` is Unix seconds.
    """
    made = as_v3(document)
    data = sheet(made, "v3")
    if modified is not None:
        data["modification_date"] = modified
    writer = ArchiveWriter()
    files: dict[str, bytes] = {}
    if attachments:
        _embed_attachments(data, attachments, files)
    if picture is not None:
        _embed_picture(data, picture, files)
    if moods:
        _embed_moods(data, moods, files)
    card = _text(made, "  ").encode()
    # Packed pictures inside the text could look like a bomb.
    writer.add(CARD_FILE, card, pack=len(card) <= MAX_TEXT)
    for name, body in files.items():
        writer.add(name, body, pack=False)
    for member in archive.members.values() if archive else ():
        if not member.is_folder and member.name not in writer.names:
            writer.copy(archive, member)  # type: ignore[arg-type]
    return writer.done()


def _embed_attachments(data: Document, attachments: Mapping[str, memoryview], files: dict[str, bytes]) -> None:
    """Old attachments of a PNG become files; what points at them points there."""
    moved: dict[str, str] = {}
    listed = data.get("assets")
    described = {uri: each for each in _objects(listed) if isinstance(uri := each.get("uri"), str)}
    for path, packed in attachments.items():
        asset = described.get(f"__asset:{path}", {})
        kind, ext = str(asset.get("type") or "other"), str(asset.get("ext") or "").lower()
        ext = ext if ext.isalnum() else "png"
        folder = next((name for name, endings in _FOLDERS.items() if ext in endings), "other")
        name = f"assets/{_ascii(kind)}/{folder}/{_ascii(str(asset.get('name') or path))}.{ext}"
        while name in files:
            name = name.removesuffix(f".{ext}") + f"_.{ext}"
        try:
            files[name] = decode_base64(bytes(packed), field="assets")
        except CardError:
            continue
        moved[f"__asset:{path}"] = f"embeded://{name}"
    for uri, asset in described.items():
        if uri in moved:
            asset["uri"] = moved[uri]
    extensions = data.get("extensions")
    if isinstance(extensions, dict) and "risuai" in extensions:
        extensions["risuai"] = _pointed(extensions["risuai"], moved)


def _pointed(value: object, moved: Mapping[str, str]) -> object:
    if isinstance(value, dict):
        return {key: _pointed(each, moved) for key, each in value.items()}
    if isinstance(value, list):
        return [_pointed(each, moved) for each in value]
    return moved.get(value, value) if isinstance(value, str) else value


def _embed_picture(data: Document, picture: bytes, files: dict[str, bytes]) -> None:
    """The main icon points at it; without one, or when that is on another server, there is a new one."""
    assets = [dict(each) if isinstance(each, dict) else each for each in data.get("assets") or []]
    files[ICON] = picture
    icons = [
        each for each in _objects(assets) if each.get("type") == "icon" and address(str(each.get("uri")))[0] != "remote"
    ]
    main = next((each for each in icons if each.get("name") == "main"), icons[0] if icons else None)
    if main is None:
        main = {"type": "icon", "uri": "", "name": "main", "ext": "png"}
        assets.append(main)
    main["uri"], main["ext"] = f"embeded://{ICON}", "png"
    data["assets"] = assets


def _embed_moods(data: Document, moods: Mapping[str, bytes], files: dict[str, bytes]) -> None:
    assets = [dict(each) if isinstance(each, dict) else each for each in data.get("assets") or []]
    emotions = [each for each in _objects(assets) if each.get("type") == "emotion"]
    known = best_of((str(each.get("name") or ""), each) for each in emotions)
    for mood, picture in moods.items():
        name = f"assets/emotion/images/dramatis-{mood}.webp"
        files[name] = picture
        if mood not in known:
            known[mood] = {"type": "emotion", "uri": "", "name": mood, "ext": "webp"}
            assets.append(known[mood])
        known[mood]["uri"], known[mood]["ext"] = f"embeded://{name}", "webp"
    data["assets"] = assets


def _objects(value: object) -> list[Document]:
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def _ascii(name: str) -> str:
    return _UNSAFE.sub("_", name).strip("._")[:80] or "file"
