"""Reads a folder of such sets, whatever it is called: what a file is shows in what is in it."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

BETWEEN = timedelta(minutes=1)  # lines have no times of their own
LOCOMO_CATEGORIES = {1: "multi-hop", 2: "temporal", 3: "open-domain", 4: "single-hop", 5: "adversarial"}
# "D8:6; D9:17" is two, "D30:05" is D30:5.
_LINE = re.compile(r"D\s*(\d+)\s*:\s*0*(\d+)")


@dataclass(frozen=True, slots=True)
class Line:
    """`source` is what evidence names; an exchange of two lines has one."""

    source: str
    speaker: str
    text: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Question:
    qid: str
    text: str
    category: str
    evidence: frozenset[str]


@dataclass(frozen=True, slots=True)
class Talk:
    """Between `player` and `character`."""

    name: str
    player: str
    character: str
    language: str
    lines: tuple[Line, ...]
    questions: tuple[Question, ...]


@dataclass(frozen=True, slots=True)
class Yardstick:
    name: str
    talks: tuple[Talk, ...]


def yardsticks_in(folder: Path) -> list[Yardstick]:
    """Of the folder itself and of those in it, by name; folders with anything else are passed over."""
    folders = [folder, *sorted(each for each in folder.iterdir() if each.is_dir())]
    return [found for each in folders if (found := _read(each)) is not None]


def _read(folder: Path) -> Yardstick | None:
    talks: list[Talk] = []
    gold = [
        json.loads(line)
        for file in sorted(folder.glob("*.jsonl"))
        for line in file.open(encoding="utf-8")
        if line.strip()
    ]
    for file in sorted(folder.glob("*.json")):
        content = json.loads(file.read_text("utf-8"))
        if isinstance(content, list) and content and isinstance(content[0], dict) and "qa" in content[0]:
            talks += map(_locomo, content)
        elif isinstance(content, dict) and all(
            isinstance(each, dict) and "history" in each for each in content.values()
        ):
            talks += [_memorybank(name, content[name], gold) for name in content]
    return Yardstick(folder.resolve().name, tuple(talks)) if talks else None


def _locomo(sample: Mapping[str, Any]) -> Talk:
    talk = sample["conversation"]
    lines: list[Line] = []
    numbers = sorted(int(key.split("_")[1]) for key in talk if re.fullmatch(r"session_\d+", key))
    for number in numbers:
        at = datetime.strptime(talk[f"session_{number}_date_time"], "%I:%M %p on %d %B, %Y").replace(tzinfo=UTC)
        for place, turn in enumerate(talk[f"session_{number}"]):
            picture = f" [{turn['blip_caption']}]" if turn.get("blip_caption") else ""
            lines.append(Line(_id(turn["dia_id"]), turn["speaker"], turn["text"] + picture, at + place * BETWEEN))
    there = {line.source for line in lines}
    questions = [
        Question(
            qid=f"{sample['sample_id']}:{place}",
            text=str(asked["question"]),
            category=LOCOMO_CATEGORIES.get(asked["category"], str(asked["category"])),
            evidence=evidence_in(asked.get("evidence") or (), there),
        )
        for place, asked in enumerate(sample["qa"])
    ]
    return Talk(sample["sample_id"], talk["speaker_a"], talk["speaker_b"], "en", tuple(lines), tuple(questions))


def _memorybank(name: str, person: Mapping[str, Any], gold: Sequence[Mapping[str, Any]]) -> Talk:
    character = "伙伴"
    lines: list[Line] = []
    for day, exchanges in enumerate(person["history"].items(), 1):
        at = datetime.fromisoformat(exchanges[0]).replace(tzinfo=UTC, hour=9)
        for place, exchange in enumerate(exchanges[1], 1):
            when = at + 2 * place * BETWEEN
            lines.append(Line(f"D{day}:{place}", name, exchange["query"], when))
            lines.append(Line(f"D{day}:{place}", character, exchange["response"], when + BETWEEN))
    there = {line.source for line in lines}
    questions = [
        Question(asked["qid"], asked["question"], asked["category"], evidence_in(asked["evidence"], there))
        for asked in gold
        if asked.get("group") == name
    ]
    return Talk(name, name, character, "zh-hans", tuple(lines), tuple(questions))


def evidence_in(written: Sequence[str], there: set[str]) -> frozenset[str]:
    """Slips of the pen mended; what no line has is left out."""
    return frozenset(found for each in written for found in _ids(each) if found in there)


def _ids(written: str) -> Iterator[str]:
    for session, turn in _LINE.findall(written):
        yield f"D{int(session)}:{int(turn)}"


def _id(written: str) -> str:
    return next(_ids(written), written)
