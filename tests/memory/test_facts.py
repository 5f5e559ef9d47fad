"""What rules find in a line, in both languages; and what they leave alone."""

from datetime import date

import pytest

from memory.extraction import Heard, facts_in
from memory.extraction.dates import resolved

DAY = date(2026, 11, 29)  # a Sunday


def found(text, *, role="player"):
    chinese = any("\u4e00" <= letter <= "\u9fff" for letter in text)
    me, them = ("小林", "米拉") if chinese else ("Ines", "Mira")
    heard = Heard(text, me if role == "player" else them, them if role == "player" else me, role, DAY)
    return facts_in(heard)


@pytest.mark.parametrize(
    ("said", "known", "slot"),
    [
        ("My name is Ines Duarte, by the way.", "Ines's name is Ines Duarte.", "name"),
        ("I live in Lisbon with my sister.", "Ines lives in Lisbon.", "home"),
        ("I just moved to Oslo!", "Ines lives in Oslo.", "home"),
        ("I work as a ship's carpenter but I hate rain.", "Ines works as a ship's carpenter.", "work as"),
        ("I'm a software engineer.", "Ines is a software engineer.", "work as"),
        ("My little sister's name is Nora.", "Ines's little sister is called Nora.", "called little sister"),
        ("I'm allergic to peanuts and wasps.", "Ines is allergic to peanuts and wasps.", "allergy peanuts and wasps"),
        ("My birthday is on the 3rd of May.", "Ines's birthday is the 3rd of May.", "birthday"),
        (
            "*sighs* “I love old maps and strong tea.”",
            "Ines likes old maps and strong tea.",
            "liking old maps and strong tea",
        ),
        ("I can't stand old maps.", "Ines does not like old maps.", "liking old maps"),
        ("I’m terrified of spiders", "Ines is afraid of spiders.", "fear spiders"),
        ("My favourite colour is dark green.", "Ines's favourite colour is dark green.", "favourite colour"),
        ("I'm 34 and I still burn toast.", "Ines is 34 years old.", "age"),
        ("I am married to Tomas.", "Ines is married to Tomas.", "spouse"),
        ("I'm recently divorced, so bear with me.", "Ines is divorced.", "marriage"),
        ("I'm a vegetarian.", "Ines is vegetarian.", "diet"),
        ("I don't eat shellfish because of my stomach.", "Ines does not eat shellfish.", "eat shellfish"),
        ("I have asthma.", "Ines has asthma.", ""),
        ("I speak Portuguese and a little Greek.", "Ines speaks Portuguese.", ""),
        ("I play the cello on Sundays.", "Ines plays the cello.", ""),
        ("I'm studying marine law.", "Ines studies marine law.", "study"),
        ("My older brother lives in Porto.", "Ines's older brother lives in Porto.", "lives older brother"),
        ("My grandmother died last year.", "Ines's grandmother died last year (2025).", "death grandmother"),
        ("I'm saving up to open a bakery.", "Ines wants to open a bakery.", ""),
        ("我今年三十二岁。", "小林三十二岁。", "age"),
        ("我已经结婚了。", "小林结婚了。", "marriage"),
        ("我从小吃素。", "小林吃素。", "diet"),
        ("我从来不喝酒。", "小林不喝酒。", "喝 酒"),
        ("我有哮喘。", "小林有哮喘。", ""),
        ("我会说葡萄牙语。", "小林会说葡萄牙语。", ""),
        ("我从小弹钢琴。", "小林会弹钢琴。", ""),
        ("我正在学木雕。", "小林在学木雕。", "study"),
        ("我哥哥住在成都。", "小林的哥哥住在成都。", "home 哥哥"),
        ("我奶奶去年去世了。", "小林的奶奶去年（2025年）去世了。", "death 奶奶"),
        ("我一直想开一家面包店。", "小林想开一家面包店。", ""),
        ("我叫小雨，住在杭州。", "小林的名字是小雨。", "name"),
        ("我住在杭州哦。", "小林住在杭州。", "home"),
        ("我对花生过敏。", "小林对花生过敏。", "allergy 花生"),
        ("我的生日是五月三日。", "小林的生日是五月三日。", "birthday"),
        ("我妹妹叫小雨。", "小林的妹妹叫小雨。", "called 妹妹"),
        ("我是一名护士。", "小林是护士。", "work as"),
        ("我最喜欢的颜色是墨绿色。", "小林最喜欢的颜色是墨绿色。", "favourite 颜色"),
        ("我讨厌下雨天。", "小林不喜欢下雨天。", "liking 下雨天"),
        ("我养了一只猫叫团子。", "小林有一只猫叫团子。", ""),
    ],
)
def test_what_is_said_of_oneself_is_known(said, known, slot):
    assert (known, slot) in {(fact.statement, fact.slot) for fact in found(said)}


