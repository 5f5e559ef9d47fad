"""Text at rest: every value sealed under a data key, every data key wrapped under a master key.

Value:  version (1) | data key id (16) | nonce (12) | AES-256-GCM ciphertext and tag.
        Bound to version, key id, table and row, so a value copied elsewhere does not open.
Key:    nonce (12) | AES-256-GCM of the 32 key bytes under a master key, bound to key id and owner. Of a key that took
        another's place 32 more follow: those that lookups are derived from (`Cipher.derive`).
        Of a sealed talk these bytes are locked by a passphrase first (accounts.passphrases): rotation and handing over
        wrap what is locked, and only a process that was given the passphrase holds the key, for as long as it is told.

Sealing 600 bytes takes about 3 microseconds, opening about 2, unwrapping a key 1 to 2: the cache saves the
query for the key, not CPU. `unwrap` and `Cipher` touch no database, so that plain SQL on the hot path can
bring its own row. settings.MASTER_KEYS is id -> 32 bytes, the current one first. The destruction of a key is
final for all processes after CACHE_SECONDS.
"""

import base64
import os
import threading
import time
import uuid
from collections import OrderedDict
from collections.abc import Iterable
from contextlib import suppress
from functools import cached_property, lru_cache
from typing import NamedTuple

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import transaction
from django.utils import timezone

from accounts.errors import ContentLost, Sealed
from accounts.ids import uuid7
from accounts.models import DataKey, Purpose, User
from accounts.passphrases import is_locked, lock, unlock

VERSION = 1
CACHE_SIZE = 2_000
CACHE_SECONDS = 60.0

_HEAD = 1 + 16
_NONCE = 12
_TAG = 16
_SECRET = 32
_SITE = b"site secret "


class Place(NamedTuple):
    """Where a value lives: the table's name and the row's id."""

    table: str
    row: uuid.UUID


class Cipher:
    """Seals and opens text under one data key. Safe to share between threads."""

    def __init__(self, key_id: uuid.UUID, secret: bytes) -> None:
        """`secret` is 32 bytes; of an exchanged key, those that lookups are derived from stand behind them."""
        self.key_id = key_id
        self._secret, self._lookups = secret[:_SECRET], secret[_SECRET:] or secret
        self._aes = AESGCM(self._secret)
        self._head = bytes([VERSION]) + key_id.bytes

    def __repr__(self) -> str:
        return f"<Cipher {self.key_id}>"

    def seal(self, text: str, place: Place) -> bytes:
        return self.seal_bytes(text.encode(), place)

    def open(self, blob: bytes | memoryview, place: Place) -> str:
        """ContentLost when the value was sealed elsewhere, under another key, or was tampered with."""
        return self.open_bytes(blob, place).decode()

    def seal_bytes(self, data: bytes, place: Place) -> bytes:
        nonce = os.urandom(_NONCE)
        return self._head + nonce + self._aes.encrypt(nonce, data, self._bound_to(place))

    def open_bytes(self, blob: bytes | memoryview, place: Place) -> bytes:
        """As `open`."""
        blob = bytes(blob)
        if len(blob) < _HEAD + _NONCE + _TAG or not blob.startswith(self._head):
            raise ContentLost
        try:
            return self._aes.decrypt(blob[_HEAD : _HEAD + _NONCE], blob[_HEAD + _NONCE :], self._bound_to(place))
        except InvalidTag:
            raise ContentLost from None

    def derive(self, purpose: str) -> bytes:
        """32 bytes for another use of the same key: they stay when the key is exchanged, and die with the last."""
        return HKDF(SHA256(), 32, salt=None, info=b"dramatis " + purpose.encode()).derive(self._lookups)

    @cached_property
    def index_secret(self) -> bytes:
        return self.derive("blind index 1")

    def _bound_to(self, place: Place) -> bytes:
        return self._head + place.table.encode() + place.row.bytes


