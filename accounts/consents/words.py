"""The words of each purpose, all versions in both languages."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from django.utils.translation import get_language

from accounts.models import DataUse

LANGUAGES = ("en", "zh-hans")


@dataclass(frozen=True, slots=True)
class Words:
    """`default` holds while nobody has answered; None: it is no choice."""

    purpose: DataUse
    version: int
    default: bool | None
    texts: Mapping[str, Mapping[str, str]]

    def in_language(self, language: str | None = None) -> Mapping[str, str]:
        return self.texts[known(language)]


def known(language: str | None = None) -> str:
    """The language somebody is shown: theirs, or English."""
    asked = (language or get_language() or "en").lower()
    return "zh-hans" if asked.startswith("zh") else "en"


@cache
def all_words() -> Mapping[DataUse, tuple[Words, ...]]:
    raw: dict[str, list[dict[str, Any]]] = yaml.safe_load(Path(__file__).with_name("words.yaml").read_text("utf-8"))
    return {
        purpose: tuple(
            Words(
                purpose,
                each["version"],
                each.get("default"),
                {name: {part: " ".join(text.split()) for part, text in each[name].items()} for name in LANGUAGES},
            )
            for each in raw[purpose.value]
        )
        for purpose in DataUse
    }


def newest(purpose: DataUse) -> Words:
    return all_words()[purpose][-1]


def words_of(purpose: DataUse, version: int) -> Words:
    return next(each for each in all_words()[purpose] if each.version == version)
