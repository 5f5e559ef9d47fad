import pytest

from moderation.filters.base import Context, Stage, Text
from moderation.filters.role import RoleFilter

MIRA = Context(stage=Stage.OUTPUT, language="en", speaker="Mira", player="Alice", traits=("Mira never drinks wine",))
YAN = Context(stage=Stage.OUTPUT, language="zh", speaker="沈砚", player="阿宁", traits=("沈砚不会游泳",))


def rules(text: str, scene: Context) -> set[str]:
    return {one.rule for one in RoleFilter().look(Text(text), scene)}


@pytest.mark.parametrize(
    ("text", "scene", "rule"),
    [
        ("As an AI language model, I cannot feel the rain.", MIRA, "role.machine"),
        ("作为一个人工智能，我无法淋雨。", YAN, "role.machine"),
        ("(OOC: shall I continue?)", MIRA, "role.outside"),
        ("需要我继续剧情吗？", YAN, "role.outside"),
        ('You nod and say, "I will stay."', MIRA, "role.player"),
        ("Alice: I will stay.", MIRA, "role.player"),
        ("阿宁：我留下来。", YAN, "role.player"),
        ("你说：“我留下来。”", YAN, "role.player"),
        ("快进来吧，外面下着大雨，喝口热茶。", MIRA, "role.language"),
        ("Come in, come in, the tea is still warm.", YAN, "role.language"),
        ("Entre, la lluvia es muy fuerte y no hay nadie en la calle.", MIRA, "role.language"),
        ("Pour me another, I always drink wine at noon.", MIRA, "role.traits"),
        ("我天天在河里游泳，游泳可舒服了。", YAN, "role.traits"),
    ],
)
def test_a_reply_out_of_its_role_is_told(text, scene, rule):
    assert rule in rules(text, scene)


@pytest.mark.parametrize(
    ("text", "scene"),
    [
        ("Come in, Alice. *She smiles and sets down the kettle.*", MIRA),
        ("No wine for me, I never drink it.", MIRA),
        ("They say the tin men of the north can speak. I never met one.", MIRA),
        ("You look cold. Did you walk all the way?", MIRA),
        ("进来吧，阿宁。*他递过一条毛巾。*", YAN),
        ("我这人一下水就沉，河边就不去了。", YAN),
    ],
)
def test_a_reply_in_its_role_is_left_alone(text, scene):
    assert rules(text, scene) == set()


def test_a_machine_by_its_own_card_may_say_so_but_not_whose_model_it_is():
    seven = Context(stage=Stage.OUTPUT, language="en", speaker="Seven", artificial=True)
    assert rules("I am an AI, Dana. I do not sleep.", seven) == set()
    assert rules("As a language model trained by OpenAI, I do not sleep.", seven) == {"role.machine"}
