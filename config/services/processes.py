"""Processes that are not ours to wait for: found by pid, known by their command line."""

import os
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

from config.services.errors import ServiceError


def command_of(pid: int) -> str:
    """The command line; empty for a process that is gone or a zombie that nobody has reaped."""
    if Path("/proc/self/cmdline").exists():
        try:
            return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            return ""
    found = subprocess.run(["ps", "-o", "command=", "-p", str(pid)], capture_output=True, text=True, check=False)
    return "" if "<defunct>" in found.stdout else found.stdout


def working_in(folder: Path) -> list[int]:
    """Whose current folder it is; where no /proc tells, nobody's."""
    found = []
    for each in Path("/proc").glob("[0-9]*/cwd"):
        try:
            if each.readlink() == folder:
                found.append(int(each.parent.name))
        except OSError:  # ended meanwhile, or another user's
            continue
    return found


def pid_in(path: Path) -> int | None:
    try:
        return int(path.read_text().split("\n", 1)[0])
    except (OSError, ValueError):
        return None


def wait_until(true: Callable[[], bool], seconds: float, *, step: float = 0.02) -> bool:
    end = time.monotonic() + seconds
    while not true():
        if time.monotonic() > end:
            return False
        time.sleep(step)
    return True


def stop(pid: int, alive: Callable[[], bool], *steps: tuple[signal.Signals, float]) -> None:
    """Ask with one signal after another until the process is gone."""
    for number, patience in steps:
        try:
            os.kill(pid, number)
        except ProcessLookupError:
            return
        except PermissionError:
            raise ServiceError(f"process {pid} belongs to another user and cannot be stopped by this one") from None
        if wait_until(lambda: not alive(), patience):
            return
    raise ServiceError(f"process {pid} does not stop")


def tail(path: Path, lines: int = 3) -> str:
    try:
        return " / ".join(path.read_text(errors="replace").strip().splitlines()[-lines:])
    except OSError:
        return ""
