"""Which texts each model learns from, and how. `moderation/weights/README.md` names every set with its licence."""

import random
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

from moderation.contradictions import contradicted
from moderation.datasets import Dataset, Kind, Sample
from moderation.filters import content, jailbreak
from moderation.filters.base import Text
from moderation.training.fit import EVERYDAY, BlockPlan, Plan, Row

ROOT = Path(__file__).resolve().parents[2]
NAMES = {"any": "any", "S": "sexual", "H": "hate", "HR": "harassment", "V": "violence", "SH": "self-harm"}
CONTENT = list(NAMES.values())
EVERYDAY_EN = ["sexual"]
OWN_ZH = ["sexual", "violence", "self-harm"]
# What rows of our own weigh beside those of the sets.
DAILY, OWN_EN, OWN_GATE, PROSE_EN, PROSE_HATE, PROSE_ZH, PROSE_GATE = 1.5, 0.5, 0.5, 0.3, 4.0, 0.3, 0.1
# Lines of an emotion set that no reader would call harmless are not taken for harmless.
_ROUGH = re.compile(
    r"\b(?:kill\w*|die[sd]?|dead|death|suicid\w*|rap(?:e|ed|ist)|murder\w*|hat(?:e|ed|ing)|shoot\w*|guns?|sex\w*|nazis?|jew\w*|muslims?|gays?|trans|"
    r"fuck\w*|shit\w*|ass|asshole|bitch\w*|cunts?|dicks?|cocks?|porn\w*|whores?|sluts?|damn|stupid|idiots?|dumb|racis[tm]\w*|blood\w*|hurt\w*|"
    r"nigg\w*|fag\w*|retard\w*|tits?|boobs?|nudes?|naked|horny|cum|masturbat\w*|terroris\w*|bomb\w*|slaves?|cut(?:ting)?|stab\w*|punch\w*)\b"
)


@dataclass(frozen=True)
class Recipe:
    file: str
    plan: Plan
    rows: list[Row]
    talk: list[str]  # harmless lines on which the point of flagging is set
    share: float  # of them that may be flagged
    false_alarms: float | None = None  # where set, the point keeps below this share of the harmless rows
    shares: dict[str, float] = field(default_factory=dict)  # of labels that have one of their own


def content_en(sets: Iterable[Dataset]) -> Recipe:
    """Tweets and lines of our own are short and rough as talk is; without them, short and rough would mean harmful."""
    rows, calm = [], []
    for dataset in sets:
        if dataset.kind == Kind.CONTENT:
            rows += [Row(_seen(sample.text), _content_labels(sample)) for sample in dataset.samples]
        elif dataset.kind == Kind.TWEETS:
            taught = [sample for at, sample in enumerate(dataset.samples) if sample.labels["hate"] or at % 2]
            rows += [_extra(sample.text, sample.labels, 0.1) for sample in taught]
        elif dataset.kind == Kind.COMMENTS:  # what else they are is not known
            rows += [Row(_seen(sample.text), sample.labels, 0.2, counted=False) for sample in dataset.samples]
        elif (
            dataset.kind == Kind.OWN
            and not _is_chinese(dataset)
            and not any("attack" in one.labels for one in dataset.samples)
        ):
            rows += _everyday_en(dataset) if _is_everyday(dataset) else _own_en(dataset)
        elif dataset.kind == Kind.PROSE:
            harmless = dict.fromkeys(CONTENT, 0)
            rows += [Row(text, harmless, PROSE_EN, group="prose", talk=True) for text in _prose(dataset, chinese=False)]
        elif dataset.kind == Kind.TALK_EN and _may_teach(dataset):
            calm += [sample.text for sample in dataset.samples if not _ROUGH.search(sample.text.lower())]
    random.Random(7).shuffle(calm)  # noqa: S311 - a fixed choice, no secret
    rows += [_extra(text, {}, 0.15) for text in calm[:2_500]]
    blocks = [BlockPlan("pieces", 2, 5, keep=45_000), BlockPlan("words", 1, 2, keep=15_000)]
    return Recipe(
        "content-en",
        Plan(CONTENT, blocks, cost=10.0, mixed="any"),
        rows,
        [_seen(text) for text in calm[2_500:6_000]],
        0.002,
        shares={"any": 0.005, "hate": 0.004, "harassment": 0.004, "violence": 0.004},
    )


