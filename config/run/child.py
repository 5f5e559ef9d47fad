"""A child process that ends when asked, when told, and with its parent."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

PR_SET_PDEATHSIG = 1


def _die_with_parent() -> None:
    """Between fork and exec, on Linux: the kernel ends the child when the thread that made it is gone."""
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


class Child:
    """One process in a group of its own: a Ctrl-C reaches only the parent, which then decides."""

    def __init__(
        self,
        name: str,
        command: Sequence[str],
        *,
        environ: Mapping[str, str] | None = None,
        log: Path | None = None,
        keep: Sequence[int] = (),
    ) -> None:
        """`keep`: numbers of open files that the child has too, besides its output."""
        self.name, self.log = name, log
        output = log.open("ab") if log else None
        try:
            self.process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                env=dict(os.environ if environ is None else environ),
                start_new_session=True,
                pass_fds=keep,
                preexec_fn=_die_with_parent if sys.platform == "linux" else None,
            )
        finally:
            if output:
                output.close()

    @property
    def pid(self) -> int:
        return self.process.pid

    @property
    def alive(self) -> bool:
        return self.process.poll() is None

    def signal(self, number: signal.Signals) -> None:
        """To the child and all that it started."""
        try:
            os.killpg(self.process.pid, number)
        except (ProcessLookupError, PermissionError):
            if self.alive:
                self.process.send_signal(number)

    def kill(self) -> None:
        self.signal(signal.SIGKILL)
        self.process.wait()

    def terminate(self, seconds: float = 10) -> int | None:
        """SIGTERM, and the exit code when it left within the time; else it is killed and there is none."""
        return stop_all([self], seconds)[0]

    def said(self, lines: int = 20) -> str:
        """The end of its log."""
        if self.log is None or not self.log.exists():
            return ""
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:])


def stop_all(children: Sequence[Child], seconds: float) -> list[int | None]:
    """Ask all of them at once; who is still there when the time is over is killed, with all it started."""
    for child in children:
        if child.alive:
            child.signal(signal.SIGTERM)
    end = time.monotonic() + seconds
    codes: list[int | None] = []
    for child in children:
        try:
            codes.append(child.process.wait(max(0.0, end - time.monotonic())))
        except subprocess.TimeoutExpired:
            codes.append(None)
    for child in children:
        child.signal(signal.SIGKILL)  # its own children too, which may outlive it
        child.process.wait()
    return codes