def head_of(blob: bytes | memoryview) -> bytes:
    """What all values begin with that were sealed under the same data key."""
    return bytes(blob[:_HEAD])


def key_id_of(blob: bytes | memoryview) -> uuid.UUID:
    """The data key a value, or one with this head, was sealed under."""
    return _key_id(head_of(blob))


@lru_cache(maxsize=4_000)
def _key_id(head: bytes) -> uuid.UUID:
    # A window holds forty values under two keys.
    if len(head) < _HEAD or head[0] != VERSION:
        raise ContentLost
    return uuid.UUID(bytes=head[1:])


# Master keys


@lru_cache(maxsize=8)
def _ciphers_of(keys: tuple[tuple[str, bytes], ...]) -> dict[str, AESGCM]:
    return {kek_id: AESGCM(secret) for kek_id, secret in keys}


def _masters() -> dict[str, AESGCM]:
    """By id; the first one is current."""
    return _ciphers_of(tuple(settings.MASTER_KEYS.items()))


def current_master_key_id() -> str:
    return next(iter(settings.MASTER_KEYS))


# What belongs to no person's key: it goes with its row.


def seal_for_site(text: str) -> str:
    """Under the current master key."""
    kek_id, nonce = current_master_key_id(), os.urandom(_NONCE)
    sealed = nonce + _masters()[kek_id].encrypt(nonce, text.encode(), _SITE + kek_id.encode())
    return f"{kek_id}:{base64.b64encode(sealed).decode()}"


def open_for_site(sealed: str) -> str:
    """ContentLost when it was tampered with; ImproperlyConfigured when the master key is gone."""
    kek_id, _colon, encoded = sealed.partition(":")
    blob = base64.b64decode(encoded)
    try:
        return _master(kek_id).decrypt(blob[:_NONCE], blob[_NONCE:], _SITE + kek_id.encode()).decode()
    except InvalidTag:
        raise ContentLost from None


def _master(kek_id: str) -> AESGCM:
    master = _masters().get(kek_id)
    if master is None:
        raise ImproperlyConfigured(f"MASTER_KEYS lacks the key {kek_id}, which data keys and secrets lie under")
    return master


def _wrap(key_id: uuid.UUID, owner_id: uuid.UUID, secret: bytes) -> tuple[str, bytes]:
    kek_id = current_master_key_id()
    nonce = os.urandom(_NONCE)
    return kek_id, nonce + _masters()[kek_id].encrypt(nonce, secret, key_id.bytes + owner_id.bytes)


def _unwrap(key_id: uuid.UUID, owner_id: uuid.UUID, kek_id: str, wrapped: bytes | memoryview) -> bytes:
    wrapped = bytes(wrapped)
    if not wrapped:
        raise ContentLost
    try:
        return _master(kek_id).decrypt(wrapped[:_NONCE], wrapped[_NONCE:], key_id.bytes + owner_id.bytes)
    except InvalidTag:
        raise ContentLost from None


def unwrap(key_id: uuid.UUID, owner_id: uuid.UUID, kek_id: str, wrapped: bytes | memoryview) -> Cipher:
    """The cipher of a key's row. ContentLost when it was destroyed or wrapped for somebody else; Sealed when a
    passphrase locks it."""
    secret = _unwrap(key_id, owner_id, kek_id, wrapped)
    if is_locked(secret):
        raise Sealed
    return Cipher(key_id, secret)


def locked_key(owner_id: uuid.UUID, passphrase: str) -> tuple[DataKey, Cipher]:
    """A new key that only the passphrase opens, not yet saved, and its cipher, which nobody holds yet. Takes a fifth of
    a second.

    Never one that was there before: that lies unlocked in every backup since.
    """
    key_id, secret = uuid7(), AESGCM.generate_key(256)
    kek_id, wrapped = _wrap(key_id, owner_id, lock(secret, passphrase, key_id))
    key = DataKey(id=key_id, owner_id=owner_id, purpose=Purpose.SEALED, kek_id=kek_id, wrapped=wrapped)
    return key, Cipher(key_id, secret)