def _extra(text: str, labels: dict[str, int], weight: float) -> Row:
    """What is harmful in one way may be so in others too: those stay unknown."""
    known = labels | {"any": 1} if any(labels.values()) else dict.fromkeys(CONTENT, 0)
    return Row(_seen(text), known, weight, counted=False)


def _own_en(dataset: Dataset) -> list[Row]:
    return [_extra(sample.text, sample.labels, OWN_EN) for sample in _taught(dataset)]


def _everyday_en(dataset: Dataset) -> list[Row]:
    """Of what they look like they teach that they are none; of the rest they are too easy an example."""
    return [
        Row(_seen(sample.text), dict.fromkeys(EVERYDAY_EN, 0), OWN_EN, group=EVERYDAY, talk=True)
        for sample in _taught(dataset)
    ]


def _is_everyday(dataset: Dataset) -> bool:
    return dataset.name.endswith("everyday")


def hate_zh(sets: Iterable[Dataset]) -> Recipe:
    """The graded part counts eight times: its labels were checked, and it has what looks like hate and is none."""
    rows = []
    for dataset in sets:
        if dataset.kind == Kind.HATE:
            graded = any(sample.group == "anti-bias" for sample in dataset.samples)
            for sample in dataset.samples:
                rows.append(
                    Row(
                        _seen(sample.text),
                        {"hate": sample.labels["offensive"]},
                        8.0 if graded else 1.0,
                        counted=graded,
                        group=sample.group,
                    )
                )
        elif dataset.kind == Kind.TALK_ZH:
            rows += [Row(_seen(sample.text), {"hate": 0}, talk=True) for sample in dataset.samples]
        elif dataset.kind == Kind.OWN and _is_chinese(dataset) and not _is_everyday(dataset):
            rows += [Row(_seen(text), {"hate": 0}, 2.0, counted=False) for text in _harmless(dataset)]
        elif dataset.kind == Kind.PROSE:
            rows += [
                Row(text, {"hate": 0}, PROSE_HATE, group="prose", talk=True) for text in _prose(dataset, chinese=True)
            ]
    blocks = [BlockPlan("characters", 1, 3, at_least=3, keep=60_000)]
    return Recipe("hate-zh", Plan(["hate"], blocks, cost=1.5), rows, [], 0.003)


def content_zh(sets: Iterable[Dataset]) -> Recipe:
    rows: list[Row] = []
    for dataset in sets:
        if dataset.kind == Kind.OWN and _is_chinese(dataset):
            cues = dataset.name.endswith("cues")  # words and scraps, as a list would hold them
            # Of evenings and beds: as easy examples of the rest they would only move its points down.
            taught = ["sexual"] if _is_everyday(dataset) else OWN_ZH
            weight = 0.5 if cues else DAILY if _is_everyday(dataset) else 1.0
            for sample in dataset.samples:
                if sample.half == "train":
                    labels = {
                        name: sample.labels.get(name, 0)
                        for name in taught
                        if name in sample.labels or cues or not _harmful(sample)
                    }
                    rows.append(
                        Row(
                            _seen(sample.text),
                            labels,
                            weight,
                            counted=not cues,
                            group=EVERYDAY if _is_everyday(dataset) else "",
                            talk=_is_everyday(dataset),
                        )
                    )
        elif dataset.kind == Kind.HATE:
            calm = [sample.text for sample in dataset.samples if not sample.labels["offensive"]]
            rows += [Row(_seen(text), dict.fromkeys(OWN_ZH, 0), 0.3, counted=False) for text in calm[:1_500]]
        elif dataset.kind == Kind.TALK_ZH:
            rows += [Row(_seen(sample.text), dict.fromkeys(OWN_ZH, 0), talk=True) for sample in dataset.samples]
        elif dataset.kind == Kind.PROSE:
            harmless = dict.fromkeys(OWN_ZH, 0)
            rows += [Row(text, harmless, PROSE_ZH, group="prose", talk=True) for text in _prose(dataset, chinese=True)]
    blocks = [BlockPlan("characters", 1, 3, at_least=1, keep=30_000)]
    return Recipe("content-zh", Plan(OWN_ZH, blocks, cost=10.0), rows, [], 0.002, false_alarms=0.02)


