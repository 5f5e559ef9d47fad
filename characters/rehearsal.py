"""What the templates for authors can be tried on."""

from typing import Any

from characters.prompts import DRAFT
from characters.services.assist import lines_of
from characters.services.painting import words_for
from inference.base import Line
from inference.prompts import Occasion, Shelf
from inference.samples import Sample

_SENTENCES = {
    "en": ("English", "A ferryman who has never left the river", {"name": "Tao"}),
    "zh-hans": ("简体中文", "一个从没离开过河的船夫", {"name": "老陶"}),
}


class Sheets:
    """For `inference.samples`."""

    def samples(self, name: str, user: Any | None) -> list[Sample]:
        languages = _SENTENCES if name == DRAFT else ("en",)
        return [Sample(language, _SENTENCES[language][0]) for language in languages]

    def render(self, name: str, key: str, shelf: Shelf, user: Any | None) -> list[Line]:
        _title, sentence, content = _SENTENCES[key]
        template = shelf.template(name, Occasion(key))
        if name == DRAFT:
            return list(lines_of(template, sentence, content, key))
        return [Line("user", words_for(template, content | {"description": sentence}, "", "calm"))]
