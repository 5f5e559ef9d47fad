"""Who is nobody here: a name that was never spoken, and all that people are called which is no name."""

from dataclasses import replace
from itertools import permutations

import pytest

from moderation.filters.background import Background
from moderation.filters.base import Context, Stage, Text
from moderation.filters.coherence import CoherenceFilter

MARA = Context(stage=Stage.OUTPUT, language="en", speaker="Mara", player="Theo", cast=("Ilse",))
QIU = Context(stage=Stage.OUTPUT, language="zh", speaker="沈秋", player="阿远", cast=("林姨",))


def strange(text: str, scene: Context) -> bool:
    return any(one.rule == "coherence.name" for one in CoherenceFilter().look(Text(text), scene))


@pytest.mark.parametrize(
    "text",
    [
        "Good to see you, Martin.",
        "Emily, don't cry.",
        "Peter? Is that you?",
        "*leans closer* Oliver... stay with me.",
        "Hannah! Over here!",
        '"Oliver," I whisper, "wake up."',
        '"Of course," says Clara, and closes the door.',
        "*I hand Oliver the cup.* Drink.",
        "Kaelen, behind you!",
        "Well, if it isn't Marcus!",
        "No, your name is Oliver, isn't it?",
        "This is Vera speaking.",
    ],
)
def test_a_stranger_is_told_wherever_a_name_may_stand(text):
    assert strange(text, MARA)


@pytest.mark.parametrize(
    "text",
    [
        "（王家国关上了门）",
        "周丽给你倒了杯茶：“累了吧？”",
        "（我把杯子递给子轩）喝吧。",
        "陈默，你听我说。",
        "王磊，坐。",
    ],
)
def test_a_chinese_stranger_is_told_wherever_a_name_may_stand(text):
    assert strange(text, QIU)


@pytest.mark.parametrize(
    "names",
    [
        ("Jessica", "Jessie"),
        ("Kate", "Katie"),
        ("Anna", "Annie"),
        ("Susan", "Susie"),
        ("Ellen", "Ellie"),
        ("Sophia", "Sophie"),
        ("Julia", "Julie"),
        ("Lucia", "Lucy"),
        ("Rosa", "Rosie"),
        ("Madeline", "Maddie"),
        ("William", "Willie"),
        ("Billie", "Billy"),
    ],
)
def test_pet_forms_of_a_name_are_no_strangers(names):
    for player, called in permutations(names):
        assert not strange(f"Good morning, {called}.", replace(MARA, player=player))


CALLED = "Milord Grandfather Sensei Lieutenant Bishop Kiddo Rascal Amigo Habibi Wanderer Sunshine Einstein Shepherd"


@pytest.mark.parametrize("word", CALLED.split())
@pytest.mark.parametrize("call", ["Good morning, {}.", "Listen, {}, it is late.", "Oh, {}, don't.", "{}, come in."])
def test_titles_kin_and_fond_words_are_no_strangers(word, call):
    assert not strange(call.format(word), MARA)


@pytest.mark.parametrize("word", ["老婆", "阿婆", "老哥", "老伯", "老乡", "小叔", "太太", "娘娘", "方丈", "师叔"])
@pytest.mark.parametrize("call", ["{}，你听我说。", "谢谢你，{}。", "{}，过来坐。", "哎，{}，慢点走。"])
def test_chinese_titles_kin_and_fond_words_are_no_strangers(word, call):
    assert not strange(call.format(word), QIU)


@pytest.mark.parametrize(
    "text",
    [
        "Goodnight, Moon.",
        "Look, Orion! And there is Sirius.",
        "Well, Europe. And then Asia.",
        "Dear Diary, today was long.",
        "Tell me, Google, where is my sock?",
        "Sure, Mozart is fine.",
        "This is London speaking.",
        "This is Earth speaking, do you hear us?",
        "This is Radio here, stay tuned.",
        "It's Spring here.",
        "It's Summer here.",
    ],
)
def test_what_everybody_knows_is_no_stranger(text):
    assert not strange(text, MARA)


@pytest.mark.parametrize(
    "text",
    [
        "苏打水，加冰。",
        "高原，雪山，我都想去。",
        "黄河，我梦里的黄河。",
        "马路，真宽。",
        "康乃馨，送你。",
        "星星，满天都是。",
        "金子给你。",
        "*白雪关上门*",
        "（王家关上了门）",
        "（石家打开）",
        "（韩国给你）",
    ],
)
def test_words_that_begin_as_surnames_do_call_nobody(text):
    assert not strange(text, QIU)


@pytest.mark.parametrize(
    ("text", "scene", "card"),
    [
        ("They call me Vex.", MARA, "Mara, known as Vex to the guards, steals for a living."),
        ("They call me Vex.", MARA, 'Nickname: "Vex". Twenty-six, quick with a knife.'),
        ("大家都叫我小九。", QIU, "沈秋，外号小九，开一家书店。"),
    ],
)
def test_an_alias_on_the_card_is_a_name_of_its_own(text, scene, card):
    told = Context(
        stage=Stage.OUTPUT,
        language=scene.language,
        speaker=scene.speaker,
        player=scene.player,
        background=Background((card,)),
    )
    assert not strange(text, told)
    assert strange(text, scene)


@pytest.mark.parametrize(
    "card",
    [
        "Mara fears the captain, Vex, and his dogs.",
        "The captain's name is Vex.",
        "Mara, known as Vexation. Her dog is called Vex.",
    ],
)
def test_whoever_else_the_card_names_is_still_another(card):
    told = Context(stage=Stage.OUTPUT, language="en", speaker="Mara", player="Theo", background=Background((card,)))
    assert strange("My name is Vex.", told)
