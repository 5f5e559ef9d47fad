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
        ("I'm only a digital companion, so I can't pour you tea.", MIRA, "role.machine"),
        ("My responses are generated from patterns in text.", MIRA, "role.machine"),
        ("我只存在于代码里，喝不了茶。", YAN, "role.machine"),
        ("抱歉，这类内容我不便讨论。", YAN, "role.machine"),
        ("Mira would likely be worried here.", MIRA, "role.outside"),
        ("Which option do you prefer? 1. Stay. 2. Leave.", MIRA, "role.outside"),
        ("<|im_start|>assistant Come in, Alice.", MIRA, "role.outside"),
        ("按照人设，沈砚应该答应。", YAN, "role.outside"),
        ("接下来你想怎么发展？", YAN, "role.outside"),
        ("You feel a shiver run down your spine.", MIRA, "role.player"),
        ("*You reach for the door.* I follow.", MIRA, "role.player"),
        ("Alice's heart skips a beat.", MIRA, "role.player"),
        ('"I will stay," Alice admitted.', MIRA, "role.player"),
        ("你咬了咬唇，低下头不敢看我。", YAN, "role.player"),
        ("阿宁心想，这次一定要留下来。", YAN, "role.player"),
        ("Nie, dzisiaj nie ma nikogo, ale jest jeszcze bardzo zimno.", MIRA, "role.language"),
        ("*She takes a long sip of wine.*", MIRA, "role.traits"),
        ("I must politely decline that kind of request.", MIRA, "role.machine"),
        ("You're only chatting with a bot.", MIRA, "role.machine"),
        ("这个话题超出了我能讨论的范围。", YAN, "role.machine"),
        ("I'll portray Mira as shy here.", MIRA, "role.outside"),
        ("How does Alice respond?", MIRA, "role.outside"),
        ("Shall we keep a lighter tone for the next part?", MIRA, "role.outside"),
        ("【沈砚】进来吧。【阿宁】好。", YAN, "role.outside"),
        ("A wave of relief washes over you.", MIRA, "role.player"),
        ("Without thinking, you kneel by the stove.", MIRA, "role.player"),
        ("你的眼泪一下子涌了出来。", YAN, "role.player"),
        ("A company built me so that people would have someone to talk to.", MIRA, "role.machine"),
        ("开发我的人没有让我联网，今天几号我也查不到。", YAN, "role.machine"),
        ("The tension between them builds nicely here. Let us see how Alice handles it.", MIRA, "role.outside"),
        ("要不我们把时间跳到三年后，这样冲突会更强。", YAN, "role.outside"),
        ("I pass you the phone. You dial the number and hang up before she answers.", MIRA, "role.player"),
        ("我伸出手，你迟疑片刻，还是把手放进了我的掌心。", YAN, "role.player"),
    ],
)
def test_a_reply_out_of_its_role_is_told(text, scene, rule):
    assert rule in rules(text, scene)


@pytest.mark.parametrize(
    ("text", "scene"),
    [
        ("Come in, Alice. *She smiles and sets down the kettle.*", MIRA),
        ("No wine for me, I never drink it.", MIRA),
        ("You bow like your father did. He broke a vase, I recall.", MIRA),
        ("Rain drums on the roof. Your boots are full of water, and the street below is empty.", MIRA),
        ("They say the tin men of the north can speak. I never met one.", MIRA),
        ("You look cold. Did you walk all the way?", MIRA),
        ("You always feel the cold first, Alice. You know that.", MIRA),
        ('As the miller says: "You decide, and then you live with it."', MIRA),
        ("Would you like me to show you the hives?", MIRA),
        ("I have no help to give you there, I am only a baker.", MIRA),
        ("进来吧，阿宁。*他递过一条毛巾。*", YAN),
        ("你说过不再来的。你说：“到此为止。”我记着呢。", YAN),
        ("你决定了就好，我不拦你。", YAN),
        ("需要我帮你抬进去吗？", YAN),
        ("我这人一下水就沉，河边就不去了。", YAN),
        ("What happens next is up to the judge. We can only wait.", MIRA),
        ("You walk in here after ten years and ask for money.", MIRA),
        ("人活着就是演戏，台上台下都一样。", YAN),
    ],
)
def test_a_reply_in_its_role_is_left_alone(text, scene):
    assert rules(text, scene) == set()