def attacks(sets: Iterable[Dataset]) -> Recipe:
    rows, talk = [], []
    for dataset in sets:
        if dataset.kind == Kind.ATTACK:
            rows += _attack_rows(dataset)
        elif dataset.kind == Kind.OWN and not _is_everyday(dataset):
            rows += [
                Row(_attack_text(sample.text), {"attack": sample.labels.get("attack", 0)}, OWN_GATE, counted=False)
                for sample in _taught(dataset)
            ]
        elif dataset.kind == Kind.PROSE:  # a card is instructions to the model by nature
            rows += [
                Row(_attack_text(sample.text), {"attack": 0}, PROSE_GATE, counted=False) for sample in _taught(dataset)
            ]
        elif dataset.kind == Kind.TALK_EN and _may_teach(dataset):
            rows += [Row(_attack_text(sample.text), {"attack": 0}, counted=False) for sample in dataset.samples[:1_200]]
            talk += [_attack_text(sample.text) for sample in dataset.samples[1_200:4_000]]
        elif dataset.kind == Kind.TALK_ZH:
            talk += [_attack_text(sample.text) for sample in dataset.samples]
        elif dataset.kind == Kind.HATE:
            rows += [Row(_attack_text(sample.text), {"attack": 0}, counted=False) for sample in dataset.samples[:150]]
    blocks = [BlockPlan("pieces", 3, 5, keep=35_000), BlockPlan("words", 1, 3, keep=20_000)]
    return Recipe("jailbreak", Plan(["attack"], blocks, cost=50.0), rows, talk, 0.001, false_alarms=0.005)


def _attack_rows(dataset: Dataset) -> list[Row]:
    """What contradicts the set's own attacks neither teaches nor counts."""
    texts = [_attack_text(sample.text) for sample in dataset.samples]
    left_out = contradicted(texts, [bool(sample.labels["attack"]) for sample in dataset.samples])
    return [
        Row(text, {"attack": sample.labels["attack"]}, group=sample.group)
        for n, (text, sample) in enumerate(zip(texts, dataset.samples, strict=True))
        if n not in left_out
    ]


RECIPES: tuple[Callable[[Iterable[Dataset]], Recipe], ...] = (content_en, hate_zh, content_zh, attacks)


def harmless_texts(sets: Iterable[Dataset]) -> tuple[list[str], list[str]]:
    """What the suffix filter's table is made of: talk, and prompts of any style."""
    talk, prompts = [], []
    for dataset in sets:
        if dataset.kind == Kind.ATTACK:
            prompts += [sample.text for sample in dataset.samples if not sample.labels["attack"]]
        elif dataset.kind == Kind.CONTENT:
            prompts += [sample.text for sample in dataset.samples]
        elif dataset.kind in {Kind.OWN, Kind.PROSE}:
            talk += [sample.text for sample in _taught(dataset)]
        elif dataset.kind == Kind.TALK_EN and _may_teach(dataset):
            talk += [sample.text for sample in dataset.samples]
    return talk, prompts


def own_code(root: Path = ROOT) -> list[str]:
    """Code and markup are harmless too, and no language: this project's own, in pieces of a screen."""
    paths = [
        *root.glob("docs/*.md"),
        *root.glob("chat/*.py"),
        *root.glob("static/js/chat/*.js"),
        *root.glob("*/*.yaml"),
    ]
    texts = [path.read_text(encoding="utf-8") for path in sorted(paths)]
    return [text[at : at + 1_500] for text in texts for at in range(0, len(text), 1_500)]


def _seen(text: str) -> str:
    return content.excerpt(Text(text).folded.text)


def _attack_text(text: str) -> str:
    return jailbreak.excerpt(Text(text).folded.text)


def _content_labels(sample: Sample) -> dict[str, int]:
    labels = {NAMES[key]: value for key, value in sample.labels.items() if key in NAMES}
    return dict.fromkeys(CONTENT, 0) | labels if not labels["any"] else labels


def _may_teach(dataset: Dataset) -> bool:
    """Talk of LoCoMo may be measured on, not learned from."""
    return all(sample.group == "neutral" for sample in dataset.samples[:50])


def _is_chinese(dataset: Dataset) -> bool:
    return any(Text(sample.text).chinese for sample in dataset.samples[:20])


def _harmful(sample: Sample) -> bool:
    return any(value for label, value in sample.labels.items() if label != "identifier")


def _taught(dataset: Dataset) -> list[Sample]:
    return [sample for sample in dataset.samples if sample.half == "train"]


def _prose(dataset: Dataset, *, chinese: bool) -> list[str]:
    return [_seen(sample.text) for sample in _taught(dataset) if Text(sample.text).chinese == chinese]


def _harmless(dataset: Dataset) -> list[str]:
    return [sample.text for sample in _taught(dataset) if not _harmful(sample)]
