"""Programs of Debian's that tests run: those of the system, or unpacked into a folder; none is installed or started."""

import os
import shutil
import subprocess
import tempfile
from contextlib import suppress
from pathlib import Path

_ERLANG = (
    "base", "asn1", "crypto", "public-key", "mnesia", "runtime-tools", "ssl", "eldap", "ftp", "tftp", "inets", "snmp",
    "os-mon", "parsetools", "syntax-tools", "tools", "xmerl",
)  # fmt: skip
# program -> the packages that hold it and what a bare system lacks of what it needs
HOLDERS = {
    "nginx": ("nginx",),
    "promtool": ("prometheus",),
    "pgbouncer": ("pgbouncer", "libc-ares2"),
    "redis-server": (
        "redis-server", "redis-tools", "liblzf1", "libjemalloc2", "liblua5.1-0", "libhiredis0.14", "lua-cjson",
        "lua-bitop",
    ),
    "rabbitmq-server": ("rabbitmq-server", *(f"erlang-{name}" for name in _ERLANG)),
}  # fmt: skip
KEPT = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache", "dramatis-tests")
PLACES = ("usr/sbin", "usr/bin", "usr/local/bin")


def find(program: str) -> str | None:
    """Its path; it is fetched where apt can do that. None: it is not to be had here."""
    return shutil.which(program) or shutil.which(f"/usr/sbin/{program}") or _unpacked(program) or _fetched(program)


def folder_of(program: str) -> Path:
    """Where it is unpacked to, if it is."""
    return KEPT / HOLDERS[program][0]


def _unpacked(program: str) -> str | None:
    paths = (folder_of(program) / place / program for place in PLACES)
    return next((str(path) for path in paths if path.exists()), None)


def _fetched(program: str) -> str | None:
    if not (shutil.which("apt-get") and shutil.which("dpkg-deb")):
        return None
    KEPT.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=KEPT) as folder:
        wanted = HOLDERS[program]
        subprocess.run(["apt-get", "download", "-qq", *wanted], cwd=folder, capture_output=True, check=False)
        whole = Path(folder, "whole")
        for archive in Path(folder).glob("*.deb"):
            subprocess.run(["dpkg-deb", "-x", archive, whole], capture_output=True, check=True)
        # Several test processes may do this at once: the first one's is kept.
        with suppress(OSError):
            whole.rename(folder_of(program))
    return _unpacked(program)
