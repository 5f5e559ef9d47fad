"""Chinese: with “我” or without a subject; a verb of the table; names, and nothing beside them."""

import re
from collections.abc import Iterator
from functools import lru_cache

from stories.meaning.reading import Names, Reading
from stories.rules.actions import Verb

_SUBJECT = r"(?:我|咱们|我们)?(?:就|便|这就|现在)?(?:慢慢|轻轻|仔细|小心|悄悄)?(?:地)?"
_ASPECT = "(?:了|一下|一眼|一看|起来)?"
_ONE = r"(?:这|那|这把|那把|这盏|那盏|这个|那个|一下|一眼)?"
_PATTERNS: tuple[tuple[Verb, str], ...] = (
    ("inspect", "(?:看看|看一看|看一眼|看|查看|检查|打量|端详|观察|瞧瞧|瞧){aspect}{one}{target}"),
    ("take", "(?:拿起|拿走|拿上|拿|捡起|捡|取下|取走|取|抓起|收起|带上){aspect}{one}{target}"),
    ("take", "把{target}(?:拿起来|拿走|拿上|收起来|捡起来|带上|取下来|收好)"),
    ("give", "把{item}(?:交给|递给|送给|还给|拿给|给)(?:了)?{target}"),
    ("give", "(?:给|递给|交给|送给|还给){target}{one}{item}"),
    ("use", "把{item}用在{target}(?:上|身上|上面)?"),
    ("use", "(?:拿|用){item}(?:对着|对|碰碰|碰|试试){target}"),
    ("use", "(?:使用|用一下|用){item}"),
    ("attack", "(?:攻击|袭击|打|刺|砍|揍)(?:了|向)?{target}"),
    ("attack", "(?:拿|用){item}(?:攻击|打|刺|砍|刺向|砍向){target}"),
    ("go", "(?:去|走到|走去|走向|前往|回到|回|到|走进|进){target}(?:去|里去|里)?"),
    ("talk", "(?:跟|和|与|同|找|对)(?:着)?{target}(?:说话|谈谈|聊聊|说说话|聊天|交谈|谈一谈|聊一聊|说几句|讲话)"),
)


def read(said: str, names: Names) -> Reading | None:
    """Names are put in longest first, so that 旧灯 is not read as 灯."""
    found = set(_readings(said.replace(" ", ""), names))
    return found.pop() if len(found) == 1 else None


def _readings(said: str, names: Names) -> Iterator[Reading]:
    known = {name.replace(" ", ""): key for name, key in names.items()}
    for verb, pattern in _patterns(tuple(sorted(known, key=len, reverse=True))):
        if match := pattern.fullmatch(said):
            parts = match.groupdict()
            target, item = parts.get("target"), parts.get("item")
            yield Reading(verb, known[target] if target else "", known[item] if item else "")


@lru_cache(maxsize=512)
def _patterns(names: tuple[str, ...]) -> tuple[tuple[Verb, re.Pattern[str]], ...]:
    """For one set of things in sight: most lines of a scene are read with the same."""
    if not names:
        return ()
    any_name = "|".join(map(re.escape, names))
    parts = {"aspect": _ASPECT, "one": _ONE, "target": f"(?P<target>{any_name})", "item": f"(?P<item>{any_name})"}
    return tuple((verb, re.compile(_SUBJECT + pattern.format(**parts))) for verb, pattern in _PATTERNS)
