"""Where a Redis Cluster is.

    redis+cluster://:password@one:6379,two:6379,three:6379

`rediss+cluster` speaks TLS. Any of the named nodes tells of all others. Pure: settings are made with it.
"""

from dataclasses import dataclass
from urllib.parse import urlsplit

SCHEMES = ("redis+cluster", "rediss+cluster")
SHAPE = "must look like redis+cluster://:password@host:6379,host:6379"


@dataclass(frozen=True, slots=True)
class Place:
    """Nodes to begin with, each as an address that any client of one Redis takes; others are made alike."""

    scheme: str
    person: str  # as written: with its "@", or empty
    nodes: tuple[str, ...]

    def node(self, host: str, port: int) -> str:
        named = f"[{host}]" if ":" in host and not host.startswith("[") else host
        return f"{self.scheme}://{self.person}{named}:{port}"


def place(url: str) -> Place:
    """Raises ValueError."""
    parts = urlsplit(url)
    if parts.scheme not in SCHEMES or parts.path.strip("/") or parts.query or parts.fragment:
        raise ValueError(SHAPE)
    person, at, places = parts.netloc.rpartition("@")
    found = Place(parts.scheme.removesuffix("+cluster"), person + at, ())
    try:
        named = [(host, int(port)) for host, _, port in (each.rpartition(":") for each in places.split(","))]
    except ValueError:
        raise ValueError(SHAPE) from None
    if not all(host for host, _port in named):
        raise ValueError(SHAPE)
    return Place(found.scheme, found.person, tuple(found.node(host, port) for host, port in named))


def bare(node: str) -> str:
    """Host and port alone, to be shown."""
    return urlsplit(node).netloc.rpartition("@")[2]