def unlock_key(key: DataKey, passphrase: str) -> Cipher:
    """The cipher, which nobody holds yet. Raises WrongPassphrase. Takes a fifth of a second."""
    return Cipher(key.pk, unlock(_unwrap(key.pk, key.owner_id, key.kek_id, key.wrapped), passphrase, key.pk))


# Ciphers this process has seen


class CipherCache:
    """At most `size` ciphers, least recently used leave first, none older than `seconds`.

    Those that a passphrase opened are held beside them: by whoever has a socket open, and no longer than that.
    """

    def __init__(self, size: int = CACHE_SIZE, seconds: float = CACHE_SECONDS) -> None:
        self._size, self._seconds = size, seconds
        self._lock = threading.Lock()
        self._held: OrderedDict[uuid.UUID, tuple[float, Cipher]] = OrderedDict()
        self._opened: dict[uuid.UUID, tuple[Cipher, set[object]]] = {}

    def hold(self, cipher: Cipher, holder: object) -> None:
        with self._lock:
            self._opened.setdefault(cipher.key_id, (cipher, set()))[1].add(holder)

    def hold_too(self, key_id: uuid.UUID, holder: object) -> bool:
        """Whether somebody holds it here: then this one does, too."""
        with self._lock:
            if opened := self._opened.get(key_id):
                opened[1].add(holder)
            return opened is not None

    def let_go(self, holder: object) -> None:
        """With the last one that held it a key is gone from this process."""
        with self._lock:
            for key_id, (_cipher, holders) in list(self._opened.items()):
                holders.discard(holder)
                if not holders:
                    del self._opened[key_id]

    def __len__(self) -> int:
        return len(self._held)

    def cached(self, key_id: uuid.UUID) -> Cipher | None:
        with self._lock:
            if opened := self._opened.get(key_id):
                return opened[0]
            held = self._held.get(key_id)
            if held is None:
                return None
            until, cipher = held
            if time.monotonic() >= until:
                del self._held[key_id]
                return None
            self._held.move_to_end(key_id)
            return cipher

    def put(self, cipher: Cipher) -> Cipher:
        with self._lock:
            self._held[cipher.key_id] = (time.monotonic() + self._seconds, cipher)
            self._held.move_to_end(cipher.key_id)
            while len(self._held) > self._size:
                self._held.popitem(last=False)
        return cipher

    def load_wrapped(self, key_id: uuid.UUID, owner_id: uuid.UUID, kek_id: str, wrapped: bytes | memoryview) -> Cipher:
        """Unwrap a row that the caller fetched, and keep the cipher."""
        return self.put(unwrap(key_id, owner_id, kek_id, wrapped))

    def drop(self, key_id: uuid.UUID) -> None:
        with self._lock:
            self._held.pop(key_id, None)
            self._opened.pop(key_id, None)

    def clear(self) -> None:
        with self._lock:
            self._held.clear()
            self._opened.clear()


ciphers = CipherCache()


def cipher_for(key_id: uuid.UUID) -> Cipher:
    """From the cache or the database. ContentLost when the key was destroyed."""
    cipher = ciphers.cached(key_id)
    if cipher is not None:
        return cipher
    row = DataKey.objects.filter(pk=key_id).values_list("id", "owner_id", "kek_id", "wrapped").first()
    if row is None:
        raise ContentLost
    return ciphers.load_wrapped(*row)


def load_ciphers(key_ids: Iterable[uuid.UUID]) -> None:
    """Into the cache, for a page that opens many: one query. Of keys that are destroyed there is none."""
    wanted = {key_id for key_id in key_ids if ciphers.cached(key_id) is None}
    for row in DataKey.objects.filter(pk__in=wanted).values_list("id", "owner_id", "kek_id", "wrapped"):
        with suppress(ContentLost):  # said where it is read
            ciphers.load_wrapped(*row)


