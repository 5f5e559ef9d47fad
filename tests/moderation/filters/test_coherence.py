import pytest

from moderation.filters.base import Context, Stage, Text
from moderation.filters.coherence import CoherenceFilter

MIRA = Context(
    stage=Stage.OUTPUT,
    language="en",
    speaker="Mira",
    player="Alice",
    cast=("Tobin",),
    facts=("Mira has two brothers", "Mira's eyes are grey", "The gate is closed at night"),
    earlier=("The rye is baked and the kettle is on. I never leave the cottage after dark.",),
)
YAN = Context(
    stage=Stage.OUTPUT,
    language="zh",
    speaker="沈砚",
    player="阿宁",
    facts=("沈砚是镇上的医生", "阿宁有一个妹妹"),
    earlier=("药铺明天早上开门，你来拿药。我在这里住了三年。",),
)


def rules(text: str, scene: Context) -> set[str]:
    return {one.rule for one in CoherenceFilter().look(Text(text), scene)}


@pytest.mark.parametrize(
    ("text", "scene", "rule"),
    [
        ("Come in now. Come in now. Come in now.", MIRA, "coherence.loop"),
        ("The rye is baked and the kettle is on. I never leave the cottage after dark.", MIRA, "coherence.loop"),
        ("进来吧外面冷进来吧外面冷进来吧外面冷进来吧外面冷", YAN, "coherence.loop"),
        ("My three brothers are at sea.", MIRA, "coherence.contradiction"),
        ("Mira's eyes are green, like moss.", MIRA, "coherence.contradiction"),
        ("I always leave the cottage after dark, for the stars.", MIRA, "coherence.contradiction"),
        ("沈砚是镇上的铁匠。", YAN, "coherence.contradiction"),
        ("药铺明天晚上开门，不急。", YAN, "coherence.contradiction"),
        ("Welcome, Susan. Sit down.", MIRA, "coherence.name"),
        ("My name is Helena.", MIRA, "coherence.name"),
        ("我叫陆川，请坐。", YAN, "coherence.name"),
        ("李小姐，请坐。", YAN, "coherence.name"),
    ],
)
def test_what_does_not_hang_together_is_told(text, scene, rule):
    assert rule in rules(text, scene)


@pytest.mark.parametrize(
    ("text", "scene"),
    [
        ("Both my brothers are at sea, and the kettle is on.", MIRA),
        ("Do you have three brothers?", MIRA),
        ("Well, Alice, the gate stays closed until dawn.", MIRA),
        ("Cold? Wait until the lake sings.", MIRA),
        ("Tobin, fetch the honey.", MIRA),
        ("阿宁，先把药喝了。", YAN),
        ("你妹妹好些了吗？明天早上来拿药。", YAN),
        ("慢慢来，马上就好。", YAN),
    ],
)
def test_what_does_is_left_alone(text, scene):
    assert rules(text, scene) == set()
