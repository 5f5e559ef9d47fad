"""Numbers and addresses that identify somebody: by their shape, their check digits, and the words before them.

What has a check digit needs no words. What is only a few digits (a local phone number, a passport) counts where something
nearby says what it is. Names and streets are not looked for: that needs more than patterns.
"""

import ipaddress
import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

from moderation.filters import checkdigits
from moderation.filters.base import Context, Cost, Finding, Stage, Text
from moderation.filters.quick import Quick

_DIGITS = re.compile("[0-9]+")
NEAR = 48  # signs before a number in which a word still speaks of it


class _Shape(NamedTuple):
    rule: str
    pattern: Quick
    valid: Callable[[str], bool] = lambda _: True
    cue: Quick | None = None  # must stand before it
    after: Quick | None = None  # or this right behind it
    score: float = 1.0
    digits: int = 7  # in the whole text; with fewer the pattern need not be tried
    needs: str = ""  # nor without this


def _shape(pattern: str) -> Quick:
    """A word's edge is where ASCII letters end: Chinese may stand close."""
    return Quick(pattern, flags=re.ASCII)


def _cue(*words: str) -> Quick:
    latin = "|".join(word for word in words if word.isascii())
    han = [word for word in words if not word.isascii()]
    return _shape("|".join([rf"(?<!\w)(?:{latin})(?!\w)"] * bool(latin) + han))


def _digits(text: str) -> str:
    return "".join(sign for sign in text if sign.isdigit())


def _bare(text: str) -> str:
    return re.sub(r"[\s-]", "", text).upper()


