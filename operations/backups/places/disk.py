"""Backups in a folder of a disk, each in one of its own; an unfinished one is called so."""

import shutil
from contextlib import AbstractContextManager
from io import BufferedReader
from pathlib import Path
from typing import BinaryIO

from operations.backups.errors import BackupError
from operations.backups.names import FINISHED, MANIFEST, UNFINISHED


class DiskFolder:
    def __init__(self, path: str | Path) -> None:
        self.path = Path(path)

    def __str__(self) -> str:
        return str(self.path)

    @property
    def name(self) -> str:
        return self.path.name

    def create(self, file: str) -> AbstractContextManager[BinaryIO]:
        return (self.path / file).open("xb")

    def open(self, file: str) -> AbstractContextManager[BufferedReader]:
        try:
            return (self.path / file).open("rb")
        except FileNotFoundError:
            raise BackupError(f"{self.path} has no {file}") from None

    def size(self, file: str) -> int | None:
        path = self.path / file
        return path.stat().st_size if path.exists() else None

    def delete(self, file: str) -> None:
        (self.path / file).unlink(missing_ok=True)

    def delete_all(self) -> None:
        shutil.rmtree(self.path, ignore_errors=True)


class Disk:
    def __init__(self, path: str) -> None:
        self.path = Path(path)

    def begin(self, name: str) -> DiskFolder:
        folder = DiskFolder(self.path / f"{name}{UNFINISHED}")
        folder.path.mkdir(parents=True)
        return folder

    def finish(self, folder: DiskFolder) -> DiskFolder:
        return DiskFolder(folder.path.rename(folder.path.with_name(folder.name.removesuffix(UNFINISHED))))

    def finished(self) -> list[DiskFolder]:
        found = (path for path in sorted(self.path.glob(FINISHED)) if path.suffix != UNFINISHED)
        return [DiskFolder(path) for path in found if (path / MANIFEST).exists()]

    def unfinished(self) -> list[DiskFolder]:
        return [DiskFolder(path) for path in sorted(self.path.glob(f"*{UNFINISHED}"))]
