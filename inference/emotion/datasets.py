"""GoEmotions as it is published, and our own Chinese messages: lines of text, labels and an id."""

import gzip
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from inference.emotion.labels import LABELS, PLACE

FOLDER = "goemotions"
OURS = Path(__file__).parent / "data" / "zh.tsv"


class Example(NamedTuple):
    text: str
    labels: frozenset[int]


def read_part(directory: Path, part: str) -> list[Example]:
    """`part` is train, dev or test. Empty where it is not there; ValueError where its labels are not ours."""
    folder = directory / FOLDER
    if not folder.is_dir():
        return []
    listed = folder / "labels.txt"
    if listed.exists() and tuple(listed.read_text(encoding="utf-8").split()) != LABELS:
        raise ValueError(f"{listed} names other labels, or in another order")
    for path in (folder / f"{part}.tsv", folder / f"{part}.tsv.gz"):
        if path.exists():
            return list(_rows(path))
    return []


def _rows(path: Path) -> Iterator[Example]:
    opened = gzip.open if path.suffix == ".gz" else open
    with opened(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            text, labels, _id = line.rstrip("\n").split("\t")
            yield Example(text, frozenset(map(int, labels.split(","))))


def own_chinese(part: str) -> list[Example]:
    """`part` is open (to look at, and to set points by) or held (to be measured on, and for nothing else)."""
    found = []
    for line in OURS.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            of, labels, text = line.split("\t")
            if of == part:
                found.append(Example(text, frozenset(PLACE[label] for label in labels.split(","))))
    return found
