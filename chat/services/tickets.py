"""Tickets: once, and for a minute, a program without a cookie may open the socket of one conversation.

Redis holds a digest of the ticket and, under a key that only the ticket gives, whose it is.
"""

import hashlib
import os
import re
import secrets
from typing import Any, NamedTuple
from urllib.parse import parse_qs
from uuid import UUID

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from accounts.errors import Unavailable
from accounts.visits import ENDED_SQL, Visit, ended_columns
from chat.database import fetch_all
from chat.live import redis

SECONDS = 60
SHAPE = re.compile(r"[0-9a-f]{32}")
NONCE = 12


class Admission(NamedTuple):
    """Who may come in, and where."""

    visit: Visit
    conversation_id: UUID


_decode = msgspec.json.Decoder(Admission).decode


async def make_ticket(admission: Admission) -> str:
    """128 random bits. Whoever shows them comes in for as long as the visit lasts. Unavailable without Redis."""
    ticket, nonce = secrets.token_hex(16), os.urandom(NONCE)
    sealed = nonce + _cipher(ticket).encrypt(nonce, msgspec.json.encode(admission), None)
    try:
        await redis.client().set(_key(ticket), sealed, ex=SECONDS)
    except redis.AWAY as error:
        raise Unavailable from error
    return ticket


async def redeem(ticket: str) -> Admission | None:
    """None for a ticket that is unknown, was used, has run out, or whose visit is over."""
    try:
        sealed: Any = await redis.client().getdel(_key(ticket))
    except redis.AWAY:
        return None
    if sealed is None:
        return None
    try:
        admission = _decode(_cipher(ticket).decrypt(sealed[:NONCE], sealed[NONCE:], None))
    except InvalidTag:
        return None
    over = await fetch_all(ENDED_SQL, ended_columns([admission.visit]))
    return None if over else admission


def ticket_in(query: bytes) -> str | None:
    """The ticket in the query of an address, if that is what it looks like."""
    shown = parse_qs(query.decode("latin-1")).get("ticket", [""])[0]
    return shown if SHAPE.fullmatch(shown) else None


def _key(ticket: str) -> str:
    return f"dramatis:ticket:{hashlib.sha256(f'name {ticket}'.encode()).hexdigest()}"


def _cipher(ticket: str) -> AESGCM:
    return AESGCM(hashlib.sha256(f"content {ticket}".encode()).digest())
