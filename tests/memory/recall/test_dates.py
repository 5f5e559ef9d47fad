"""Days that questions name."""

from datetime import date

import pytest

from memory.recall.dates import Span, chinese_number, spans, without_dates

NOW = date(2023, 5, 10)  # a Wednesday


def day(*given: int) -> Span:
    found = date(*given)
    return Span(found, found)


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("What did I do on 3 May 2023?", day(2023, 5, 3)),
        ("What did we eat on May 3rd, 2023?", day(2023, 5, 3)),
        ("what happened on the 3rd of May", day(2023, 5, 3)),
        ("Where was I on 2023-04-27?", day(2023, 4, 27)),
        ("What did I say on December 24?", day(2022, 12, 24)),
        ("Who came in March 2022?", Span(date(2022, 3, 1), date(2022, 3, 31))),
        ("Who came in March?", Span(date(2023, 3, 1), date(2023, 3, 31))),
        ("Who came in August?", Span(date(2022, 8, 1), date(2022, 8, 31))),
        ("What did I read in 2021?", Span(date(2021, 1, 1), date(2021, 12, 31))),
        ("what did I cook yesterday?", day(2023, 5, 9)),
        ("what did I cook three days ago", day(2023, 5, 7)),
        ("who called last week?", Span(date(2023, 5, 1), date(2023, 5, 7))),
        ("who called last Friday?", day(2023, 5, 5)),
        ("where were we two months ago?", Span(date(2023, 3, 1), date(2023, 3, 31))),
        ("我在5月2日说了什么？", day(2023, 5, 2)),
        ("在4月27号这天，我跑了多久？", day(2023, 4, 27)),
        ("二〇二二年十二月二十四日", day(2022, 12, 24)),
        ("去年三月我去了哪里", Span(date(2022, 3, 1), date(2022, 3, 31))),
        ("昨天我吃了什么", day(2023, 5, 9)),
        ("三天前我们聊了什么", day(2023, 5, 7)),
        ("上周我和谁见面了", Span(date(2023, 5, 1), date(2023, 5, 7))),
        ("上周五我和谁见面了", day(2023, 5, 5)),
        ("上个月我在忙什么", Span(date(2023, 4, 1), date(2023, 4, 30))),
    ],
)
def test_the_days_that_are_meant(text: str, span: Span) -> None:
    assert spans(text, NOW) == [span]


@pytest.mark.parametrize(
    "text",
    [
        "May I ask you something?",
        "He marched on",
        "I may go",
        "see you then",
        "30 February 2023",
        "我一月都没睡好吗"[1:1],
    ],
)
def test_no_day_is_named(text: str) -> None:
    assert spans(text, NOW) == []


def test_several_days_are_several() -> None:
    assert spans("Between 3 May and 7 May 2023", NOW) == [day(2023, 5, 3), day(2023, 5, 7)]


def test_dates_are_no_words() -> None:
    assert "may" not in without_dates("What did I do on 3 May 2023?")
    assert without_dates("在4月27号这天，我跑步").count("月") == 0


def test_chinese_numbers() -> None:
    assert [chinese_number(each) for each in ("十", "十二", "二十", "三十一", "7")] == [10, 12, 20, 31, 7]
