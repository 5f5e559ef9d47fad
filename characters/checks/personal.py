"""Addresses and numbers of real people do not belong into a character."""

import re
from collections.abc import Iterator

from characters.checks.work import Finding, Work, hits

RULE = "personal_data"

EMAIL = re.compile(r"\b[\w.+-]{1,64}@(?!example\.)[\w-]{1,63}(?:\.[\w-]{1,63}){0,3}\.[a-z]{2,24}\b", re.IGNORECASE)
# Chinese mobile numbers; numbers with their country; (555) 010-1234 and the like. Years and prices are none.
PHONE = re.compile(
    r"(?<!\d)(?:1[3-9]\d[ -]?\d{4}[ -]?\d{4}|\+\d{1,3}[ -]?(?:\(\d{1,4}\)[ -]?)?\d[\d -]{6,12}\d"
    r"|\(\d{3}\) ?\d{3}-\d{4}|\d{3}-\d{3}-\d{4})(?!\d)"
)
CITIZEN = re.compile(r"(?<!\d)[1-9]\d{5}(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dXx](?!\d)")


def find(work: Work) -> Iterator[Finding]:
    for pattern in (EMAIL, PHONE, CITIZEN):
        yield from hits(RULE, pattern, work)
