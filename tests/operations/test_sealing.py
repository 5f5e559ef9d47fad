"""Sealed files: what goes in comes out, and nothing else does."""

import os
from io import BufferedReader, BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from operations.backups import sealing
from operations.backups.errors import BackupError

KEYS = {"k1": bytes(range(32))}


def sealed(*pieces: bytes, keys: dict[str, bytes] = KEYS) -> bytes:
    file = BytesIO()
    assert sealing.seal(pieces, file, keys=keys) == len(file.getvalue())
    return file.getvalue()


def opened(data: bytes, keys: dict[str, bytes] = KEYS) -> bytes:
    return b"".join(sealing.opened(BufferedReader(BytesIO(data)), keys=keys))  # type: ignore[arg-type]


@given(st.lists(st.binary(max_size=300), max_size=6))
def test_what_goes_in_comes_out(pieces: list[bytes]) -> None:
    assert opened(sealed(*pieces)) == b"".join(pieces)


@pytest.mark.parametrize("size", [0, 1, sealing.PIECE - 1, sealing.PIECE, sealing.PIECE + 1, 2 * sealing.PIECE])
def test_sizes_around_a_piece(size: int) -> None:
    data = os.urandom(size)
    assert opened(sealed(data)) == data


def test_nothing_of_it_can_be_read_and_twice_the_same_looks_different() -> None:
    first, second = sealed(b"a secret"), sealed(b"a secret")
    assert b"secret" not in first
    assert first != second


@given(st.data())
def test_a_changed_byte_or_a_missing_end_is_noticed(data: st.DataObject) -> None:
    whole = sealed(b"x" * 100)
    place = data.draw(st.integers(0, len(whole) - 1))
    changed = bytearray(whole)
    changed[place] ^= data.draw(st.integers(1, 255))
    with pytest.raises(BackupError):
        opened(bytes(changed))
    with pytest.raises(BackupError):
        opened(whole[:place])


def test_pieces_cannot_be_left_out_swapped_or_cut_off() -> None:
    whole = sealed(os.urandom(sealing.PIECE), os.urandom(sealing.PIECE), b"end")
    head, piece = len(sealed(b"")) - 20, 4 + sealing.PIECE + 16
    first, second, last = whole[head:][:piece], whole[head + piece :][:piece], whole[head + 2 * piece :]
    for wrong in (first + last, second + first + last, first + second, first + second + last + last):
        with pytest.raises(BackupError, match=r"damaged|cut off"):
            opened(whole[:head] + wrong)


def test_an_older_key_still_opens_and_an_unknown_one_is_named() -> None:
    made = sealed(b"x")
    assert opened(made, {"k2": os.urandom(32), **KEYS}) == b"x"
    with pytest.raises(BackupError, match="k1"):
        opened(made, {"k2": os.urandom(32)})


def test_something_else_is_no_file_of_ours() -> None:
    with pytest.raises(BackupError, match="not a sealed file"):
        opened(b"PGDMP and so on, for long enough")
