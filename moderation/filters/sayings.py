"""Sayings as the one word they stand for, and those with a "not" in them that denies nothing."""

import re

_SAYINGS = (
    (re.compile(r"\b(?:couldn't agree more|(?:never|don't) give up|can't wait|no doubt|no wonder|no matter|no problem|not to mention|not bad|why not|nothing but|can't help)\b"), " "),
    (re.compile(r"\b(?:can't|cannot|can not|couldn't|could not) (?:stand|bear|abide)\b|\b(?:not fond of|no fan of|sick of|have no love for)\b"), "hate"),
    (re.compile(r"\b(?:fond of|crazy about|mad about|keen on|partial to|a (?:big |great )?fan of|a lover of)\b"), "love"),
    (re.compile(r"\b(?:no longer with us|six feet under|in (?:his|her|their) grave|beyond the veil)\b"), "dead"),
    (re.compile(r"\bleft-hand(?=ed\b)"), "lefthand"),
    (re.compile(r"\bright-hand(?=ed\b)"), "righthand"),
    (re.compile(r"(?:最烦|烦死|受不了|看不惯|嫌弃|不喜欢|不爱)"), "讨厌"),
    (re.compile(r"(?:可喜欢|特别爱|超爱|最喜爱|钟爱|偏爱|喜爱)"), "喜欢"),
    (re.compile(r"特别|分别|区别|个别|别人|别的|别墅|告别|级别|性别|未来|不同|不仅|不但|不过|不断|不错|不少|不久|不禁|不管|不论|不由|不用谢|不客气|不好意思|没事|没关系|没问题|对不起|恐怕|无论|无聊|忍不住|了不起|差不多|说不定"), "·"),
)  # fmt: skip


def plainly(text: str) -> str:
    """Sayings as the one word they stand for."""
    for saying, word in _SAYINGS:
        text = saying.sub(word, text)
    return text
