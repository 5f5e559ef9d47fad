"""Programs of Debian's that tests run: those of the system, or unpacked into a folder; none is installed or started."""

import os
import shutil
import subprocess
import tempfile
from contextlib import suppress
from pathlib import Path

HOLDERS = {"nginx": "nginx", "promtool": "prometheus"}  # program -> the package that holds it
KEPT = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache", "dramatis-tests")
PLACES = ("usr/sbin", "usr/bin", "usr/local/bin")


def find(program: str) -> str | None:
    """Its path; it is fetched where apt can do that. None: it is not to be had here."""
    return shutil.which(program) or shutil.which(f"/usr/sbin/{program}") or _unpacked(program) or _fetched(program)


def _unpacked(program: str) -> str | None:
    paths = (KEPT / HOLDERS[program] / place / program for place in PLACES)
    return next((str(path) for path in paths if path.exists()), None)


def _fetched(program: str) -> str | None:
    if not (shutil.which("apt-get") and shutil.which("dpkg-deb")):
        return None
    package = HOLDERS[program]
    KEPT.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=KEPT) as folder:
        subprocess.run(["apt-get", "download", "-qq", package], cwd=folder, capture_output=True, check=False)
        for archive in Path(folder).glob("*.deb"):
            whole = Path(folder, "whole")
            subprocess.run(["dpkg-deb", "-x", archive, whole], capture_output=True, check=True)
            # Several test processes may do this at once: the first one's is kept.
            with suppress(OSError):
                whole.rename(KEPT / package)
    return _unpacked(program)
