"""What asking models takes, in numbers for Prometheus. The list of all of them: docs/observing.md."""

from prometheus_client import Counter, Histogram

MOST_NAMES = 100
WORD_SECONDS = (0.05, 0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 6.4, 12.8, 30.0)

model_calls = Counter("dramatis_model_calls_total", "Calls of models, by how they ended.", ["model", "outcome"])
model_first_word = Histogram(
    "dramatis_model_first_word_seconds", "From asking a model to its first word.", ["model"], buckets=WORD_SECONDS
)

_names: set[str] = set()


def label_of(model: str) -> str:
    """Characters may ask for any name, where the operator allows that: the first hundred are told apart."""
    if model not in _names:
        if len(_names) >= MOST_NAMES:
            return "other"
        _names.add(model)
    return model


def model_answered(model: str, outcome: str) -> None:
    """`outcome`: answered, stopped, or the code of the error."""
    model_calls.labels(label_of(model), outcome).inc()


def first_word_came(model: str, seconds: float) -> None:
    model_first_word.labels(label_of(model)).observe(seconds)
