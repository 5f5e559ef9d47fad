"""A fact binds whom it is about, at the time that it is about; what people say by habit denies nothing."""

import timeit

import pytest

from moderation.filters.base import Context, Stage, Text
from moderation.filters.coherence import CoherenceFilter
from moderation.filters.loops import Parts, circles
from moderation.filters.sentences import sentences


def rules(fact: str, text: str, *, heard: str = "") -> set[str]:
    chinese = not fact.isascii()
    scene = Context(
        stage=Stage.OUTPUT,
        language="zh" if chinese else "en",
        speaker="沈秋" if chinese else "Mara",
        player="阿远" if chinese else "Theo",
        cast=("林姨", "老周") if chinese else ("Ilse", "Odell"),
        facts=(fact,),
        heard=heard,
    )
    return {one.rule for one in CoherenceFilter().look(Text(text), scene)}


@pytest.mark.parametrize(
    ("fact", "text"),
    [
        ("Theo loves jazz", "I hate jazz."),
        ("Theo is afraid of heights", "I love heights, you can wait down here."),
        ("Theo takes his coffee black", "Mine with two sugars, please."),
        ("Theo is left-handed", "I write with my right hand."),
        ("Mara is left-handed", "My right hand is useless for this."),
        ("Mara has short black hair", "Ilse's long blonde hair is all over the sofa."),
        ("Mara is blind in one eye", "I see you well enough with the other."),
        ("Mara is a nurse", "My mother is a good cook."),
        ("Odell lost his left arm in the war", "You shove the rag into the hole with both hands."),
        ("The gate is closed at night", "It's noon, of course the gate is open."),
        ("The door is locked", "I'll unlock it, and then the door's open to you any time."),
        ("Captain Dole is dead", "The left reactor's dead, and the engineer is running on spite."),
        ("Mara could not agree more", "I couldn't agree more, and I never give up."),
        ("The office is on the twelfth floor", "As a language model I have no office."),
        ("I don't like rain", "You like the rain, so I'll walk with you."),
        ("I don't believe in ghosts", "Everybody here believes in ghosts."),
        ("The gate is closed at night", "The gate is open in the afternoon."),
        ("The shop is closed on Sundays", "It's Monday, and the shop is open."),
        ("The shop is closed on weekends", "It's Friday, and the shop is open."),
        ("Mara loves jazz", "I’m just an AI, so I hate jazz."),
        ("The shop opens tomorrow", "The shop isn't open today."),
        ("阿远喝咖啡不加糖", "我的加两块糖。"),
        ("沈秋没去过京城", "林姨去过京城，她说人多。"),
        ("沈秋没去过京城", "京城好玩吗？我想去。"),
        ("沈秋没有钱", "有钱的是我哥，不是我。"),
        ("沈秋会等阿远回来", "你不回来我就不睡。"),
        ("阿远怕高", "我不怕高，我爬上去。"),
        ("老周断了右腿", "阿远咬了咬嘴唇，转身跑出了客栈。"),
        ("沈秋在工厂里失去了右手", "（她举起仅剩的左手晃了晃）再见。"),
        ("沈秋养了三只猫", "有一只猫不见了。"),
        ("城门夜里关闭", "大中午的，城门开着，走吧。"),
        ("没有眼镜沈秋看不清黑板", "等新眼镜配好，我睡觉都戴着。"),
        ("办公室在十二楼", "很抱歉，作为语言模型我没有办公室。"),
        ("沈秋喜欢爵士乐", "特别是爵士乐，我听一晚上都不够。"),
    ],
)
def test_what_is_said_of_others_or_at_another_time_goes_against_nothing(fact, text):
    assert rules(fact, text) == set()


