"""Author and player text goes into a prompt as data: nothing in it may pose as ours."""

import re

_HEADING = re.compile(r"^([ \t]*)\[(?=(?:Character|Traits|Scenario|Examples|Player|Direction|Draft|/)\b)", re.I | re.M)
_ROLE_MARK = re.compile(r"<\|(?=\s*\w)|(?<=\w)\|>|\[/?INST\]|<</?SYS>>", re.I)


def _unmarked(text: str) -> bool:
    """Each of the patterns above needs one of these; most lines have none."""
    return not ("[" in text or "<" in text or "|" in text)


def fenced(text: str) -> str:
    """Blunt what looks like our section heads or like a model's role marks."""
    if _unmarked(text):
        return text.strip()
    return _ROLE_MARK.sub(lambda found: found[0].replace("|", " ").replace("[", "(").replace("<", "‹"),
                          _HEADING.sub(r"\1(", text)).strip()  # fmt: skip


def named(name: str) -> str:
    """A name as it may stand in a heading: one line, no brackets."""
    return re.sub(r"[\[\]\n\r]+", " ", name).strip() or "?"
