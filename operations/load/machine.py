"""What the server costs meanwhile: processor and memory of its processes, where they run on this machine (Linux)."""

from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from bench.load import cpu_of

PAGE = 4096
LISTENS = "0A"


def listeners(base_url: str) -> list[int]:
    """Processes that listen at this port of loopback; none where the server is elsewhere."""
    url = urlsplit(base_url)
    if url.hostname not in ("127.0.0.1", "localhost", "::1"):
        return []
    port = f"{url.port or 80:04X}"
    inodes = set()
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        for line in _lines(Path(table))[1:]:
            part = line.split()
            if part[1].endswith(f":{port}") and part[3] == LISTENS:
                inodes.add(f"socket:[{part[9]}]")
    found = []
    for process in Path("/proc").iterdir():
        if process.name.isdigit() and inodes & _open_in(process):
            found.append(int(process.name))
    return sorted(found)


def _open_in(process: Path) -> set[str]:
    try:
        return {str(each.readlink()) for each in (process / "fd").iterdir()}
    except OSError:
        return set()


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text().splitlines()
    except OSError:
        return []


def memory_of(pid: int) -> int:
    """Bytes that a process holds."""
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * PAGE


@dataclass(slots=True)
class Machine:
    """The server's processes. Without any, nothing is told of them; of one that ended meanwhile, what was last seen."""

    pids: list[int]
    begun: float = 0.0
    before: int = 0
    samples: list[int] = field(default_factory=list)
    _used: dict[int, float] = field(default_factory=dict)

    def begin(self) -> None:
        self.begun, self.before = self.cpu(), self.memory()
        self.samples = [self.before]

    def sample(self) -> None:
        self.samples.append(self.memory())
        self.cpu()

    def cpu(self) -> float:
        for pid in self.pids:
            with suppress(OSError):
                self._used[pid] = cpu_of(pid)
        return sum(self._used.values())

    def memory(self) -> int:
        held = 0
        for pid in self.pids:
            with suppress(OSError):
                held += memory_of(pid)
        return held

    @property
    def used(self) -> float:
        """Seconds of a core since the beginning."""
        return self.cpu() - self.begun
