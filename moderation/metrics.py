"""What filters decide and take, in numbers for Prometheus. The list of all of them: docs/observing.md."""

from prometheus_client import Counter, Histogram

SECONDS = (0.0002, 0.0005, 0.001, 0.002, 0.005, 0.01, 0.05, 0.25)

verdicts = Counter("dramatis_verdicts_total", "Texts that were judged, by what came of it.", ["stage", "action"])
seconds = Histogram("dramatis_filter_seconds", "The whole chain over one text.", ["stage"], buckets=SECONDS)
