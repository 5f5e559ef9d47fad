"""The archive, written piece by piece: what is full of it goes away sealed, and no more than a megabyte is held."""

import io
import zipfile
from collections.abc import Callable, Iterable
from typing import Any

PIECE = 1024 * 1024
MOMENT = (1980, 1, 1, 0, 0, 0)


class Pieces(io.RawIOBase):
    """Where `zipfile` writes to. `keep` gets each piece, in order."""

    def __init__(self, keep: Callable[[bytes], None]) -> None:
        self._keep = keep
        self._held = bytearray()
        self.size = 0

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self._held += data
        self.size += len(data)
        while len(self._held) >= PIECE:
            self._keep(bytes(self._held[:PIECE]))
            del self._held[:PIECE]
        return len(data)

    def finish(self) -> None:
        if self._held:
            self._keep(bytes(self._held))
            self._held.clear()


class Archive:
    """Entries one after the other; each is written as its pieces come."""

    def __init__(self, pieces: Pieces) -> None:
        self._zip = zipfile.ZipFile(pieces, "w", zipfile.ZIP_DEFLATED, compresslevel=6)

    def add(self, name: str, texts: Iterable[str]) -> None:
        """Half of a pair of letters, which JSON may carry, has no bytes: a question mark takes its place."""
        self.put(name, (text.encode("utf-8", "replace") for text in texts))

    def put(self, name: str, data: Iterable[bytes], *, packed: bool = False) -> None:
        """`packed`: pictures do not become smaller."""
        entry = zipfile.ZipInfo(name, MOMENT)
        entry.compress_type = zipfile.ZIP_STORED if packed else zipfile.ZIP_DEFLATED
        entry.external_attr = 0o600 << 16
        with self._zip.open(entry, "w", force_zip64=True) as file:
            for piece in data:
                file.write(piece)

    def close(self) -> None:
        self._zip.close()
