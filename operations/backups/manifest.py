"""What a backup holds, in a file of its own, marked so that nobody but who has the keys can write one."""

import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from operations.backups.errors import BackupError
from operations.backups.names import MANIFEST
from operations.backups.places import Folder

FORMAT = 1


@dataclass(frozen=True, slots=True)
class Manifest:
    """`counts`: rows of each table; `files`: bytes and SHA-256 of each, as sealed; `migrations`: the last of each app.

    `without`: tables whose rows were left out.
    """

    made_at: str
    postgres: str
    migrations: dict[str, str]
    counts: dict[str, int]
    files: dict[str, dict[str, Any]]
    format: int = FORMAT
    without: list[str] = field(default_factory=list)

    def write(self, folder: Folder, keys: Mapping[str, bytes]) -> None:
        told = asdict(self)
        whole = told | {"mark": _mark(told, next(iter(keys.values())))}
        with folder.create(MANIFEST) as file:
            file.write(json.dumps(whole, indent=1, sort_keys=True).encode() + b"\n")


def read(folder: Folder, keys: Mapping[str, bytes]) -> Manifest:
    """Raises BackupError for one that is missing, was changed, or is of a later version."""
    try:
        with folder.open(MANIFEST) as file:
            told = json.loads(file.read())
        mark = told.pop("mark")
    except (OSError, ValueError, KeyError, AttributeError):
        raise BackupError(f"{folder} has no {MANIFEST} that can be read") from None
    if not any(hmac.compare_digest(str(mark), _mark(told, secret)) for secret in keys.values()):
        raise BackupError(f"{MANIFEST} was changed, or made under a key that BACKUP_KEYS does not hold")
    if told.get("format") != FORMAT:
        raise BackupError("made by a later version")
    return Manifest(**told)


def digest(folder: Folder, name: str) -> str:
    with folder.open(name) as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _mark(told: Mapping[str, Any], secret: bytes) -> str:
    body = json.dumps(told, sort_keys=True, separators=(",", ":")).encode()
    return hmac.new(secret, b"dramatis backup manifest 1" + body, hashlib.sha256).hexdigest()