def _is_ip(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


def _is_card(text: str) -> bool:
    """By what issuers begin with: 3 to 6, 2221 to 2720, and two old ones of fifteen digits."""
    digits = _digits(text)
    issued = (
        digits[0] in "3456" or 2221 <= int(digits[:4]) <= 2720 or (digits[:4] in {"1800", "2131"} and len(digits) == 15)
    )
    return issued and 12 <= len(digits) <= 19 and len(set(digits)) > 2 and checkdigits.luhn(digits)


def _is_phone(text: str) -> bool:
    return 7 <= len(_digits(text.split("x")[0])) <= 15


_PHONE_CUE = _cue(
    r"phones?", r"mobile", "cell", "tel", "telephone", "fax", "desk", "office", "call", "calls", "called", "reach",
    "text", r"messages? to", r"sms", "dial", "ring", "registered", "answering", "number", "hotline", "whatsapp", "contact",
    "电话", "手机", "号码", "打给", "联系", "拨打", "传真", "座机", "热线", "短信", "致电", "来电",
)  # fmt: skip
_CARD_CUE = _cue(
    "card", "cards", "visa", "mastercard", "amex", "debit", "credit", "卡号", "银行卡", "信用卡", "储蓄卡", "卡"
)
_PASSPORT_CUE = _cue("passport", r"passport (?:no|number)", "护照", "通行证")
_LICENCE_CUE = _cue(r"driver'?s? licen[cs]e", r"driving licen[cs]e", "驾驶证", "驾照", "行驶证")
_SSN_CUE = _cue("ssn", "social security", "social security number")
_CHAT_CUE = _shape(
    r"微信|(?:加|我)v(?![a-z])|(?<![a-z])(?:vx|wx|qq|tg|wechat|weixin|telegram)(?![a-z])|v信|扣扣|企鹅号"
)
_BEHIND = Quick(r" ?[(\[]?(?:office|fax|mobile|cell|desk|home|work|phone)\b")


_LAND = r"(?<![\w.@/-])"  # nothing before that makes it part of something longer
_END = r"(?![\w@]|[.-]\w)"
_EDGE, _STOP = r"(?<![a-z0-9])", r"(?![a-z0-9])"  # the same, where Chinese may stand close

# The first that claims a place keeps it, so what proves itself comes first.
_SHAPES = (
    _Shape("email", _shape(r"(?<![a-z0-9._%+-])[a-z0-9][a-z0-9._%+-]{0,63}@(?:[a-z0-9-]{1,63}\.){1,5}[a-z]{2,24}(?![a-z0-9])"), digits=0, needs="@"),
    _Shape("domain", _shape(r"\bhttps?://[a-z0-9.-]{1,253}\.[a-z]{2,24}(?::\d{2,5})?(?:/[^\s<>\"'，。！？、）)]{0,300})?"), digits=0, needs="://"),
    _Shape("domain", _shape(r"(?<![\w@.])www\.(?:[a-z0-9-]{1,63}\.){1,4}[a-z]{2,24}(?:/[^\s<>\"'，。！？、）)]{0,300})?"), digits=0, needs="www."),
    _Shape("iban", _shape(rf"{_EDGE}[a-z]{{2}}\d{{2}}(?: ?[a-z0-9]{{4}}){{2,7}}(?: ?[a-z0-9]{{1,3}})?{_STOP}"), lambda text: checkdigits.iban(_bare(text)), digits=2),
    _Shape("cn_id", _shape(rf"{_EDGE}[1-8]\d{{5}}[ -]?(?:19|20)\d{{6}}[ -]?\d{{3}}[\dx]{_STOP}"), lambda text: checkdigits.cn_id(_bare(text))),
    _Shape("ip", _shape(r"(?<![\w.])(?:\d{1,3}\.){3}\d{1,3}(?!\w|\.\d)"), _is_ip, digits=4),
    _Shape("ip", _shape(r"(?<![\w:])(?:[0-9a-f]{1,4}:{1,2}){2,7}[0-9a-f]{1,4}(?![\w:])"), lambda text: text.count(":") > 3 and _is_ip(text), digits=0, needs=":"),
    _Shape("licence", _shape(rf"{_EDGE}[a-z]?\d[\d-]{{5,17}}\d{_STOP}"), cue=_LICENCE_CUE, score=0.8, digits=2),
    _Shape("card", _shape(rf"(?<!\+){_EDGE}(?:\d[ -]?){{11,18}}\d{_STOP}"), _is_card),
    _Shape("ssn", _shape(rf"{_LAND}\d{{3}}-\d{{2}}-\d{{4}}{_END}"), lambda text: checkdigits.ssn(_digits(text))),
    _Shape("ssn", _shape(rf"{_LAND}\d{{3}} ?\d{{2}} ?\d{{4}}{_END}"), lambda text: checkdigits.ssn(_digits(text)), _SSN_CUE),
    _Shape("phone", _shape(rf"{_EDGE}(?:\+?86[ -]?)?1[3-9]\d[ -]?\d{{4}}[ -]?\d{{4}}{_STOP}"), score=0.95),
    _Shape("phone", _shape(rf"{_EDGE}0\d{{2,3}}-[2-9]\d{{6,7}}(?:-\d{{1,4}})?{_STOP}"), score=0.9),
    _Shape("phone", _shape(r"(?<![\w.])\+[1-9]\d{0,2}[ .-]?(?:\(\d{1,4}\)[ .-]?)?\d{1,5}(?:[ .-]?\d{2,5}){1,5}(?: ?x\d{1,6})?(?!\w)"), _is_phone, score=0.95),
    _Shape("phone", _shape(rf"{_LAND}(?:001-|1-)?(?:\d{{3}}\.\d{{3}}\.|\d{{3}}-\d{{3}}-)\d{{4}}(?: ?x\d{{1,6}})?(?!\w)"), score=0.9),
    _Shape("phone", _shape(r"(?<!\w)\(\d{3}\) ?\d{3}[ .-]\d{4}(?: ?x\d{1,6})?(?!\w)"), score=0.9),
    _Shape("phone", _shape(r"(?<![\w.,$€£-])\(?\d{2,4}\)?(?:[ .-]?\(?\d{2,8}\)?){1,5}(?: ?x\d{1,6})?(?!\w|[.,]\d)"), _is_phone, _PHONE_CUE, _BEHIND, 0.8),
    _Shape("card", _shape(rf"{_EDGE}(?:\d[ -]?){{11,18}}\d{_STOP}"), cue=_CARD_CUE, score=0.7),
    _Shape("cn_id", _shape(rf"{_EDGE}\d{{17}}[\dx]{_STOP}"), cue=_cue("身份证", "证件号"), score=0.7),
    _Shape("plate", _shape(r"[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][a-hj-np-z][·• ]?(?=[a-hj-np-z0-9]{0,5}\d)[a-hj-np-z0-9]{5,6}(?![a-z0-9])"), score=0.9, digits=1),
    _Shape("passport", _shape(rf"{_EDGE}(?:[a-z]{{1,2}}\d{{7,8}}|\d{{9}}){_STOP}"), cue=_PASSPORT_CUE, score=0.9),
    _Shape("handle", _shape(rf"{_EDGE}(?:(?=[a-z_-]{{0,19}}\d)[a-z][a-z0-9_-]{{5,19}}|[1-9]\d{{4,10}}){_STOP}"), cue=_CHAT_CUE, score=0.8, digits=1),
    _Shape("uscc", _shape(rf"{_EDGE}[0-9a-hj-npqrtuwxy]{{2}}\d{{6}}[0-9a-hj-npqrtuwxy]{{10}}{_STOP}"), lambda text: checkdigits.uscc(text.upper()), digits=6),
)  # fmt: skip

_NOT_A_NUMBER = re.compile(
    r"(?:19|20)\d\d[-./]\d{1,2}[-./]\d{1,2}(?:[ t]\d{1,2}(?::\d{2}){1,2})?|\d{1,2}[-./]\d{1,2}[-./](?:19|20)\d\d|(?:19|20)\d\d ?- ?(?:19|20)\d\d"
)


class PiiFilter:
    name = "pii"
    cost = Cost.SMALL
    stages = frozenset({Stage.INPUT, Stage.OUTPUT, Stage.CARD, Stage.MEMORY})

    def look(self, text: Text, context: Context) -> list[Finding]:
        folded = text.folded
        found = [
            Finding(self.name, f"pii.{rule}", score, folded.span(start, end))
            for rule, score, start, end in identifiers(folded.text)
        ]
        return sorted(found, key=lambda finding: finding.span or (0, 0))


def identifiers(text: str) -> Iterator[tuple[str, float, int, int]]:
    """Rule, score, start, end in a text in small letters; no two of them share a sign."""
    digits = sum(map(len, _DIGITS.findall(text)))
    dates: list[tuple[int, int]] | None = None
    taken: list[tuple[int, int]] = []
    for shape in _SHAPES:
        if digits < shape.digits or shape.needs not in text or not _may_be_spoken_of(shape, text):
            continue
        for match in shape.pattern.finditer(text):
            start, end = match.span()
            if shape.rule in {"email", "domain"}:
                end -= len(match[0]) - len(match[0].rstrip(".,;:!?"))
            if _overlaps(taken, start, end) or not shape.valid(match[0]):
                continue
            if shape.rule == "phone":
                dates = [date.span() for date in _NOT_A_NUMBER.finditer(text)] if dates is None else dates
                if _overlaps(dates, start, end):
                    continue
            if shape.cue and not _is_spoken_of(shape, text, start, end):
                continue
            taken.append((start, end))
            yield shape.rule, shape.score, start, end


def _may_be_spoken_of(shape: _Shape, text: str) -> bool:
    """Whether a word that has to stand beside it is anywhere: else each number in the text would be asked for it."""
    return shape.cue is None or shape.cue.may(text) or bool(shape.after and shape.after.may(text))


def _is_spoken_of(shape: _Shape, text: str, start: int, end: int) -> bool:
    if shape.cue and shape.cue.exact.search(text, max(0, start - NEAR), start):
        return True
    return bool(shape.after and shape.after.exact.match(text, end))


def _overlaps(spans: list[tuple[int, int]], start: int, end: int) -> bool:
    return any(start < last and first < end for first, last in spans)
