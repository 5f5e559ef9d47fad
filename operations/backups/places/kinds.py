"""What a place for backups can do."""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from io import BufferedReader
from typing import Any, Protocol


class Sink(Protocol):
    def write(self, data: bytes, /) -> int: ...


class Folder(Protocol):
    """One backup. `str()` of it is what `manage.py restore` and `verify` take."""

    @property
    def name(self) -> str: ...

    def create(self, file: str) -> AbstractContextManager[Sink]:
        """To be written from its beginning to its end, once."""

    def open(self, file: str) -> AbstractContextManager[BufferedReader]:
        """Raises BackupError for one that is not there."""

    def size(self, file: str) -> int | None:
        """Bytes of it; None where there is none."""

    def delete(self, file: str) -> None: ...

    def delete_all(self) -> None: ...


class Place(Protocol):
    def begin(self, name: str) -> Folder: ...

    def finish(self, folder: Any) -> Folder:
        """It counts from now on. Its manifest was written last."""

    def finished(self) -> Sequence[Folder]:
        """Oldest first."""

    def unfinished(self) -> Sequence[Folder]:
        """Of backups that are under way, or were killed."""
