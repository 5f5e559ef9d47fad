"""Whether a line sounds as if somebody were in need (`filters.crisis`), by the weights of the release."""

from functools import lru_cache

from inference.emotion.feeling import Feeling
from moderation.filters.base import Text
from moderation.filters.content import ContentFilter
from moderation.filters.crisis import AT, Score, concern
from moderation.weights import default_chain

LATELY = 64  # lines
# By a number that no line can be told from: each is asked about when it is said, and again when it is answered.
_lately: dict[tuple[int, bool], bool] = {}

# Where a line sounds sad or afraid (inference.emotion), what the classifier makes of it weighs so much more, from
# DOUBTFUL on: what it takes for harmless stays harmless, however sad.
LEANS, DOUBTFUL = 0.3, 0.3
HEAVY = ("sadness", "grief", "remorse", "fear", "disappointment")


def in_need(line: str, feeling: Feeling | None = None) -> bool:
    """A millisecond at most. The line is not kept, and its score is told to nobody."""
    key = hash(line), feeling is not None
    if (known := _lately.get(key)) is None:
        if len(_lately) >= LATELY:
            _lately.clear()
        known = _lately[key] = concern(line, _leaning(feeling)) >= AT
    return known


def _leaning(feeling: Feeling | None) -> Score:
    heavy = feeling.of(HEAVY) if feeling is not None and feeling.known else 0.0

    def score_of(text: Text) -> float:
        score = _self_harm(text)
        return score + LEANS * heavy if heavy > 0.5 and score >= DOUBTFUL else score

    return score_of


def _self_harm(text: Text) -> float:
    return _classifier().scores(text).get("self-harm", 0.0)


@lru_cache(maxsize=1)
def _classifier() -> ContentFilter:
    return next(each for each in default_chain().filters if isinstance(each, ContentFilter))