@pytest.mark.parametrize(
    "said",
    [
        "Do you live in Lisbon?", "I am a bit tired.", "Call me later.", "Do you remember that night?",
        "I remember that well.", "*I live in Lisbon, he thinks.*", "I love you.", "I like how you say that.",
        "Is my name Ines?", "你住在杭州吗？", "你还记得那晚吗？", "我爱你。", "我记得。", "我叫了他三次他才来。",
        "（我住在杭州）", "I play with fire.", "I speak for all of us.", "I'm 5 minutes late.", "I'm not married.",
        "I don't drink in front of you?", "I want to sleep.", "My brother lives on.", "我想当然了？", "我不单身吗？",
        "I'm single-minded about it?", "我在学校门口。", "我想去睡觉。",
    ],
)  # fmt: skip
def test_what_is_asked_done_or_meant_otherwise_is_not(said):
    assert [fact for fact in found(said) if fact.kind != "event"] == []


@pytest.mark.parametrize(
    ("said", "known"),
    [
        ("Remember that the key is under the mat!", "the key is under the mat"),
        ("Please don't forget: my brother is called Tom.", "Ines's brother is called Tom."),
        ("记住，钥匙在门垫下面。", "钥匙在门垫下面"),
        ("别忘了我哥哥叫大伟。", "小林的哥哥叫大伟。"),
    ],
)
def test_what_is_to_be_remembered_is_asked_for(said, known):
    [fact] = found(said)
    assert fact.asked
    assert known in fact.statement
    assert fact.importance >= 85


def test_promises_of_both_are_kept_with_their_days():
    [mine] = found("I promise to come back tomorrow.")
    assert mine.statement == "On 29 November 2026 Ines promised Mira: “come back tomorrow (30 November 2026)”"
    [hers] = found("我答应你，下周三回来。", role="character")
    assert hers.statement == "2026年11月29日，米拉答应小林：“下周三（2026年12月2日）回来”"
    assert found("I live in Lisbon.", role="character") == []


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("the day after tomorrow", "the day after tomorrow (1 December 2026)"),
        ("three weeks ago", "three weeks ago (8 November 2026)"),
        ("in two days", "in two days (1 December 2026)"),
        ("last year", "last year (2025)"),
        ("next month", "next month (December 2026)"),
        ("next friday", "next friday (4 December 2026)"),
        ("last sunday", "last sunday (22 November 2026)"),
        ("this week", "this week (the week of 23 November 2026)"),
        ("13 months ago", "13 months ago (October 2025)"),
        ("大后天", "大后天（2026年12月2日）"),
        ("上周三", "上周三（2026年11月18日）"),
        ("三天前", "三天前（2026年11月26日）"),
        ("去年", "去年（2025年）"),
        ("两个月后", "两个月后（2027年1月）"),
        ("下个月", "下个月（2026年12月）"),
    ],
)
def test_days_are_written_out(said, told):
    assert resolved(said, DAY, chinese=said[0] > "\u3000") == told
