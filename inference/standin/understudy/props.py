"""Things that a card mentions and a hand can reach for, and the pronoun it uses of its character."""

import re

from inference.standin.understudy.material import word_list
from inference.standin.understudy.scene import Scene

FORMS = ("She", "she", "Her", "her", "them", "hers", "herself", "ta")
PRONOUNS = {
    "she": dict(zip(FORMS, ("She", "she", "Her", "her", "her", "hers", "herself", "她"), strict=True)),
    "he": dict(zip(FORMS, ("He", "he", "His", "his", "him", "his", "himself", "他"), strict=True)),
    "it": dict(zip(FORMS, ("It", "it", "Its", "its", "it", "its own", "itself", "它"), strict=True)),
}


TITLE_ZH = re.compile(r"^(?:使节|大使|骑士|船长|法师|侦探|国王|女王)(?=.{2,})|(?<=.{2})(?:爵士|船长|先生|女士|小姐)$")
TITLES = re.compile(r"(?:sir|lady|lord|envoy|captain|dr|mr|mrs|ms|miss|professor|master|queen|king)\.?", re.I)


def short_name(name: str) -> str:
    """Without a title, so that one can be set before it: the Thessiq of “Envoy Thessiq”, Ms. Shen's Shen."""
    if re.search(r"[\u4e00-\u9fff]", name):
        return TITLE_ZH.sub("", name)
    words = name.split()
    if len(words) > 1 and TITLES.fullmatch(words[0]):
        return " ".join(words[1:])
    return words[-1] if words else ""


def material(scene: Scene) -> str:
    greeting = next((said.text for said in scene.history if not said.by_player), "")
    return f"{scene.about}\n{scene.scenario}\n{scene.examples}\n{greeting}"


def props_of(scene: Scene) -> list[str]:
    text = material(scene)
    if scene.language == "zh":
        return [thing for thing in word_list("zh", "objects") if thing in text] or ["桌子", "窗子", "灯"]
    words = set(re.findall(r"[a-z]+", text.lower()))
    return [thing for thing in word_list("en", "objects") if thing in words] or ["table", "door", "lamp"]


def counted_as_it(scene: Scene) -> bool:
    """“It” is mostly said of things; only a direction of the card's that begins with it says it of the character."""
    return any(re.match(r"it\b|它", act, re.I) for act in scene.own_actions)


def pronouns_of(scene: Scene) -> dict[str, str]:
    """Slots for stage directions. A card that never says gets its character's name instead."""
    text = material(scene)
    counts = {
        "she": len(re.findall(r"\b(she|her|hers)\b", text, re.I)) + text.count("她"),
        "he": len(re.findall(r"\b(he|his|him)\b", text, re.I)) + text.count("他"),
        "it": len(re.findall(r"\b(its)\b", text, re.I)) if counted_as_it(scene) else 0,
    }
    best = max(counts, key=lambda word: counts[word])
    # The last word of “Envoy Thessiq” is the one that can be repeated.
    short = short_name(scene.name)
    name = short or {"zh": "对方"}.get(scene.language, "The other")
    if counts[best]:
        return PRONOUNS[best]
    return dict(zip(FORMS, (name, name, "Their", "their", "them", "theirs", "themselves", name), strict=True))
