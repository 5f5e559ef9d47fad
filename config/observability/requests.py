"""Requests for pages and of programs, in numbers for Prometheus."""

from prometheus_client import Counter, Histogram

SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)

answers = Counter("dramatis_requests_total", "Answers to requests.", ["kind", "status"])
seconds = Histogram(
    "dramatis_request_seconds", "Until a request is answered, or its stream begins.", ["kind"], buckets=SECONDS
)
for _kind in ("page", "api", "v1", "admin"):
    answers.labels(_kind, "500")


def kind_of(route: str | None) -> str:
    """`none`: files, and what leads nowhere."""
    if route is None:
        return "none"
    head = route.partition("/")[0]
    return head if head in ("api", "v1", "admin") else "page"


def answered(route: str | None, status: int, took: float) -> None:
    kind = kind_of(route)
    answers.labels(kind, str(status)).inc()
    seconds.labels(kind).observe(took)