def cipher_of(user: User) -> Cipher:
    """The cipher for what this person writes now."""
    row = (
        DataKey.objects.filter(owner=user, purpose=Purpose.USER, destroyed_at=None)
        .values_list("id", "owner_id", "kek_id", "wrapped")
        .first()
    )
    if row is None:
        raise ContentLost
    return ciphers.cached(row[0]) or ciphers.load_wrapped(*row)


# Life of a data key


def make_data_key(owner_id: uuid.UUID, purpose: str) -> DataKey:
    """A new key, not yet saved: for bulk inserts and plain SQL."""
    key_id = uuid7()
    kek_id, wrapped = _wrap(key_id, owner_id, AESGCM.generate_key(256))
    return DataKey(id=key_id, owner_id=owner_id, purpose=purpose, kek_id=kek_id, wrapped=wrapped)


def new_data_key(owner: User, purpose: str) -> DataKey:
    key = make_data_key(owner.pk, purpose)
    key.save(force_insert=True)
    return key


@transaction.atomic
def exchange_key(key: DataKey) -> DataKey:
    """A new key in its place, which the caller holds locked; what this one sealed opens until it is destroyed.

    Raises Sealed for one that a passphrase locks. Lookups stay what they are: the new one carries the secret that they
    are derived from.
    """
    secret = _unwrap(key.pk, key.owner_id, key.kek_id, key.wrapped)
    if is_locked(secret):
        raise Sealed  # nobody here can seal what lies under it anew
    fresh = DataKey(id=uuid7(), owner_id=key.owner_id, purpose=key.purpose)
    secret = AESGCM.generate_key(256) + (secret[_SECRET:] or secret)
    fresh.kek_id, fresh.wrapped = _wrap(fresh.pk, key.owner_id, secret)
    # First out of the way: a person has one key that they write under.
    DataKey.objects.filter(pk=key.pk).update(purpose=Purpose.RETIRED, successor=fresh.pk, retired_at=timezone.now())
    fresh.save(force_insert=True)
    return fresh


def destroy_key(key: DataKey) -> None:
    """What it sealed is gone for good: here at once, in other processes after CACHE_SECONDS. Repeatable."""
    DataKey.objects.filter(pk=key.pk, destroyed_at=None).update(wrapped=b"", destroyed_at=timezone.now())
    ciphers.drop(key.pk)
    key.refresh_from_db()


@transaction.atomic
def rewrap(key: DataKey, new_owner: User) -> None:
    """Hand the key to somebody else; what it seals stays as it is. A user's key becomes an adopted one."""
    row = DataKey.objects.select_for_update().get(pk=key.pk)
    handed_over = row.owner_id != new_owner.pk
    row.kek_id, row.wrapped = _wrap(row.pk, new_owner.pk, _unwrap(row.pk, row.owner_id, row.kek_id, row.wrapped))
    row.owner = new_owner
    if handed_over and row.purpose == Purpose.USER:
        row.purpose = Purpose.ADOPTED
    row.save(update_fields=["owner", "purpose", "kek_id", "wrapped"])
    for before in DataKey.objects.filter(successor=row, destroyed_at=None):
        rewrap(before, new_owner)
    key.owner, key.purpose, key.kek_id, key.wrapped = row.owner, row.purpose, row.kek_id, row.wrapped


def rewrap_stale(*, batch: int = 500) -> int:
    """Wrap the next keys that are not under the current master key anew. Returns how many; 0 means done."""
    with transaction.atomic():
        stale = list(
            DataKey.objects.select_for_update(skip_locked=True)
            .filter(destroyed_at=None)
            .exclude(kek_id=current_master_key_id())
            .order_by("pk")[:batch]
        )
        for key in stale:
            secret = _unwrap(key.pk, key.owner_id, key.kek_id, key.wrapped)
            key.kek_id, key.wrapped = _wrap(key.pk, key.owner_id, secret)
        DataKey.objects.bulk_update(stale, ["kek_id", "wrapped"])
    return len(stale)
