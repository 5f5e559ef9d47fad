"""How the pages set words where Chinese and Latin meet, and how they tell lines and talks apart."""

from datetime import UTC, datetime
from types import SimpleNamespace
from uuid import UUID

import pytest
from django.utils import timezone, translation

from chat.templatetags.stage import apart, begun, first_words, gap, listed, namesakes


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("回Mira一句……", "回 Mira 一句……"),
        ("回米拉一句……", "回米拉一句……"),
        ("Answer 米拉…", "Answer 米拉…"),
        ("第3句", "第 3 句"),
    ],
)
def test_latin_words_stand_apart_from_chinese_ones(written: str, shown: str) -> None:
    assert apart(written) == shown


def test_sentences_and_lists_are_joined_as_the_language_does() -> None:
    with translation.override("zh-hans"):
        assert gap() == ""
        assert listed(["English", "中文"]) == "English、中文"
    with translation.override("en"):
        assert gap() == " "
        assert listed(["English", "中文"]) == "English, 中文"


def test_a_line_is_named_by_its_first_words() -> None:
    assert first_words("*She nods.*\n\n“Sit.”") == "She nods. “Sit.”"
    assert first_words("word " * 40) == "word word word word word word word word…"


def test_talks_of_one_name_are_told_apart_by_when_they_began() -> None:
    talks = [SimpleNamespace(title=title) for title in ("Mira", "Ada", "Mira")]
    assert namesakes(talks) == {"Mira"}
    moment = datetime(2026, 3, 4, 5, 6, tzinfo=UTC)
    first = UUID(int=(int(moment.timestamp() * 1000) << 80) | (7 << 76))
    assert begun(first).endswith(timezone.localtime(moment).strftime("%H:%M"))
