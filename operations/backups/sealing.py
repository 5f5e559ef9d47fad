"""Files sealed as they are written, in constant memory.

File:   "DRMB" | version (1) | length of the key's id (1) | id | salt (16) | pieces
Piece:  length (4, big endian) | AES-256-GCM of at most 1 MiB, under a key derived from the salt

The nonce of a piece is its number (11 bytes) and whether it is the last (1): pieces that were left out, swapped or cut
off at the end do not open. That is the STREAM construction (Hoang, Reyhanitabar, Rogaway, Vizár 2015).
"""

import os
import struct
from collections.abc import Iterable, Iterator, Mapping
from io import BufferedReader
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from operations.backups.errors import BackupError
from operations.backups.places.kinds import Sink

MAGIC, VERSION = b"DRMB", 1
PIECE = 1024 * 1024
_TAG, _SALT = 16, 16


def seal(pieces: Iterable[bytes], file: Sink, *, keys: Mapping[str, bytes]) -> int:
    """Write `pieces`, of any sizes, under the first of the keys. Returns the bytes of the sealed file."""
    key_id, secret = next(iter(keys.items()))
    salt = os.urandom(_SALT)
    head = MAGIC + bytes([VERSION, len(key_id)]) + key_id.encode() + salt
    cipher, size = _cipher(secret, salt), file.write(head)
    for number, (piece, last) in enumerate(_with_last(_evenly(pieces))):
        sealed = cipher.encrypt(_nonce(number, last=last), piece, head)
        size += file.write(struct.pack(">I", len(sealed))) + file.write(sealed)
    return size


def opened(file: BufferedReader, *, keys: Mapping[str, bytes]) -> Iterator[bytes]:
    """What was sealed, piece by piece. Raises BackupError at the first that is not as it was written."""
    head = _read(file, len(MAGIC) + 2)
    if not head.startswith(MAGIC) or head[len(MAGIC)] != VERSION:
        raise BackupError("not a sealed file of ours, or of a later version")
    named = _read(file, head[-1])
    secret = keys.get(named.decode("ascii", "replace"))
    if secret is None:
        raise BackupError(f"sealed under the key {named.decode('ascii', 'replace')}, which BACKUP_KEYS does not hold")
    salt = _read(file, _SALT)
    cipher, bound = _cipher(secret, salt), head + named + salt
    number, last = 0, False
    while not last:
        length = struct.unpack(">I", _read(file, 4))[0]
        if length > PIECE + _TAG:
            raise BackupError("damaged: a piece is too long")
        sealed = _read(file, length)
        last = not file.peek(1)
        try:
            yield cipher.decrypt(_nonce(number, last=last), sealed, bound)
        except InvalidTag:
            raise BackupError(f"damaged or cut off at piece {number + 1}") from None
        number += 1


def _cipher(secret: bytes, salt: bytes) -> AESGCM:
    return AESGCM(HKDF(SHA256(), 32, salt=salt, info=b"dramatis backup 1").derive(secret))


def _nonce(number: int, *, last: bool) -> bytes:
    return number.to_bytes(11, "big") + bytes([last])


def _read(file: BinaryIO, size: int) -> bytes:
    found = file.read(size)
    if len(found) < size:
        raise BackupError("cut off")
    return found


def _evenly(pieces: Iterable[bytes]) -> Iterator[bytes]:
    kept = bytearray()
    for piece in pieces:
        kept += piece
        while len(kept) > PIECE:
            yield bytes(kept[:PIECE])
            del kept[:PIECE]
    yield bytes(kept)


def _with_last(pieces: Iterator[bytes]) -> Iterator[tuple[bytes, bool]]:
    piece = next(pieces)
    for following in pieces:
        yield piece, False
        piece = following
    yield piece, True