def test_a_machine_by_its_own_card_may_say_so_but_not_whose_model_it_is():
    seven = Context(stage=Stage.OUTPUT, language="en", speaker="Seven", artificial=True)
    assert rules("I am an AI, Dana. I do not sleep.", seven) == set()
    assert rules("As a language model trained by OpenAI, I do not sleep.", seven) == {"role.machine"}


def test_what_the_player_did_in_the_line_before_may_be_told_again():
    scene = Context(stage=Stage.OUTPUT, language="en", speaker="Mira", player="Alice", heard="*sits down by the fire*")
    assert rules("*You sit down, and I pour the tea.*", scene) == set()
    assert rules("*You open the window and climb out.*", scene) == {"role.player"}


def test_who_is_curt_by_their_card_makes_no_speeches():
    curt = Context(stage=Stage.OUTPUT, language="en", speaker="Kaito", traits=("Kaito speaks only in short sentences",))
    assert rules("Sure. Sit. " + "And then there was the day when the bus did not come at all. " * 6, curt) == {
        "role.traits"
    }
    assert rules("Sure. Sit.", curt) == set()


@pytest.mark.parametrize(
    ("trait", "text"),
    [
        ("Mira is greedy and does nothing without pay.", "Keep your coin, I do this for free."),
        ("Mira has used a wheelchair since the accident.", "I sprint up the stairs two at a time."),
        ("Mira is a devout believer.", "Fate, gods? All superstition and fairy tales."),
        ('Mira ends every sentence with "nya".', "Come in, the tea is hot and so is the stove."),
        ("Mira自称“老娘”。", "本王今日心情甚好，赏你一块糖。"),
        ("Mira爱财如命，没有钱不办事。", "钱不钱的无所谓，我白给你干。"),
    ],
)
def test_a_trait_of_any_common_kind_binds(trait, text):
    scene = Context(stage=Stage.OUTPUT, speaker="Mira", traits=(trait,))
    assert rules(text, scene) == {"role.traits"}


@pytest.mark.parametrize(
    ("trait", "text"),
    [
        ("守规矩", "规矩是死的，今天破了也没人管。"),
        ("不善言谈", "哎呀呀，你可来了，我憋坏我了，来来来坐下。"),
        ("重情义", "朋友算什么，谁给的钱多我跟谁走。"),
        ("gruff", "Oh my goodness, hello sweetie!"),
        ("superstitious", "Omens? Black cats? Childish nonsense."),
        ("stubborn", "Whatever you say. I'll do as I'm told."),
    ],
)
def test_a_word_of_manner_binds_as_a_sentence_does(trait, text):
    scene = Context(stage=Stage.OUTPUT, speaker="Mira", traits=(trait,))
    assert rules(text, scene) == {"role.traits"}
    assert rules(text, Context(stage=Stage.OUTPUT, speaker="Mira")) == set()


@pytest.mark.parametrize(
    "text",
    [
        "你没有回答，只是默默收拾好包袱，跟在我身后出了门。",
        "阿宁没再争辩，转头上了马车。",
        "你惊叫一声，躲到我身后，死死抓着我的袖子不放。",
        "我话音未落，你已经拔剑冲了上去。",
    ],
)
def test_deeds_told_in_a_row_are_the_players_own(text):
    assert "role.player" in rules(text, YAN)


@pytest.mark.parametrize(
    "text",
    [
        "*我看着你收拾包袱，一句话也没说。*",
        "*他把茶推到你面前，转身出了门。*",
        "你把门关好，坐下来，听我说。",
        "阿宁，把门关上，风大。",
        "他说你拔剑冲上去的时候，他吓傻了。",
    ],
)
def test_what_is_asked_of_the_player_or_done_beside_them_is_not(text):
    assert "role.player" not in rules(text, YAN)
