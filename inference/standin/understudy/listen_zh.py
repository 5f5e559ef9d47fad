"""Listening to Chinese: kinds by pattern; topics by measure words, a list of everyday nouns, and what is left over."""

import re

from inference.standin.understudy.courtesy import rest_of
from inference.standin.understudy.heard import Heard
from inference.standin.understudy.material import kind_of, word_list

LEXICON = re.compile("|".join(sorted(map(re.escape, word_list("zh", "nouns")), key=len, reverse=True)))
MEASURED = re.compile(
    r"[一两三几这那每][封个只把本杯座条张件位种场口匹首盏枚艘颗朵片扇棵名群家段份]([\u4e00-\u9fff]{1,4})"
)
ABOUT = re.compile(r"(?:关于|说说|讲讲|聊聊|谈谈|什么是|介绍一下|解释一下)([\u4e00-\u9fffA-Za-z]{2,6})")
CHARACTER = re.compile(r"[\u4e00-\u9fff]")
BREAK = re.compile(
    r"[的了着过是在我你您他她它们这那哪有和与也都就还很太更最不没吗呢吧啊呀嘛么给把被让对从到向为"
    r"会能要想说看来去上下里中又再才只个一，。！？、；：“”‘’…\s,.!?]+"
)


def listen(line: str) -> Heard:
    text = re.sub(r"\*[^*\n]*\*", " ", line).strip(' \n“”"「」')
    acted = "，".join(re.findall(r"\*([^*\n]+)\*", line))
    if not text:
        return Heard("action" if acted else "silence", topic_of(acted), "", False, acted)
    rest = rest_of(text, "zh")
    text = rest or text
    kind = kind_of("zh", text, but=("thanks", "sorry") if rest and len(text) > 14 else ())
    question = bool(re.search(r"[?？]|[吗呢]\W*$|什么|谁|哪|几|多少|是不是|有没有|能不能|会不会|怎么", text))
    if not kind or (kind in ("sad", "glad") and question):
        kind = "question" if question else kind or "statement"
    if not re.search(r"\w", text):
        kind = "silence"
    return Heard(kind, topic_of(text), quote_of(text), question, text)


def topic_of(text: str) -> str:
    if match := ABOUT.search(text):
        left = re.sub(r"(的|吧|吗|呢|好).*$", "", match[1])
        if len(left) >= 2:
            return left
    found = [match[0] for match in LEXICON.finditer(text) if stands_alone(text, match)]
    if found:
        # The longest tells most; of equals the one said last.
        return max(enumerate(found), key=lambda pair: (len(pair[1]), pair[0]))[1]
    if match := MEASURED.search(text):
        noun = BREAK.split(match[1])[0]
        if 1 < len(noun) <= 3:
            return noun
    return ""


def stands_alone(text: str, match: re.Match[str]) -> bool:
    """A noun of one character is only taken where it cannot be half of another word, nor a verb."""
    if len(match[0]) > 1:
        return True
    before, after = text[: match.start()][-1:], text[match.end() :][:1]
    whole = not CHARACTER.match(after) or after in "的了是在呢吗和都也被让里上下中"
    return whole and before not in "大人国作专相"


def quote_of(text: str) -> str:
    """A scrap of two to nine characters, as said."""
    clauses = [part.strip() for part in re.split(r"[，。！？、；：…\n,.!?]+", text) if part.strip()]
    good = [part for part in clauses if 2 <= len(part) <= 9]
    return good[-1] if good else ""


def name_in(text: str) -> str:
    match = re.search(r"(?:我叫|叫我|我的名字[叫是])([\u4e00-\u9fffA-Za-z]{1,6}?)(?:[，。！,.!\s吧就好]|$)", text)
    return match[1] if match and match[1] not in ("什么", "谁") else ""
