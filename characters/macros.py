"""The two names in a card: {{char}} and {{user}}, in every spelling that cards use. The source text keeps them."""

import re

_COMMENT = re.compile(r"\{\{//.*?\}\}", re.DOTALL)
_NAMES = re.compile(r"\{\{\s*(char|user)\s*\}\}|<(char|user|bot)>", re.IGNORECASE)
STRANGER = {"en": "you", "zh-hans": "你"}


def expand_names(text: str, *, char: str, user: str) -> str:
    """The text with names in it, comments ({{// …}}) gone. What a name itself contains is not expanded again."""
    if "{" not in text and "<" not in text:
        return text

    def name(match: re.Match[str]) -> str:
        return user if (match[1] or match[2]).lower() == "user" else char

    return _NAMES.sub(name, _COMMENT.sub("", text))
