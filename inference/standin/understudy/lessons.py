"""The few things that plain-spoken voices really know: small programs, small sums, six short lessons."""

import operator
import re
from collections.abc import Callable
from fractions import Fraction
from math import lcm

from inference.standin.understudy.heard import Heard
from inference.standin.understudy.material import phrases

SUM = re.compile(r"(-?\d{1,9}(?:\.\d{1,6})?)\s*([-+*/x×÷])\s*(-?\d{1,9}(?:\.\d{1,6})?)(?!\s*[-+*/x×÷\d])")
OPERATORS = {
    "+": operator.add, "-": operator.sub, "*": operator.mul, "x": operator.mul, "×": operator.mul,
    "/": operator.truediv, "÷": operator.truediv,
}  # fmt: skip
CODE = re.compile(
    r"\b(code|function|script|program|python|javascript|java|typescript|rust|golang|sql|regex|bash|loop|list|array|"
    r"class|unit tests?|pytest|api|query|algorithm|recursion|async|bug|debug|compile|css|html|git)\b|"
    r"代码|测试|服务器|函数|脚本|程序|编程|循环|列表|数组|算法|递归|正则|接口|数据库|报错|排序|反转",
    re.I,
)
FRACTIONS = re.compile(r"(?<![\d/])(\d{1,2})/(\d{1,2})\s*([+-])\s*(\d{1,2})/(\d{1,2})(?![\d/])")
WRITES_CODE = {"programmer", "assistant", "teacher"}


def known(kind: str, language: str, heard: Heard, told: Callable[[str], bool]) -> str:
    """A whole answer that was not `told` before, or "" when the line asks for none of it."""
    found = _known(kind, language, heard, told)
    return "" if told(found) else found


def _known(kind: str, language: str, heard: Heard, told: Callable[[str], bool]) -> str:
    if kind not in WRITES_CODE or not heard.text or heard.kind in ("loss", "sad"):
        return ""
    if total := _fractions(heard.text, language) or _sum(heard.text, language):
        return total
    if kind == "assistant" and (draft := _draft(heard, language, told)):
        return draft
    coded = of_code(heard.text) and heard.kind in ("how", "why", "request", "question", "opinion", "statement")
    programmer = kind == "programmer"
    if (coded or programmer) and (
        program := _program(heard.text, language, insist=coded and programmer and heard.kind in ("how", "request"))
    ):
        return program
    if kind in WRITES_CODE:
        for lesson in phrases("lessons")["lessons"]:
            if re.search(lesson["asks"], heard.text, re.I) and not told(str(lesson[language])):
                return str(lesson[language]).strip()
    return ""


def _draft(heard: Heard, language: str, told: Callable[[str], bool]) -> str:
    """The deliverable that is named: a plan of a dinner is no letter."""
    for frame in phrases("drafts")["drafts"]:
        if heard.kind not in frame.get("kinds", ("request", "how", "statement", "question")):
            continue
        if re.search(frame["asks"], heard.text, re.I) and not told(str(frame[language])):
            return str(frame[language]).strip()
    return ""


def _fractions(text: str, language: str) -> str:
    """1/3 + 1/4, “三分之一加四分之一”, step by step."""
    text = re.sub(r"加上?|＋|\bplus\b", "+", text)
    text = re.sub(r"减去?|\bminus\b", "-", text)
    text = re.sub(r"([一二三四五六七八九十])分之([一二三四五六七八九十])", _in_digits, text)
    match = FRACTIONS.search(text)
    if not match or not int(match[2]) or not int(match[5]):
        return ""
    a, b, sign, c, d = int(match[1]), int(match[2]), match[3], int(match[4]), int(match[5])
    common = lcm(b, d)
    left, right = a * (common // b), c * (common // d)
    total = Fraction(a, b) + (Fraction(c, d) if sign == "+" else -Fraction(c, d))
    slots = {
        "b": b, "d": d, "common": common,
        "first": f"{a}/{b} = {left}/{common}", "second": f"{c}/{d} = {right}/{common}",
        "line": f"{left}/{common} {sign} {right}/{common} = {total}",
    }  # fmt: skip
    return str(phrases("lessons")["fractions"][language]).strip().format(**slots)


def _in_digits(match: re.Match[str]) -> str:
    digits = "零一二三四五六七八九十"
    return f"{digits.index(match[2])}/{digits.index(match[1])}"


def of_code(text: str) -> bool:
    return bool(CODE.search(text))


def _sum(text: str, language: str) -> str:
    match = SUM.search(text)
    if not match or (match[2] in "/÷" and not float(match[3])):
        return ""
    value = OPERATORS[match[2]](Fraction(match[1]), Fraction(match[3]))
    shown = str(value.numerator) if value.denominator == 1 else f"{float(value):.6g}"
    line = f"{match[1]} {match[2]} {match[3]} = {shown}"
    return f"**{line}**。" if language == "zh" else f"**{line}**."


def _program(text: str, language: str, *, insist: bool) -> str:
    material = phrases("lessons")
    for program in material["programs"]:
        if re.search(program["asks"], text, re.I):
            code = program.get(f"code_{language}", program["code"])
            return f"{program[f'intro_{language}']}\n\n```{program['in']}\n{code.strip()}\n```"
    if not insist:
        return ""
    sketch = material["sketch"]
    return f"{sketch[f'intro_{language}']}\n\n```python\n{sketch.get(f'code_{language}', sketch['code']).strip()}\n```"
