"""Text to tokens."""

import re
from typing import NamedTuple

from inference.prompts.problems import reason as _
from stories.expressions.problem import Wrong

MOST_LETTERS = 400
WORDS = frozenset({"and", "or", "not", "if", "true", "false"})
_TOKEN = re.compile(
    r"(?P<space>[ \t\n]+)"
    r"|(?P<number>[0-9]+)"
    r"|(?P<name>[a-z][a-z0-9_]*(?:\.[a-z][a-z0-9_]*)?)"
    r"|(?P<sign><=|>=|==|!=|\+=|-=|[-+*<>=(),])"
)


class Token(NamedTuple):
    """`kind` is number, name, or the word or sign itself; `end` closes every list. `at` counts letters from one."""

    kind: str
    text: str
    at: int


def tokens(text: str) -> list[Token]:
    if len(text) > MOST_LETTERS:
        raise Wrong(MOST_LETTERS, _("longer than %(letters)s letters", letters=MOST_LETTERS))
    found, at = [], 0
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            raise Wrong(at + 1, _("%(text)s means nothing here", text=repr(text[at])))
        word, group = match[0], match.lastgroup
        if group != "space":
            is_word = group == "sign" or word in WORDS
            found.append(Token(word if is_word else str(group), word, at + 1))
        at = match.end()
    return [*found, Token("end", "", len(text) + 1)]
