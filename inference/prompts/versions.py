"""Semantic versions: three whole numbers, and what comes after a hyphen."""

import re

WRITTEN = re.compile(r"(0|[1-9]\d{0,5})\.(0|[1-9]\d{0,5})\.(0|[1-9]\d{0,5})(?:-([0-9A-Za-z]+(?:[.-][0-9A-Za-z]+)*))?")
MAX_LENGTH = 40

Key = tuple[int, int, int, bool, tuple[tuple[bool, int, str], ...]]


def is_version(text: str) -> bool:
    return len(text) <= MAX_LENGTH and WRITTEN.fullmatch(text) is not None


def order_of(version: str) -> Key:
    """To sort by, as semver.org has it: 1.0.0-beta comes before 1.0.0. ValueError for what is none."""
    found = WRITTEN.fullmatch(version)
    if found is None:
        raise ValueError(version)
    major, minor, patch, rest = found.groups()
    named = rest.split(".") if rest else []
    # Numbers come before words, and in their own order.
    parts = tuple((not part.isdigit(), int(part) if part.isdigit() else 0, part) for part in named)
    return int(major), int(minor), int(patch), not rest, parts


def next_patch(version: str) -> str:
    major, minor, patch, *_ = order_of(version)
    return f"{major}.{minor}.{patch + 1}"
