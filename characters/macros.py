"""Macros of cards: {{char}}, {{user}}, {{random:A,B}} and the like, in every spelling that cards use.

The source text keeps them; they are expanded at prompting and where somebody reads. Chance comes from a seed that the
caller gives, so the same place of a talk always reads the same. One pass over the text, whatever is in it; what a
macro puts in is never expanded again.
"""

import re
from collections.abc import Callable

from characters.dice import chance

STRANGER = {"en": "you", "zh-hans": "你"}
MAX_NESTING = 12
MAX_DICE, MAX_SIDES = 100, 1_000_000

# The innermost pair of a run of braces counts.
_MARKS = re.compile(r"\{\{(?!\{)|\}\}")
_TAGS = re.compile(r"<(char|bot|user)>", re.IGNORECASE)
_CALL = re.compile(r"\s*(?P<name>//|[A-Za-z_]+)\s*(?P<sign>::|:)?(?P<body>.*)\Z", re.DOTALL)
_ROLL = re.compile(r"(?:(?P<dice>\d{0,3})d)?(?P<sides>\d{1,7})(?P<more>[+-]\d{1,6})?\Z", re.IGNORECASE)
_COMMA = re.compile(r"(?<!\\),")

Resolve = Callable[[str], "str | None"]


def has_macros(text: str) -> bool:
    """Whether `expand` may change it; most lines of a talk have none."""
    return "{{" in text or "<" in text


def expand_names(text: str, *, char: str, user: str, seed: str = "", talk: str = "") -> str:
    """The text as somebody reads it: names in it, notes gone."""
    return expand(text, char=char, user=user, seed=seed, talk=talk, aloud=True)


def expand(
    text: str, *, char: str, user: str, original: str | None = None, seed: str = "", talk: str = "", aloud: bool = False
) -> str:
    """The text with its macros carried out; one that we do not know stays as it is.

    `seed` decides {{random}} and {{roll}}, `talk` {{pick}}. {{original}} is `original`, once, where that is given.
    {{comment: x}} is for readers: shown only `aloud`.
    """
    if not has_macros(text):
        return text
    dice = _Dice(seed, talk or seed)
    left = [original] if original is not None else []

    def resolve(inner: str) -> str | None:
        call = _CALL.match(inner)
        if call is None:
            return None
        name, body = call["name"].lower(), call["body"]
        plain = not call["sign"] and not body.strip()
        match name:
            case "char" | "bot" if plain:
                return char
            case "user" if plain:
                return user
            case "original" if plain and original is not None:
                return left.pop() if left else ""
            case "random" | "pick" if call["sign"]:
                return dice.choose(name, _choices(call["sign"], body))
            case "roll" if body.strip():
                return dice.roll(body.strip())
            case "reverse" if call["sign"]:
                return body.strip()[::-1]
            case "comment" if call["sign"]:
                return body.strip() if aloud else ""
            case "//" | "hidden_key":
                return ""
        return None

    return _walk(text, resolve, lambda name: user if name == "user" else char)


def hidden_keys_shown(text: str) -> str:
    """What other entries may find in the text of an entry: {{hidden_key:x}} counts, notes and comments do not."""
    if "{{" not in text:
        return text

    def resolve(inner: str) -> str | None:
        call = _CALL.match(inner)
        name = call["name"].lower() if call else ""
        if call and name == "hidden_key":
            return f" {call['body'].strip()} "
        return "" if name in ("//", "comment") else None

    return _walk(text, resolve, None)


def _walk(text: str, resolve: Resolve, tag: Callable[[str], str] | None) -> str:
    """Innermost first: each {{…}} becomes what `resolve` makes of its inside; None leaves it as it stands."""

    def literal(start: int, end: int) -> str:
        piece = text[start:end]
        return _TAGS.sub(lambda found: tag(found[1].lower()), piece) if tag and "<" in piece else piece

    frames: list[list[str]] = [[]]
    at = 0
    for mark in _MARKS.finditer(text):
        frames[-1].append(literal(at, mark.start()))
        at = mark.end()
        if mark[0] == "{{" and len(frames) <= MAX_NESTING:
            frames.append([])
        elif mark[0] == "{{" or len(frames) == 1:
            frames[-1].append(mark[0])
        else:
            inner = "".join(frames.pop())
            resolved = resolve(inner)
            frames[-1].append(f"{{{{{inner}}}}}" if resolved is None else resolved)
    frames[-1].append(literal(at, len(text)))
    return "{{".join("".join(frame) for frame in frames)


def _choices(sign: str, body: str) -> list[str]:
    """`A,B` with `\\,` for a comma that is meant, or `A::B`."""
    if "::" in body or sign == "::":
        return [choice.strip() for choice in body.split("::")]
    return [choice.replace("\\,", ",").strip() for choice in _COMMA.split(body)]


class _Dice:
    """Each throw of one text is its own."""

    def __init__(self, seed: str, talk: str) -> None:
        self.seeds = {"random": seed, "roll": seed, "pick": talk}
        self.thrown = 0

    def _throw(self, name: str, sides: int) -> int:
        self.thrown += 1
        return chance(self.seeds[name], f"{name} {self.thrown}", sides)

    def choose(self, name: str, choices: list[str]) -> str:
        return choices[self._throw(name, len(choices))]

    def roll(self, formula: str) -> str | None:
        found = _ROLL.match(formula.replace(" ", ""))
        if found is None:
            return None
        dice, sides = int(found["dice"] or 1), int(found["sides"])
        if not (1 <= dice <= MAX_DICE and 1 <= sides <= MAX_SIDES):
            return None
        return str(sum(1 + self._throw("roll", sides) for _ in range(dice)) + int(found["more"] or 0))
