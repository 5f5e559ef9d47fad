"""What turns take, in numbers for Prometheus; counted once a turn, never once a token. The list: docs/observing.md."""

from typing import TYPE_CHECKING, get_args

from prometheus_client import Counter, Histogram

from chat.protocol import Outcome

if TYPE_CHECKING:
    from chat.services.turns.speak import Answer

FIRST_SECONDS = (0.05, 0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 6.4, 12.8, 30.0)
BETWEEN_SECONDS = (0.005, 0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 5.0)
RECALL_SECONDS = (0.002, 0.005, 0.01, 0.02, 0.04, 0.08, 0.15, 0.4, 1.0)

turns = Counter("dramatis_turns_total", "Turns, by how they ended.", ["outcome"])
errors = Counter("dramatis_turn_errors_total", "Turns that ended in an error, by its code.", ["code"])
first_token = Histogram(
    "dramatis_turn_first_token_seconds", "From a stored line to the first piece of its reply.", buckets=FIRST_SECONDS
)
between_tokens = Histogram(
    "dramatis_turn_between_tokens_seconds", "Between two pieces of a reply: the mean of each.", buckets=BETWEEN_SECONDS
)
pieces = Counter("dramatis_turn_pieces_total", "Pieces of replies, as models send them.")
recalls = Histogram(
    "dramatis_recall_seconds", "Recall for a turn.", ["source", "state"], buckets=RECALL_SECONDS
)  # source: knowledge, memories
taken_over = Counter("dramatis_turns_taken_over_total", "Turns of dead processes that were settled here.")

# From the start, so that a first one is seen to be one more.
for _outcome in get_args(Outcome):
    turns.labels(_outcome)


def turn_ended(answer: "Answer", *, now: float) -> None:
    turns.labels(answer.status).inc()
    if answer.code:
        errors.labels(answer.code).inc()
    said, first = answer.order.live.seq, answer.first_word
    if first is None:
        return
    pieces.inc(said)
    first_token.observe(first - answer.began)
    if said > 1:
        between_tokens.observe((now - first) / (said - 1))


def recalled(source: str, state: str, milliseconds: int) -> None:
    """`state` is empty where nothing was looked for."""
    if state:
        recalls.labels(source, state).observe(milliseconds / 1000)
