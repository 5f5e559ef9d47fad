"""Whether a card looks as if its character came from a work that belongs to others: a guess, for its author."""

import re
from collections.abc import Iterable

_NAMED = re.compile(
    r"\b(?:from|of) (?:the )?(?:anime|manga|(?:video )?game|novel|book|film|movie|show|series|franchise|comic)s? "
    r"[\"“‘']?([A-Z][\w:'’& -]{2,50}?)[\"”’']?(?=[.,;:!?\n(]|$| (?:by|who|where|and|is)\b)"
    r"|(?:出自|来自|选自|改编自)(?:动画|漫画|游戏|小说|电影|电视剧)?《([^》\n]{1,40})》|《([^》\n]{1,40})》(?:中的|里的)(?:角色|人物|主角)"
)
_TAGS = frozenset(
    [
        "anime",
        "manga",
        "fandom",
        "fanfic",
        "fanfiction",
        "canon",
        "videogame",
        "video game",
        "game character",
        "movie character",
        "marvel",
        "dc",
        "disney",
        "nintendo",
        "genshin impact",
        "honkai star rail",
        "naruto",
        "one piece",
        "pokemon",
        "pokémon",
        "harry potter",
        "star wars",
        "touhou",
        "同人",
        "动漫",
        "动漫角色",
        "游戏角色",
        "原神",
        "崩坏：星穹铁道",
        "东方project",
        "哈利波特",
    ]
)


def work_behind(texts: Iterable[str], tags: Iterable[str]) -> str:
    """The work's name, or the tag that gives it away; "" where nothing does."""
    for text in texts:
        if found := _NAMED.search(text):
            return next(name for name in found.groups() if name).strip()
    return next((tag for tag in tags if tag.casefold() in _TAGS), "")
