"""A lock around the secret of a data key, that a passphrase opens: inside the master key's wrapping, not instead of it.

    16 bytes of salt | 12 of nonce | AES-256-GCM of the 32 secret bytes, under scrypt(passphrase, salt), bound to the id

scrypt with N = 2^16, r = 8, p = 1: 64 MB and about a fifth of a second for each try. Nothing derived from a passphrase
is ever stored: without it, the secret and whatever it sealed are gone for everybody.
"""

import os
import unicodedata
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt
from django.utils.translation import gettext_lazy as _

from accounts.errors import Forbidden, Invalid

COST, BLOCK, LANES = 2**16, 8, 1
SHORTEST, LONGEST = 12, 1_000
SECRET = 32
_SALT, _NONCE, _TAG = 16, 12, 16
# Of a key that took another's place its lookups' secret stands behind its own.
LOCKED = tuple(_SALT + _NONCE + length + _TAG for length in (SECRET, 2 * SECRET))


class WrongPassphrase(Forbidden):
    code = "wrong_passphrase"
    message = _("That is not the passphrase of this talk.")


def check_passphrase(passphrase: str) -> str:
    """As it is used: however a keyboard composes its letters. Raises Invalid."""
    passphrase = unicodedata.normalize("NFKC", passphrase)
    if not SHORTEST <= len(passphrase) <= LONGEST:
        raise Invalid(_("A passphrase has twelve characters or more."), field="passphrase", limit=SHORTEST)
    return passphrase


def is_locked(secret: bytes) -> bool:
    return len(secret) in LOCKED


def lock(secret: bytes, passphrase: str, key_id: UUID) -> bytes:
    """Takes as long as a try."""
    salt, nonce = os.urandom(_SALT), os.urandom(_NONCE)
    return salt + nonce + _aes(passphrase, salt).encrypt(nonce, secret, _bound_to(key_id))


def unlock(locked: bytes, passphrase: str, key_id: UUID) -> bytes:
    """The secret. Raises WrongPassphrase."""
    passphrase = unicodedata.normalize("NFKC", passphrase)[:LONGEST]
    salt, nonce, sealed = locked[:_SALT], locked[_SALT : _SALT + _NONCE], locked[_SALT + _NONCE :]
    try:
        return _aes(passphrase, salt).decrypt(nonce, sealed, _bound_to(key_id))
    except InvalidTag:
        raise WrongPassphrase from None


def _aes(passphrase: str, salt: bytes) -> AESGCM:
    derived = Scrypt(salt, SECRET, COST, BLOCK, LANES).derive(passphrase.encode("utf-8", "surrogatepass"))
    return AESGCM(derived)


def _bound_to(key_id: UUID) -> bytes:
    return b"passphrase 1 " + key_id.bytes
