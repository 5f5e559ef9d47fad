"""The product, counting nothing: `python -m bench.unobserved --port N`. For bench.observed alone."""

from typing import Any

from prometheus_client import Counter, Histogram

from config.server import main


def nothing(*_: Any, **__: Any) -> None:
    pass


class Nobody:
    inc = observe = staticmethod(nothing)


Counter.inc = Histogram.observe = nothing  # type: ignore[method-assign]
Counter.labels = Histogram.labels = lambda *_, **__: Nobody  # type: ignore[method-assign,assignment]

if __name__ == "__main__":
    main()
