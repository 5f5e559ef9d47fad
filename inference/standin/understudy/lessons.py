"""The few things that plain-spoken voices really know: small programs, small sums, six short lessons."""

import operator
import re
from fractions import Fraction

from inference.standin.understudy.heard import Heard
from inference.standin.understudy.material import phrases

SUM = re.compile(r"(-?\d{1,9}(?:\.\d{1,6})?)\s*([-+*/x×÷])\s*(-?\d{1,9}(?:\.\d{1,6})?)(?!\s*[-+*/x×÷\d])")
OPERATORS = {
    "+": operator.add, "-": operator.sub, "*": operator.mul, "x": operator.mul, "×": operator.mul,
    "/": operator.truediv, "÷": operator.truediv,
}  # fmt: skip
CODE = re.compile(
    r"\b(code|function|script|program|python|javascript|java|typescript|rust|golang|sql|regex|bash|loop|list|array|"
    r"class|api|query|algorithm|recursion|async|bug|debug|compile|css|html|git)\b|"
    r"代码|函数|脚本|程序|编程|循环|列表|数组|算法|递归|正则|接口|数据库|报错|排序|反转",
    re.I,
)
WRITES_CODE = {"programmer", "assistant", "teacher"}


def known(kind: str, language: str, heard: Heard) -> str:
    """A whole answer, or "" when the line asks for none of it."""
    if kind not in WRITES_CODE or not heard.text:
        return ""
    if total := _sum(heard.text, language):
        return total
    of_code = bool(CODE.search(heard.text)) and heard.kind in ("how", "request", "question", "statement")
    programmer = kind == "programmer"
    if (of_code or programmer) and (program := _program(heard.text, language, insist=of_code and programmer)):
        return program
    if kind in ("teacher", "assistant"):
        for lesson in phrases("lessons")["lessons"]:
            if re.search(lesson["asks"], heard.text, re.I):
                return str(lesson[language]).strip()
    return ""


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
            return f"{program[f'intro_{language}']}\n\n```{program['in']}\n{program['code'].strip()}\n```"
    if not insist:
        return ""
    sketch = material["sketch"]
    return f"{sketch[f'intro_{language}']}\n\n```python\n{sketch['code'].strip()}\n```"
