"""A character sheet from one sentence, in the sentence's language: by template, the same every time it is asked."""

import json
import random
import re
from collections.abc import Callable

from inference.standin.understudy.material import phrases
from inference.standin.understudy.scene import Scene, language_of

MARK = "[Cast a character]"
GIVEN = re.compile(r"\n\n(?:Already written, keep to it:|已经写好，请与之相合：)\n(\{.*\})\s*\Z", re.S)
NAMED = re.compile(
    r"\b(?:called|named)\s+([A-Z][\w'’-]*(?:\s+[A-Z][\w'’-]*){0,2})"
    r"|(?:名叫|叫做|名为|叫)[“「]?([\u4e00-\u9fff·]{2,6}?)[”」]?(?=[，。、,.\s]|的|$)"
)
# What comes before the figure itself: "Please write me a …", “帮我写一个……”.
ASKING_EN = re.compile(r"^.*?\b(?:an?|the|my)\s+(?=\w)", re.I)
ASKING_ZH = re.compile(r"^(?:请|帮我|给我|我想要|我要|想要|写|做|来|设计|创作)*(?:一)?(?:个|位|名|只|条|头)?")
END_EN = re.compile(r"\s+(?=who\b|that\b|which\b|whose\b)|[,.;:!?\n]")
TRAITS = ("manner", "talk", "honesty", "patience", "humour", "trust", "feeling", "curiosity")
MAX_ROLE = 60
MAX_WHO = 160


def is_casting(scene: Scene) -> bool:
    return scene.system.lstrip().startswith(MARK)


def words(scene: Scene, take: int) -> Callable[[str], str]:
    """Text for a property of the sheet; what is asked for twice comes differently the second time."""
    text = scene.last
    found = GIVEN.search(text)
    sentence = text[: found.start()].strip() if found else text.strip()
    sheet = written(sentence, take, _given(found[1]) if found else {})
    asked: dict[str, int] = {}

    def word(name: str) -> str:
        variants = sheet.get(name)
        if not variants:
            return ""
        asked[name] = asked.get(name, -1) + 1
        return variants[asked[name] % len(variants)]

    return word


def written(sentence: str, take: int, given: dict[str, str]) -> dict[str, list[str]]:
    """By property: the text, or several that may stand beside each other."""
    language = language_of(sentence) or "en"
    told = phrases("casting")[language]
    chance = random.Random(f"{sentence}/{take}")  # noqa: S311
    named = NAMED.search(sentence)
    name = given.get("name") or (next(filter(None, named.groups())) if named else chance.choice(told["names"]))
    role, who = figure_zh(sentence) if language == "zh" else figure_en(sentence)
    values = {"name": name, "role": role, "who": who, "a_role": f"{article(role)} {role}"}
    sheet = {"name": [name]}
    for part in ("tagline", "epithet", "about", "description", "personality", "scenario", "examples"):
        choice = told[part]
        text = choice if isinstance(choice, str) else chance.choice(choice)
        sheet[part] = [text.format(**values)]
    sheet["epithet"] = [role[:1].upper() + role[1:]]
    sheet["greetings"] = [text.format(**values) for text in told["greetings"]]
    lowered = sentence.lower()
    for trait in TRAITS:
        hints = [hint["value"] for hint in told["traits"] if hint["trait"] == trait]
        heard = [
            hint["value"]
            for hint in told["traits"]
            if hint["trait"] == trait and any(_says(lowered, word, language) for word in hint["words"])
        ]
        sheet[trait] = [str(heard[0] if heard else chance.randint(30, 70) if hints else 50)]
    return sheet


def figure_en(sentence: str) -> tuple[str, str]:
    """ "lighthouse keeper", " who collects lost letters" """
    bare = ASKING_EN.sub("", NAMED.sub("", sentence), count=1).strip()
    # “an old, curious clockmaker”: that comma ends nothing.
    bare = re.sub(r"^(\w+), (?=\w+ \w)", r"\1 ", bare)
    end = END_EN.search(bare)
    role = (bare[: end.start()] if end else bare)[:MAX_ROLE].strip() or "stranger"
    rest = bare[end.start() :].strip(" ,;:!?\n") if end else ""
    rest = re.split(r"[.;!?\n]", rest)[0].strip(" ,")[:MAX_WHO]
    if not rest:
        return role, ""
    return role, f" {rest}" if re.match(r"(?:who|that|which|whose)\b", rest) else f", {rest}"


def figure_zh(sentence: str) -> tuple[str, str]:
    """“灯塔看守人”，“爱收集旧信的”"""
    first = re.split(r"[，。；！？,.;!?\n]", ASKING_ZH.sub("", sentence.strip(), count=1))[0].strip()
    before, mark, role = first.rpartition("的")
    who = f"一个{before}的" if mark and role else "一个"
    return (role or first)[:30] or "过客", who[:60]


def article(role: str) -> str:
    return "an" if role[:1].lower() in "aeiou" else "a"


def _says(sentence: str, word: str, language: str) -> bool:
    return word in sentence if language == "zh" else re.search(rf"\b{re.escape(word)}\b", sentence) is not None


def _given(text: str) -> dict[str, str]:
    try:
        found = json.loads(text)
    except ValueError:
        return {}
    return {name: value for name, value in found.items() if isinstance(value, str)} if isinstance(found, dict) else {}
