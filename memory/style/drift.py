"""How far a character's voice has moved from the sample that is kept of it, and the words that call it back."""

from collections import Counter
from collections.abc import Sequence
from statistics import mean, median
from typing import NamedTuple

from memory.style.measure import Measure, measure, phrases

LATELY = 4  # replies that say where the voice is now
REPEATED_IN = 3  # of the last six replies: then it is a catchphrase
LOOKED_AT = 6
LONGER, SHORTER = 1.8, 0.5  # times the sample's length
MOST_REGISTER = 0.35
LEAST_LENGTH = 12  # of a sample, and of a difference, in words
SAME_LANGUAGE = 0.5


class Drift(NamedTuple):
    """`kind`: length, register, person, language, catchphrase or program. `was` is of the sample, `now` of late; for a
    catchphrase `words` are what is repeated.
    """

    kind: str
    was: float = 0
    now: float = 0
    words: str = ""


def drift(sample: str, replies: Sequence[str], player: Sequence[str] = ()) -> list[Drift]:
    """`replies` oldest first, those after the sample; `player` are the player's last lines, which set the language.

    Empty where nothing has moved, or too little was said to tell.
    """
    if not replies:
        return []
    found = [*_language(replies[-1], player), *_program(replies[-LATELY:])]
    found += _catchphrases([*replies[-LOOKED_AT:]])
    if len(replies) >= 2:
        was, now = measure(sample), [measure(each) for each in replies[-LATELY:]]
        found += [*_length(was, now), *_register(was, now), *_person(was, now)]
    return found


def _length(was: Measure, now: Sequence[Measure]) -> list[Drift]:
    lately = median(each.length for each in now)
    if was.length < LEAST_LENGTH or abs(lately - was.length) < LEAST_LENGTH:
        return []
    if SHORTER < lately / was.length < LONGER:
        return []
    return [Drift("length", was.length, round(lately))]


def _register(was: Measure, now: Sequence[Measure]) -> list[Drift]:
    lately = mean(each.register for each in now)
    return [Drift("register", was.register, round(lately, 2))] if abs(lately - was.register) > MOST_REGISTER else []


def _person(was: Measure, now: Sequence[Measure]) -> list[Drift]:
    told = [each.person for each in now if each.person]
    if not was.person or len(told) < 2 or sum(each != was.person for each in told) * 2 <= len(told):
        return []
    return [Drift("person", was.person, 4 - was.person)]


def _language(reply: str, player: Sequence[str]) -> list[Drift]:
    """A character answers in the language it is spoken to, whatever its sample was in."""
    spoken, said = measure("\n".join(player)), measure(reply)
    if min(spoken.length, said.length) < 3 or (spoken.chinese > SAME_LANGUAGE) == (said.chinese > SAME_LANGUAGE):
        return []
    return [Drift("language", round(spoken.chinese), round(said.chinese))]


def _program(now: Sequence[str]) -> list[Drift]:
    measured = [measure(each) for each in now]
    marks = sum(each.program + (each.listed >= 3) for each in measured)
    return [Drift("program", 0, marks)] if marks else []


def _catchphrases(replies: Sequence[str]) -> list[Drift]:
    """The one that is repeated most: a beginning, or a run of words."""
    counted = Counter(start for each in replies if len(start := measure(each).begins) >= 4)
    counted.update(run for each in replies for run in phrases(each))
    if not counted:
        return []
    words, times = max(counted.items(), key=lambda each: (each[1], len(each[0]), each[0]))
    return [Drift("catchphrase", 0, times, words)] if times >= REPEATED_IN else []


_SAYS = {
    "en": {
        "longer": "{name} says less at a time: about {was} words, lately it was {now}.",
        "shorter": "{name} says more at a time: about {was} words, lately it was {now}.",
        "familiar": "{name} speaks more formally than of late.",
        "formal": "{name} speaks less stiffly than of late.",
        "first": "{name} tells {name}'s own gestures in the first person.",
        "third": "{name} tells {name}'s own gestures in the third person.",
        "into_zh": "{name} answers in Chinese, as {name} is spoken to.",
        "into_en": "{name} answers in the language {name} is spoken to in, not in Chinese.",
        "catchphrase": "Not again “{words}”: {name} has said it {now} times of late.",
        "program": "{name} is nobody's assistant: no offers of help, no lists, no headings.",
    },
    "zh-hans": {
        "longer": "{name}一次说得更短：大约 {was} 个词，近来到了 {now}。",
        "shorter": "{name}一次说得更多：大约 {was} 个词，近来只有 {now}。",
        "familiar": "{name}说话比近来更端正些。",
        "formal": "{name}说话没有近来这么板正。",
        "first": "{name}写自己的动作用第一人称。",
        "third": "{name}写自己的动作用第三人称。",
        "into_zh": "别人对{name}说中文，{name}就用中文回答。",
        "into_en": "别人不用中文对{name}说话，{name}也不用中文回答。",
        "catchphrase": "别再说“{words}”：{name}近来已经说了 {now} 遍。",
        "program": "{name}不是谁的助手：不问还能帮什么，不列清单，不写标题。",
    },
}


def called_back(found: Sequence[Drift], language: str, name: str) -> list[str]:
    """A sentence for each, for the model."""
    says = _SAYS["zh-hans" if language.startswith("zh") else "en"]
    return [
        says[_way(each)].format(name=name, was=round(each.was), now=round(each.now), words=each.words) for each in found
    ]


def _way(each: Drift) -> str:
    if each.kind == "length":
        return "longer" if each.now > each.was else "shorter"
    if each.kind == "register":
        return "familiar" if each.now > each.was else "formal"
    if each.kind == "person":
        return "first" if each.was == 1 else "third"
    if each.kind == "language":
        return "into_zh" if each.was else "into_en"
    return each.kind
