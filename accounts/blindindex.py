"""Search over sealed text: keyed hashes of its words, kept beside it in an integer array with a GIN index.

What it gives away to somebody who has the database but not the key: how many different terms a text has, and
which texts of the same key share terms. 32 bits collide, so a match is a candidate: open it and look.
"""

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Iterator
from struct import unpack
from uuid import UUID

from accounts.encryption import Cipher, ciphers
from accounts.models import DataKey, Purpose, User

MAX_TERMS = 4_096

# Scripts written without spaces: every sign and every pair of neighbours is a term.
UNSPACED = "\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003134f"
_TOKEN = re.compile(rf"[{UNSPACED}]+|[^\W_{UNSPACED}]+")
_IS_UNSPACED = re.compile(rf"[{UNSPACED}]")


def index_secret(cipher: Cipher) -> bytes:
    """Derived from the data key: destroyed with it."""
    return cipher.index_secret


def normalise(text: str) -> str:
    """Full width and ligatures folded, case folded, and stable under a second pass."""
    if text.isascii():
        return text.lower()
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())


def tokens(text: str) -> list[str]:
    """Words, and runs of a script without spaces."""
    return _TOKEN.findall(normalise(text))


def is_unspaced(token: str) -> bool:
    return not token.isascii() and _IS_UNSPACED.match(token) is not None


def words(text: str) -> Iterator[str]:
    """The terms in the clear, in order, with repeats."""
    for token in tokens(text):
        if is_unspaced(token):
            yield from token
            yield from (token[at : at + 2] for at in range(len(token) - 1))
        else:
            yield token


def terms(text: str, secret: bytes) -> list[int]:
    """Sorted, unique, signed 32-bit; at most MAX_TERMS, those that come first in the text.

    A phrase made of whole words (or any piece of Chinese) that stands within those gives a subset: search
    with `terms @> ARRAY[...]`.
    """
    found: set[str] = set()
    for word in words(text):
        found.add(word)
        if len(found) == MAX_TERMS:
            break
    keyed = hashlib.blake2b(key=secret, digest_size=4, person=b"blindindex")
    digests = []
    for word in found:
        hashed = keyed.copy()  # the key is mixed in once
        hashed.update(word.encode(errors="surrogatepass"))
        digests.append(hashed.digest())
    return sorted(set(unpack(f">{len(digests)}i", b"".join(digests))))


def terms_to_ask(user: User, phrase: str, *, others: Iterable[UUID] = ()) -> list[list[int]]:
    """What a search of somebody's texts asks: a text matches when it holds all terms of one of these lists.

    One list for each key they write under or once wrote under: what an adopted guest said keeps the terms of the
    guest's key. `others` are people whose keys the texts may be indexed under, too.
    """
    people = {user.pk, *others}
    keys = DataKey.objects.filter(owner__in=people, purpose__in=(Purpose.USER, Purpose.ADOPTED), destroyed_at=None)
    rows = keys.order_by("pk").values_list("id", "owner_id", "kek_id", "wrapped")
    secrets = [(ciphers.cached(row[0]) or ciphers.load_wrapped(*row)).index_secret for row in rows]
    return [terms(phrase, secret) for secret in secrets]
