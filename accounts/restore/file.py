"""The stored file, of which one piece is held at a time."""

import io
from typing import Any, BinaryIO

from accounts.encryption import Place, cipher_for, key_id_of
from accounts.models import Restoration, RestorationPiece

PIECES = RestorationPiece._meta.db_table
PIECE = 1024 * 1024


class PieceFile(io.RawIOBase):
    def __init__(self, restoration: Restoration) -> None:
        self._ids = list(restoration.pieces.order_by("position").values_list("pk", flat=True))
        self._size, self._at = restoration.size, 0
        self._held = (-1, b"")

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence]
        self._at = max(0, start + offset)
        return self._at

    def readinto(self, buffer: Any) -> int:
        number, begin = divmod(self._at, PIECE)
        if self._at >= self._size or number >= len(self._ids):
            return 0
        piece = self._opened(number)[begin : begin + len(buffer)]
        buffer[: len(piece)] = piece
        self._at += len(piece)
        return len(piece)

    def _opened(self, number: int) -> bytes:
        if self._held[0] != number:
            pk = self._ids[number]
            body = RestorationPiece.objects.values_list("body", flat=True).get(pk=pk)
            self._held = (number, cipher_for(key_id_of(body)).open_bytes(body, Place(PIECES, pk)))
        return self._held[1]


def open_file(restoration: Restoration) -> BinaryIO:
    return io.BufferedReader(PieceFile(restoration), 256 * 1024)
