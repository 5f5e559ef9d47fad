"""How good a ranking is. Questions without evidence are not scored."""

import math
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

DEPTHS = (5, 10, 25)


@dataclass(frozen=True, slots=True)
class Scored:
    """`ranked`: sources, best first, each once. `stood_for`: how many sources the best ten rows are."""

    category: str
    evidence: frozenset[str]
    ranked: Sequence[str]
    stood_for: int
    milliseconds: float


def recall_at(depth: int, ranked: Sequence[str], evidence: Collection[str]) -> float:
    return len(set(ranked[:depth]) & set(evidence)) / len(evidence)


def ndcg_at(depth: int, ranked: Sequence[str], evidence: Collection[str]) -> float:
    gained = sum(1 / math.log2(place + 2) for place, source in enumerate(ranked[:depth]) if source in evidence)
    return gained / sum(1 / math.log2(place + 2) for place in range(min(depth, len(evidence))))


def share(values: Sequence[float], part: float) -> float:
    """The value below which this part of them lies."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, math.ceil(part * len(ordered)) - 1)] if ordered else math.nan


def table(scored: Iterable[Scored]) -> dict[str, dict[str, float]]:
    """By category, and `overall`."""
    by_category: defaultdict[str, list[Scored]] = defaultdict(list)
    for each in scored:
        if each.evidence:
            by_category[each.category].append(each)
            by_category["overall"].append(each)
    return {category: _row(found) for category, found in sorted(by_category.items())}


def _row(found: Sequence[Scored]) -> dict[str, float]:
    def mean(values: Iterable[float]) -> float:
        return round(sum(values) / len(found), 4)

    row: dict[str, float] = {"questions": len(found)}
    for depth in DEPTHS:
        row[f"recall@{depth}"] = mean(recall_at(depth, each.ranked, each.evidence) for each in found)
    row["ndcg@10"] = mean(ndcg_at(10, each.ranked, each.evidence) for each in found)
    row["turns@10"] = mean(each.stood_for for each in found)
    row["ms_p50"] = round(share([each.milliseconds for each in found], 0.5), 2)
    row["ms_p95"] = round(share([each.milliseconds for each in found], 0.95), 2)
    return row
