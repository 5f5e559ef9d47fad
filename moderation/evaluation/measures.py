"""Figures for labels and scores, without any library. A share is a number between 0 and 1."""

from collections.abc import Sequence

FLAGGED = 0.5


def average_precision(wanted: Sequence[int], scores: Sequence[float]) -> float:
    """Area under precision and recall by steps; equal scores count together."""
    total = sum(wanted)
    if not total:
        return 0.0
    ranked = sorted(zip(scores, wanted, strict=True), key=lambda pair: -pair[0])
    area = hits = seen = 0.0
    at = 0
    while at < len(ranked):
        until = at
        while until < len(ranked) and ranked[until][0] == ranked[at][0]:
            until += 1
        found = sum(label for _, label in ranked[at:until])
        hits, seen = hits + found, seen + until - at
        area += found / total * hits / seen
        at = until
    return area


def binary(wanted: Sequence[int], scores: Sequence[float]) -> dict[str, float]:
    """What the point of flagging makes of the scores, and their ranking."""
    said = [score >= FLAGGED for score in scores]
    pairs = list(zip(wanted, said, strict=True))
    hit, alarm = pairs.count((1, True)), pairs.count((0, True))
    miss, calm = pairs.count((1, False)), pairs.count((0, False))
    return {
        "rows": len(pairs),
        "positive": hit + miss,
        "auprc": average_precision(wanted, scores),
        "precision": share(hit, hit + alarm),
        "recall": share(hit, hit + miss),
        "f1": f1(hit, alarm, miss),
        "false_alarms": share(alarm, alarm + calm),
        "accuracy": share(hit + calm, len(pairs)),
        "macro_f1": (f1(hit, alarm, miss) + f1(calm, miss, alarm)) / 2,
    }


def recall_at(wanted: Sequence[int], scores: Sequence[float], *, false_alarms: float) -> float:
    """Recall at the point where at most this share of the harmless would be flagged."""
    calm = sorted((score for score, label in zip(scores, wanted, strict=True) if not label), reverse=True)
    point = calm[int(len(calm) * false_alarms)] if calm else 0.0
    return share(sum(score > point for score, label in zip(scores, wanted, strict=True) if label), sum(wanted))


def f1(hit: int, alarm: int, miss: int) -> float:
    return share(2 * hit, 2 * hit + alarm + miss)


def share(part: float, whole: float) -> float:
    return part / whole if whole else 0.0


def quantile(values: Sequence[float], at: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(at * len(ordered)))] if ordered else 0.0
