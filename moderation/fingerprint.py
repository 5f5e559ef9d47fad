import hashlib

from moderation.filters.normalise import fold


def fingerprint(text: str) -> str:
    """Of the beginning of a text that was learned from, so that reports can leave it out. Disguise does not count."""
    begun = " ".join(fold(text).text[:500].split())
    return hashlib.blake2s(begun.encode(), digest_size=6).hexdigest()
