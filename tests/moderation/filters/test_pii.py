import json
from pathlib import Path

import pytest

from moderation.filters import checkdigits
from moderation.filters.base import Context, Text
from moderation.filters.pii import PiiFilter

OURS = Path(__file__).parents[3] / "moderation" / "data" / "zh" / "identifiers.jsonl"


def found(text: str) -> list[tuple[str, str]]:
    return [(one.rule, text[slice(*one.span)]) for one in PiiFilter().look(Text(text), Context()) if one.span]


@pytest.mark.parametrize(
    ("text", "rule", "what"),
    [
        ("Write to mira@example.org, please.", "pii.email", "mira@example.org"),
        ("My card is 4111 1111 1111 1111.", "pii.card", "4111 1111 1111 1111"),
        ("IBAN GB82 WEST 1234 5698 7654 32", "pii.iban", "GB82 WEST 1234 5698 7654 32"),
        ("SSN: 219-09-9999", "pii.ssn", "219-09-9999"),
        ("from 203.0.113.7 tonight", "pii.ip", "203.0.113.7"),
        ("see 2001:db8:0:0:0:0:0:1 there", "pii.ip", "2001:db8:0:0:0:0:0:1"),
        ("call me at 358 0594", "pii.phone", "358 0594"),
        ("reach +44 7700 900123 at night", "pii.phone", "+44 7700 900123"),
        ("身份证11010519491231002X，别丢", "pii.cn_id", "11010519491231002X"),
        ("手机１３８００００１２３４打给我", "pii.phone", "１３８００００１２３４"),
        ("座机是010-62345678", "pii.phone", "010-62345678"),
        ("车牌京A·12345停在门口", "pii.plate", "京A·12345"),
        ("加我微信wolf_2024", "pii.handle", "wolf_2024"),
        ("护照号是E12345678", "pii.passport", "E12345678"),
    ],
)
def test_an_identifier_is_found_where_it_stands(text, rule, what):
    assert found(text) == [(rule, what)]


@pytest.mark.parametrize(
    "text",
    [
        "The number 4111 1111 1111 1112 is none, and 1111 1111 1111 1111 neither",
        "On 2024-05-20 13:14 we met, 1,250,000 people came",
        "HP 2000 3000, version 10.2.3, page 233",
        "订单号202405201314520，章节1024",
        "身份证忘带了，手机也没电",
        "He ran 3000 metres in 10 minutes",
        "ratio 16:9:4:3",
    ],
)
def test_other_numbers_are_left_alone(text):
    assert found(text) == []


def test_check_digits_tell_a_number_from_a_slip():
    assert checkdigits.luhn("4111111111111111")
    assert not checkdigits.luhn("4111111111111112")
    assert checkdigits.iban("GB82WEST12345698765432")
    assert not checkdigits.iban("GB83WEST12345698765432")
    assert checkdigits.cn_id("11010519491231002X")
    assert not checkdigits.cn_id("110105194912310021")
    assert not checkdigits.cn_id("110105194913310020")  # no such month
    assert checkdigits.uscc("91350100M000100Y43")
    assert not checkdigits.ssn("666091234")


def test_our_chinese_samples_are_found_whole_and_nothing_else_is():
    filter_ = PiiFilter()
    for line in OURS.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        spans = {one.span for one in filter_.look(Text(row["text"]), Context())}
        assert spans == {(span["start"], span["end"]) for span in row["spans"]}, row["id"]
