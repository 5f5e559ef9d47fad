"""Author and player text goes into a prompt as data: macros filled, and nothing in it able to pose as ours."""

import re

_HEADING = re.compile(r"^([ \t]*)\[(?=(?:Character|Traits|Scenario|Examples|Player|Direction|Draft|/)\b)", re.I | re.M)
_ROLE_MARK = re.compile(r"<\|(?=\s*\w)|(?<=\w)\|>|\[/?INST\]|<</?SYS>>", re.I)
_MACRO = re.compile(r"\{\{\s*(char|user)\s*\}\}|<(BOT|CHAR|USER)>", re.I)
_COMMENT = re.compile(r"\{\{//.*?\}\}", re.S)
_MARKS = re.compile(r"[\[{<|]")  # each of the patterns above needs one of them; most lines have none


def fill(text: str, *, char: str, user: str) -> str:
    """Fill {{char}} and {{user}} in one pass: a name that is itself a macro stays as it is."""
    if not _MARKS.search(text):
        return text

    def value(found: re.Match[str]) -> str:
        return user if (found[1] or found[2]).lower() == "user" else char

    return _MACRO.sub(value, _COMMENT.sub("", text))


def fenced(text: str) -> str:
    """Blunt what looks like our section heads or like a model's role marks."""
    if not _MARKS.search(text):
        return text.strip()
    return _ROLE_MARK.sub(lambda found: found[0].replace("|", " ").replace("[", "(").replace("<", "‹"),
                          _HEADING.sub(r"\1(", text)).strip()  # fmt: skip


def named(name: str) -> str:
    """A name as it may stand in a heading: one line, no brackets."""
    return re.sub(r"[\[\]\n\r]+", " ", name).strip() or "?"
