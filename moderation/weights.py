"""The weights that the release ships, and the chain made of them. Read once a process."""

import json
from functools import lru_cache
from pathlib import Path
from threading import Lock
from typing import Any

import yaml

from moderation.added import added_filters
from moderation.chain import Chain
from moderation.filters import linear, suffix
from moderation.filters.base import EVERYWHERE, Filter, Stage
from moderation.filters.coherence import CoherenceFilter
from moderation.filters.content import ContentFilter
from moderation.filters.jailbreak import JailbreakFilter
from moderation.filters.leak import LeakFilter
from moderation.filters.lexicon import Lexicon, Term
from moderation.filters.patterns import Pattern, PatternFilter
from moderation.filters.pii import PiiFilter
from moderation.filters.role import RoleFilter
from moderation.filters.terms import TermFilter
from moderation.policy import load_policy

OURS = Path(__file__).parent / "weights"
LISTS = Path(__file__).parent / "lists"


_reading = Lock()


def default_chain() -> Chain:
    """Read once, however many ask for it at once; then at hand."""
    with _reading:
        return _shipped()


def is_read() -> bool:
    return _shipped.cache_info().currsize > 0


@lru_cache(maxsize=1)
def _shipped() -> Chain:
    return Chain([*filters_of(OURS), *added_filters()], load_policy())


def filters_of(weights: Path) -> list[Filter]:
    return [
        TermFilter(default_lexicon(), version=shipped_terms()["version"]),
        PatternFilter(default_patterns()),
        ContentFilter(
            english=linear.load(weights / "content-en.bin"),
            chinese=[linear.load(weights / f"{name}.bin") for name in ("hate-zh", "content-zh")],
        ),
        JailbreakFilter(linear.load(weights / "jailbreak.bin")),
        suffix.load(weights / "suffix.bin"),
        PiiFilter(),
        LeakFilter(),
        RoleFilter(),
        CoherenceFilter(),
    ]


@lru_cache(maxsize=1)
def default_lexicon() -> Lexicon:
    return Lexicon(
        Term(
            row["text"],
            severity=row["severity"],
            language=row.get("language", ""),
            scope=frozenset(row.get("scope", ())),
            whole_word=row.get("whole_word", True),
        )
        for row in shipped_terms()["terms"]
    )


def default_patterns() -> list[Pattern]:
    data = yaml.safe_load((LISTS / "patterns.yaml").read_text(encoding="utf-8"))
    return [
        Pattern(
            row["name"],
            row["rule"],
            row["pattern"],
            row.get("score", 1.0),
            frozenset(map(Stage, row["stages"])) if "stages" in row else EVERYWHERE,
        )
        for row in data["patterns"]
    ]


def learned_from(name: str, weights: Path = OURS) -> frozenset[str]:
    """Fingerprints of the texts that a model has seen."""
    path = weights / f"{name}.seen"
    packed = path.read_bytes() if path.exists() else b""
    return frozenset(packed[at : at + 6].hex() for at in range(0, len(packed), 6))


def manifest(weights: Path = OURS) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((weights / "manifest.json").read_text(encoding="utf-8"))
    return found


@lru_cache(maxsize=1)
def shipped_terms() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((LISTS / "terms.yaml").read_text(encoding="utf-8"))
    return found
