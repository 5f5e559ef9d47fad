"""What files and folders of backups are called."""

from datetime import UTC, datetime
from secrets import token_hex

DATABASE, KEYS, MANIFEST = "database.sealed", "keys.sealed", "manifest.json"
STAMP = "%Y%m%dT%H%M%SZ"  # the moment that a backup is of
STAMP_LENGTH = len("20260301T022000Z")
FINISHED, UNFINISHED = "[0-9]*T[0-9]*Z*", ".unfinished"


def new_name(made_at: datetime) -> str:
    """Of nobody else, also where two are taken in one second: a bucket would write one over the other, file by file.
    The later one sorts behind: a restore takes the newest keys, without those that were destroyed between the two."""
    return f"{made_at.strftime(STAMP)}-{made_at:%f}-{token_hex(2)}"


def moment_of(name: str) -> datetime:
    """Names of earlier releases end with their stamp."""
    return datetime.strptime(name[:STAMP_LENGTH], STAMP).replace(tzinfo=UTC)
