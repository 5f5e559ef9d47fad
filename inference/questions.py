"""The vectors of what was asked last: another take asks the same again, and several searches ask in one turn."""

from array import array
from collections import OrderedDict
from hashlib import blake2b

from inference.registry import embedder
from inference.tokens import estimate

KEPT = 1_000

_kept: "OrderedDict[bytes, array[float]]" = OrderedDict()


async def vector_of(question: str, model: str, *, dimensions: int | None = None) -> tuple["array[float]", int]:
    """And how many tokens were read for it: none where it is known. Raises ModelError."""
    told = f"{model}\n{dimensions or ''}\n{question}".encode("utf-8", "surrogatepass")
    key = blake2b(told, digest_size=16).digest()
    if (known := _kept.get(key)) is not None:
        _kept.move_to_end(key)
        return known, 0
    [vector] = await embedder(model, dimensions=dimensions).embed([question])
    _kept[key] = found = array("f", vector)
    while len(_kept) > KEPT:
        _kept.popitem(last=False)
    return found, estimate(question)


def as_sql(vector: "array[float]") -> str:
    """As pgvector reads it."""
    return f"[{','.join(f'{each:.8g}' for each in vector)}]"


def forget() -> None:
    """For tests: nothing is remembered."""
    _kept.clear()