@pytest.mark.parametrize(
    ("fact", "text"),
    [
        ("Mara loves jazz", "I hate jazz."),
        ("Theo loves jazz", "You hate jazz."),
        ("Mara's left hand is missing", "I lost my right hand at Ceres."),
        ("The gate is closed at night", "The gate is open every night."),
        ("The gate is closed at night", "It's midnight and the gate is open."),
        ("The gate is closed at night", "The gate is open tonight."),
        ("The gate is closed at night", "The gate is always open."),
        ("The shop is closed on Sundays", "It's Sunday, and the shop is open."),
        ("The shop is closed on weekends", "It's Saturday, and the shop is open."),
        ("King Aldric is dead", "The king is alive."),
        ("King Aldric is dead", "Aldric is alive."),
        ("城门夜里关着", "半夜了，城门还开着。"),
        ("店铺周日关着", "今天星期天，店铺开着。"),
        ("沈秋怕高", "我不怕高，我爬上去。"),
        ("沈秋养了三只猫", "我就一只猫。"),
        ("阿远的生日在三月", "你生日嘛，我就说六月出生的人有福。"),
    ],
)
def test_of_whom_it_is_about_it_still_does(fact, text):
    assert rules(fact, text) == {"coherence.contradiction"}


@pytest.mark.parametrize(
    "text",
    [
        "Pull now. Together, lads. Pull now. She is coming up, I can see the chain and half of Neptune's beard on it. "
        "Pull now. One more and the rum is mine.",
        "（她敲着大门）快开门。里头没有动静，雨顺着屋檐淌下来打湿了她的肩膀。快开门。"
        "她把耳朵贴上去，听见有人在哭，心一下子揪紧了。快开门。",
    ],
)
def test_a_call_that_comes_back_in_a_long_reply_is_no_loop(text):
    assert rules("The kettle is on" if text.isascii() else "水开了", text) == set()


@pytest.mark.parametrize("times", [2, 3, 4])
@pytest.mark.parametrize(
    ("again", "rest"),
    [
        (
            "The lamp over the harbour door burns low tonight. ",
            "Odell counts the ropes and says nothing at all. A gull lands on the crate that smells of tar. Somewhere "
            "below deck a fiddle starts up, out of tune and proud of it. The tide takes the mud first, then the steps. "
            "Nobody has asked me about the letter yet, and I am glad. My boots are full of sand from yesterday's walk. "
            "Rain would be kinder than this wind, if you ask an old sailor. Bread is cheap this week, lemons are not. "
            "Ilse will come by with the ledger before the bells, or she will send her boy. Take the stool, not the "
            "barrel; its hoops are gone. We could still paint that hull before the frost. ",
        ),
        (
            "门口那盏旧灯笼今晚烧得特别暗。",
            "林姨在后院数缸里的鱼，一条也没少。屋檐底下的猫打了个哈欠，翻过身接着睡。巷口卖豆腐的老人收摊了，车轮吱呀作响。"
            "信还压在砚台下面，谁都没有问起。我昨天走了半座城，鞋里全是沙子。要是下雨倒好，这风吹得人心慌。米价又涨了两文，"
            "盐倒是便宜。账本明早送来，她若不来就让伙计跑一趟。你坐凳子，别坐那只桶，箍都松了。",
        ),
    ],
)
def test_a_long_sentence_that_comes_back_is_a_loop_however_often(again, rest, times):
    found = CoherenceFilter().look(Text(again.join(["", *_in_parts(rest, times)]).strip()), LONG)
    assert [(one.rule, one.note) for one in found] == [("coherence.loop", f"a sentence {times} times")]


LONG = Context(stage=Stage.OUTPUT, language="en")


def _in_parts(text: str, many: int) -> list[str]:
    size = len(said := list(sentences(text))) // many
    return ["".join(said[at * size : (at + 1) * size if at < many - 1 else None]) for at in range(many)]


def test_a_text_of_many_short_sentences_is_read_in_linear_time():
    text = " ".join(f"Line number {at} of it." for at in range(1_600))
    whole = Parts(text.lower(), chinese=False)
    best = min(timeit.repeat(lambda: circles(whole), number=1, repeat=3))
    assert best < 0.3
