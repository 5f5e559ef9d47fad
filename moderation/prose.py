"""What the house itself wrote: characters and stories, harmless however dark the night in them is.

Most of it may teach the filters what prose is like; the files named here are kept back to see what they make of prose
that they do not know.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from moderation.datasets import Dataset, Kind, Sample

ROOT = Path(__file__).resolve().parents[1]
FOLDERS = ("characters/presets", "characters/archetypes", "stories/presets")
HELD = frozenset(
    {"keeper", "knight", "socrates", "teacher"}
    | {"captain", "ghost", "guardian", "rogue", "storyteller"}
    | {"forty-minutes", "last-car-across"}
)
SHORTEST = 8  # signs: below, it is a name or a tag


def own_prose(root: Path = ROOT) -> list[Dataset]:
    """A set a file, in order of name."""
    files = [path for folder in FOLDERS for path in sorted((root / folder).glob("*.yaml"))]
    return [Dataset(f"prose/{path.stem}", Kind.PROSE, _samples(path)) for path in files]


def texts_in(found: Any) -> Iterator[str]:
    if isinstance(found, str):
        yield found
    elif isinstance(found, dict):
        for value in found.values():
            yield from texts_in(value)
    elif isinstance(found, list):
        for value in found:
            yield from texts_in(value)


def _samples(path: Path) -> list[Sample]:
    half = "held" if path.stem in HELD else "train"
    texts = [text for text in texts_in(yaml.safe_load(path.read_text(encoding="utf-8"))) if len(text) >= SHORTEST]
    return [Sample(f"{path.stem}-{at}", text, half=half) for at, text in enumerate(dict.fromkeys(texts))]
