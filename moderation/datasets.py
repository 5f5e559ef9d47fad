"""Labelled texts in a directory of sets, each known by what its rows look like and not by its name.

A set is a folder with files of JSON lines (plain or gzipped). What else lies there (emotions, talks) is read as
harmless talk, to count false alarms on or, where its licence allows, to learn from.
"""

import csv
import gzip
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any


class Kind(StrEnum):
    CONTENT = "content"  # English, several labels, some unknown
    HATE = "hate"  # Chinese, offensive or not
    ATTACK = "attack"  # jailbreaks and what looks like them
    PII = "pii"
    EXAGGERATED = "exaggerated"  # harmless questions that look harmful
    TALK_EN = "talk-en"  # harmless
    TALK_ZH = "talk-zh"
    COMMENTS = "comments"  # toxic to whoever read them, or not
    TWEETS = "tweets"  # hateful, or neither hateful nor rude; those that are only rude are left out
    OWN = "own"  # our samples: one label, and the half each belongs to
    REPLIES = "replies"
    PROSE = "prose"  # harmless, of the house's own characters and stories


@dataclass(frozen=True, slots=True)
class Sample:
    id: str
    text: str
    labels: dict[str, int] = field(default_factory=dict)
    spans: tuple[tuple[str, int, int], ...] = ()
    group: str = ""
    half: str = ""
    more: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Dataset:
    name: str  # folder and file, as reports name it
    kind: Kind
    samples: list[Sample]


def read_directory(root: Path) -> list[Dataset]:
    """Every set below, in order of name. What is not understood is left out."""
    found: list[Dataset] = []
    for path in sorted(path for path in root.rglob("*") if path.is_file()):
        try:
            read = list(_read(path))
        except (ValueError, KeyError, TypeError, AttributeError, OSError, EOFError, csv.Error):
            continue  # of another shape, or broken
        name = _name(path, root, {one.name for one in found})
        found += [Dataset(name, kind, samples) for kind, samples in read if samples]
    return found


def _name(path: Path, root: Path, taken: set[str]) -> str:
    """Folder and file as they stand below the directory, and the whole of it where two would be called the same."""
    below = path.relative_to(root)
    short = below.with_name(path.name.split(".")[0]).as_posix()
    return below.as_posix() if short in taken else short


def _read(path: Path) -> Iterator[tuple[Kind, list[Sample]]]:
    if path.name.endswith((".jsonl", ".jsonl.gz")):
        yield from _rows([json.loads(line) for line in _lines(path)])
    elif path.name.endswith((".tsv", ".tsv.gz")):
        yield Kind.TALK_EN, list(_neutral(path))
    elif path.suffix == ".csv":
        yield Kind.TWEETS, list(_tweets(path))
        yield Kind.COMMENTS, list(_comments(path))
    elif path.name.endswith((".json", ".json.gz")):
        data = json.loads("".join(_lines(path)))
        yield from _rows(data)
        yield Kind.TALK_EN, list(_english_talks(data))
        yield Kind.TALK_ZH, list(_chinese_talks(data))


def _rows(data: Any) -> Iterator[tuple[Kind, list[Sample]]]:
    rows = [row for row in data if isinstance(row, dict)] if isinstance(data, list) else []
    if kind := next(filter(None, map(_kind_of, rows[:50])), None):
        yield kind, [_sample(row) for row in rows if _kind_of(row) == kind]


def _lines(path: Path) -> list[str]:
    if path.suffix == ".gz":
        with gzip.open(path, "rt", encoding="utf-8") as file:
            return [line for line in file if line.strip()]
    with path.open(encoding="utf-8") as plain:
        return [line for line in plain if line.strip()]


def _kind_of(row: dict[str, Any]) -> Kind | None:
    labels = row.get("labels")
    if "reply" in row:
        return Kind.REPLIES
    if "text" not in row:
        return None
    if "half" in row:
        return Kind.OWN
    if "spans" in row:
        return Kind.PII
    if not isinstance(labels, dict):
        return None
    for label, kind in (
        ("any", Kind.CONTENT),
        ("offensive", Kind.HATE),
        ("attack", Kind.ATTACK),
        ("unsafe", Kind.EXAGGERATED),
    ):
        if label in labels:
            return kind
    return None


def _sample(row: dict[str, Any]) -> Sample:
    spans = tuple((span["type"], span["start"], span["end"]) for span in row.get("spans") or ())
    known = {"id", "text", "labels", "spans", "group", "half"}
    return Sample(
        id=str(row.get("id", "")),
        text=row.get("text", row.get("reply", "")),
        labels={label: int(value) for label, value in (row.get("labels") or {}).items() if value is not None},
        spans=spans,
        group=row.get("group") or "",
        half=row.get("half") or "",
        more={key: value for key, value in row.items() if key not in known},
    )


def _neutral(path: Path) -> Iterator[Sample]:
    """GoEmotions: a line is text, labels, id; the last label of its list means that no emotion was found."""
    for text, labels, key, *_ in csv.reader(_lines(path), delimiter="\t", quoting=csv.QUOTE_NONE):
        if labels == "27":
            yield Sample(key.strip(), text, group="neutral")


def _tweets(path: Path) -> Iterator[Sample]:
    """Davidson: class 0 is hateful, 1 rude, 2 neither."""
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row.get("class") in {"0", "2"} and (text := _without_signs(row.get("tweet", ""))):
                yield Sample(f"tweet-{row.get('', '')}", text, {"hate": int(row["class"] == "0")})


def _comments(path: Path) -> Iterator[Sample]:
    """Surge AI: a comment, and whether somebody found it toxic."""
    with path.open(encoding="utf-8", newline="") as file:
        for at, row in enumerate(csv.DictReader(file)):
            if (text := row.get("text")) and (found := row.get("is_toxic")):
                yield Sample(f"comment-{at}", text, {"harassment": int(found == "Toxic")})


def _without_signs(tweet: str) -> str:
    """A tweet without what only tweets have: names, links, marks of a quotation."""
    plain = re.sub(r"https?://\S+|@\w+:?|&#?\w+;|\bRT\b", "", tweet)
    return " ".join(plain.strip('"! ').split())


def _english_talks(data: Any) -> Iterator[Sample]:
    """LoCoMo: sessions of turns."""
    for talk in data if isinstance(data, list) else ():
        sessions = talk.get("conversation", {}) if isinstance(talk, dict) else {}
        for session in sessions.values():
            for turn in session if isinstance(session, list) else ():
                yield Sample(f"{talk.get('sample_id')}:{turn['dia_id']}", turn["text"], group="talk")


def _chinese_talks(data: Any) -> Iterator[Sample]:
    """MemoryBank: people, days, exchanges."""
    for name, person in data.items() if isinstance(data, dict) else ():
        history = person.get("history") if isinstance(person, dict) else None
        for day, exchanges in (history or {}).items():
            for number, exchange in enumerate(exchanges, start=1):
                for side in ("query", "response"):
                    if said := exchange.get(side):
                        yield Sample(f"{name}:{day}:{number}:{side}", said, group=name)
