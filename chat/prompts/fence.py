"""Author and player text goes into a prompt as data: nothing in it may pose as ours."""

import re

# Anywhere in a line: what breaks one is a matter of opinion (a lone CR, U+2028), and some characters are invisible.
_BLANK = r"[\s\u200b-\u200f\u2060\ufeff]*"
_HEADS = (
    "Character|Traits|Scenario|Lore|Notes?|Examples|Player|Knowledge|Memor(?:y|ies)|Before|Direction|Draft|Cast"
    "|Voice|Bond|Story|Scene"
)
_HEADING = re.compile(rf"[\[［]({_BLANK}/?{_BLANK}(?:{_HEADS})\b)", re.I)
_ROLE_MARK = re.compile(r"<\|(?=\s*\w)|(?<=\w)\|>|\[/?INST\]|<</?SYS>>", re.I)


def _unmarked(text: str) -> bool:
    """Each of the patterns above needs one of these; most lines have none."""
    return not ("[" in text or "<" in text or "|" in text or "［" in text)


def blunted(text: str) -> str:
    """Without what looks like our section heads or like a model's role marks; the rest as it is."""
    if _unmarked(text):
        return text
    return _ROLE_MARK.sub(
        lambda found: found[0].replace("|", " ").replace("[", "(").replace("<", "‹"), _HEADING.sub(r"(\1", text)
    )


def fenced(text: str) -> str:
    """The same for a text that stands by itself."""
    return blunted(text).strip()


def named(name: str) -> str:
    """A name as it may stand in a heading: one line, no brackets, no role marks."""
    return fenced(re.sub(r"[\[\]［］\n\r\v\f\x85\u2028\u2029]+", " ", name)) or "?"
