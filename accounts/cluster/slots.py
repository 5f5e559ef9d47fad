"""Who leads which slot of a cluster, as one of its nodes told last."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from redis.crc import REDIS_CLUSTER_HASH_SLOTS, key_slot
from redis.exceptions import AskError

from accounts.cluster.place import Place

SCRIPTS = ("EVAL", "EVALSHA")


def slot_of(command: Sequence[Any]) -> int:
    """Of a command's first key. All keys of a command lie in one slot: Redis refuses others."""
    name = command[0]
    if name in SCRIPTS:
        key = command[3]
    elif name == "XREAD":
        key = command[[_text(each) for each in command].index("STREAMS") + 1]
    else:
        key = command[1]
    return key_slot(key if isinstance(key, bytes) else str(key).encode())


def _text(part: Any) -> str:
    return part.decode("latin-1") if isinstance(part, bytes) else str(part)


class Told(NamedTuple):
    """What one node says: who leads each slot, and which nodes there are."""

    led: list[str | None]
    nodes: tuple[str, ...]

    @property
    def unled(self) -> int:
        """How many slots nobody leads."""
        return self.led.count(None)


class Slots:
    def __init__(self, place: Place) -> None:
        self._place = place
        self._now = Told([None] * REDIS_CLUSTER_HASH_SLOTS, ())

    def __bool__(self) -> bool:
        """Whether a node has told yet."""
        return bool(self._now.nodes)

    def leader(self, slot: int) -> str | None:
        return self._now.led[slot]

    @property
    def leaders(self) -> list[str]:
        return sorted({each for each in self._now.led if each})

    @property
    def unled(self) -> int:
        """How many slots nobody leads."""
        return self._now.unled

    def knows(self, node: str) -> bool:
        """Whether anybody may have a reason to ask it."""
        return node in self._now.nodes or node in self._place.nodes or node in self._now.led

    def to_ask(self, *, last: str | None) -> Iterator[str]:
        """All that may know who leads; `last` is thought to be gone, and asked when all others are silent."""
        everybody = dict.fromkeys((*self._now.nodes, *self._place.nodes))
        yield from (each for each in everybody if each != last)
        if last is not None:
            yield last

    def read(self, rows: Iterable[Any], *, asked: str) -> Told:
        """What `CLUSTER SLOTS` answered: [first, last, [host, port, …] of who leads, [host, port, …] of each copy]."""
        led: list[str | None] = [None] * REDIS_CLUSTER_HASH_SLOTS
        known: dict[str, None] = {}
        for first, last, *nodes in rows:
            named = [self._node(host, port, asked) for host, port, *_more in nodes]
            known.update(dict.fromkeys(named))
            led[first : last + 1] = [named[0]] * (last + 1 - first)
        return Told(led, tuple(known))

    def learn(self, told: Iterable[Told]) -> None:
        """Of what one node after the other says, the first that knows of all slots; else what knows of most. One that
        was reset knows of none, and tells nothing.
        """
        best: Told | None = None
        for each in told:
            if best is None or each.unled < best.unled:
                best = each
            if not best.unled:
                break
        if best is not None and best.nodes:
            self._now = best

    def moved(self, told: AskError, *, by: str) -> str:
        """Where a slot is now (MOVED), or where one key of it is already (ASK)."""
        node = self._node(told.host, told.port, by)
        if not is_asking(told):
            self._now.led[told.slot_id] = node
        return node

    def _node(self, host: bytes | str | None, port: int, asked: str) -> str:
        """Who does not know its own name means: where you asked me."""
        name = _text(host) if host else ""
        return self._place.node(name if name not in ("", "?") else urlsplit(asked).hostname or "", port)


def is_asking(told: AskError) -> bool:
    """redis-py's MovedError is an AskError too."""
    return type(told) is AskError
