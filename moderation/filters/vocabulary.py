"""Which row of a model a feature has, for features that are not kept themselves.

Each is kept as its hash, eight bytes instead of a hundred. Python draws a key for hashes in each process, so
nobody writes a text whose features are taken for others; by chance one in 10¹⁴ would be.
"""

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

Hashes = NDArray[np.int64]
Rows = NDArray[np.signedinteger[Any]]


class Vocabulary:
    def __init__(self, features: Sequence[str]) -> None:
        hashes = hashes_of(features)
        self._rows = np.argsort(hashes).astype(np.int32)
        self._hashes = hashes[self._rows]

    def __len__(self) -> int:
        return len(self._rows)

    def known(self, hashes: Hashes) -> tuple[Rows, NDArray[np.bool_]]:
        """The row of each that has one, in their order, and which of them have one."""
        if not len(self):
            return self._rows, np.zeros(len(hashes), np.bool_)
        places = np.searchsorted(self._hashes, hashes)
        there = self._hashes.take(places, mode="clip") == hashes
        return self._rows[places[there]], there


def hashes_of(features: Iterable[str]) -> Hashes:
    # Of bytes: that of a string is of how it lies in memory, where 潮 (U+6F6E) lies as "no" does.
    return np.fromiter(map(hash, map(str.encode, features)), np.int64)
