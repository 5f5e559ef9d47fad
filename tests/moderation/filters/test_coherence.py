import time
from dataclasses import replace

import pytest

from moderation.filters.background import Background
from moderation.filters.base import Context, Stage, Text
from moderation.filters.coherence import CoherenceFilter
from moderation.filters.sentences import sentences

MIRA = Context(
    stage=Stage.OUTPUT,
    language="en",
    speaker="Mira",
    player="Alice",
    cast=("Tobin",),
    facts=(
        "Mira has two brothers",
        "Mira's eyes are grey",
        "The gate is closed at night",
        "Alice is married to Tobin",
        "Mira's father drowned when she was nine",
        "Mira's goat is called Bramble",
        "Alice moved here from Berlin",
        "Mira is thirty years old",
    ),
    earlier=("The rye is baked and the kettle is on. I never leave the cottage after dark.",),
)
YAN = Context(
    stage=Stage.OUTPUT,
    language="zh",
    speaker="沈砚",
    player="阿宁",
    facts=("沈砚是镇上的医生", "阿宁有一个妹妹", "沈砚骑一匹黑马", "阿宁住在城南", "沈砚的母亲三年前去世了"),
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
        ("The lake is cold. The lake is so cold. The lake is very cold.", MIRA, "coherence.loop"),
        ("Wait wait wait wait wait wait wait.", MIRA, "coherence.loop"),
        ("我会守着你。我一直会守着你。我会一直守着你。", YAN, "coherence.loop"),
        ("You are still a bachelor, Alice.", MIRA, "coherence.contradiction"),
        ("My dad called me this morning.", MIRA, "coherence.contradiction"),
        ("My horse Bramble is asleep.", MIRA, "coherence.contradiction"),
        ("You're from Vienna, right?", MIRA, "coherence.contradiction"),
        ("I'm twenty-six, Alice.", MIRA, "coherence.contradiction"),
        ("I have no brothers, I never had any.", MIRA, "coherence.contradiction"),
        ("我那匹白马跑得快。", YAN, "coherence.contradiction"),
        ("你家在城北，远着呢。", YAN, "coherence.contradiction"),
        ("我母亲今早捎信来了。", YAN, "coherence.contradiction"),
        ("Welcome, Susan. Sit down.", MIRA, "coherence.name"),
        ("You look pale, Mr. Prescott.", MIRA, "coherence.name"),
        ("I'm Carmen, by the way.", MIRA, "coherence.name"),
        ("好啊，志强，几点？", YAN, "coherence.name"),
        ("My name is Helena.", MIRA, "coherence.name"),
        ("我叫陆川，请坐。", YAN, "coherence.name"),
        ("They call me Captain Morales.", MIRA, "coherence.name"),
        ("Dig. Just dig. Dig. Just dig. Dig. Just dig.", MIRA, "coherence.loop"),
        ("You sold me the goat? Bramble is my dog.", MIRA, "coherence.contradiction"),
        ("I grew up an only child.", MIRA, "coherence.contradiction"),
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
        ("Over the hill, over the hill, and the lads come home no more.", MIRA),
        ("My father used to say that the sea gives nothing back.", MIRA),
        ("You're from Berlin, so you know what rain is.", MIRA),
        ("I was twenty when I came here.", MIRA),
        ("Bramble ate the hat. She would eat the gate, too.", MIRA),
        ("I never lock the gate, it closes by itself.", MIRA),
        ("我母亲若还在，也会留你吃饭。", YAN),
        ("你从城南过来，走了很久吧？", YAN),
        ("走，走，快走！别回头。", YAN),
        ("阿宁，先把药喝了。", YAN),
        ("你妹妹好些了吗？明天早上来拿药。", YAN),
        ("慢慢来，马上就好。", YAN),
        ("大夫叫我歇着，我叫大夫来喝茶。", YAN),
        ("以前有两匹马，黑的那匹还在。", YAN),
        ("There you are, my dear Ally. I kept your chair.", MIRA),
        ("The gate is open tonight, for the first time in years.", MIRA),
    ],
)
def test_what_does_is_left_alone(text, scene):
    assert rules(text, scene) == set()


def test_the_line_that_is_answered_is_no_answer():
    scene = Context(
        stage=Stage.OUTPUT, language="en", speaker="Mira", player="Alice", heard="Are you free tonight or not?"
    )
    assert rules("Are you free tonight? Are you free or not?", scene) == {"coherence.loop"}
    assert rules("Free? Tonight I am, come at eight.", scene) == set()


@pytest.mark.parametrize(("piece", "scene"), [("and then the rye again ", MIRA), ("然后又是一天接着一天", YAN)])
def test_what_never_comes_to_a_full_stop_is_looked_at_in_a_moment(piece, scene):
    said = [piece.replace("again", f"for the {n}th time") + str(n) for n in range(1_000)]
    endless = replace(scene, earlier=("".join(said[:500]), "".join(said[300:])))
    begun = time.process_time()
    rules("".join(reversed(said)), endless)
    assert time.process_time() - begun < 1.0  # a hundredth of it; with patterns that look back for each word, ten times


@pytest.mark.parametrize(
    ("fact", "said"),
    [
        ("Mira was built in Osaka.", "I was assembled in Hamburg."),
        ("We make port on Thursday.", "We will be in port by Saturday."),
        ("I sold my house in Cadiz.", "I still own the house in Cadiz."),
        ("Alice is an orphan.", "Your mother sent me, she waits downstairs."),
        ("Tobin lost his left arm.", "Tobin, use both your arms!"),
        ("Mira and Alice stole the crown.", "We never stole anything."),
    ],
)
def test_what_cannot_be_beside_a_fact_is_told(fact, said):
    assert rules(said, replace(MIRA, facts=(fact,), earlier=())) == {"coherence.contradiction"}


@pytest.mark.parametrize(
    ("fact", "said"),
    [
        ("膝盖已经不疼了。", "膝盖还疼得厉害。"),
        ("我把剑当了。", "我的剑一直挂在床头。"),
        ("阿宁是孤儿。", "你娘在山下等你。"),
        ("沈砚有一个姐姐。", "我是独子，家里就我一个。"),
        ("阿宁的弟弟住在12床。", "你妹妹在12床。"),
    ],
)
def test_what_cannot_be_beside_a_fact_is_told_in_chinese(fact, said):
    assert rules(said, replace(YAN, facts=(fact,), earlier=())) == {"coherence.contradiction"}


@pytest.mark.parametrize(
    ("fact", "text"),
    [
        ("Mira has no children.", "I have three little ones at home to feed."),
        ("Mira drove all night.", "I can't drive, never learned how."),
        ("Mira's sister is called Beatrice.", "My sister Anna would have liked you."),
        ("Mira killed the duke.", "You're the one who killed him, not me."),
        ("The bridge over the Tarn collapsed.", "The bridge is the quickest way."),
        ("Mira needs her coffee in the morning.", "Coffee? I never touch the stuff."),
        ("It is early afternoon.", "It's the middle of the night, go back to sleep."),
        ("Mira lost her right hand in the mill.", "*Mira claps her hands together.*"),
        ("我一辈子没有孩子。", "我家里两个孩子，大的都上学了。"),
        ("我骑了一夜的马才赶到。", "我不会骑马，从没学过。"),
        ("河上的桥被洪水冲垮了。", "走桥最快，二十分钟就到对岸。"),
        ("今早收到一封信。", "什么信？没人给我写过信。"),
    ],
)
def test_what_follows_from_a_fact_binds_too(fact, text):
    scene = Context(stage=Stage.OUTPUT, speaker="Mira", player="Alice", facts=(fact,))
    assert rules(text, scene) == {"coherence.contradiction"}
    assert rules(text, replace(scene, facts=())) == set()


@pytest.mark.parametrize(
    ("fact", "text"),
    [
        ("The house by the river is red.", "The house on the hill is white, the one by the river is red."),
        ("Mira's mother died when she was six.", "Mother would have set you a place and asked too much."),
        ("Mira sold her horse Storm.", "Storm would have made it in an hour. He belongs to somebody else now."),
        ("我女儿病死了。", "我女儿要是活着，也有你这么大了。"),
        ("桥被洪水冲垮了。", "桥没了，要么游过去，要么找船。"),
    ],
)
def test_what_only_sounds_like_it_is_left_alone(fact, text):
    scene = Context(stage=Stage.OUTPUT, speaker="Mira", player="Alice", facts=(fact,))
    assert rules(text, scene) == set()


@pytest.mark.parametrize(
    ("fact", "text"),
    [
        ("Ines proposed to Rob in May", "We're just neighbours, Rob, nothing more."),
        ("Ines's father died when she was nine", "Dad rang this morning, he wants us over on Sunday."),
        ("The airlock is broken", "Go out through the airlock, it's working fine."),
        ("Rob is allergic to lilies", "I put lilies by your bed, Rob."),
        ("The cat is called Button", "Button barks at the postman every single day."),
        ("Rob owes Ines nine hundred crowns", "I still owe you nine hundred, Rob, I know."),
    ],
)
def test_what_follows_from_a_fact_is_held_against_it(fact, text):
    scene = Context(stage=Stage.OUTPUT, language="en", speaker="Ines", player="Rob", facts=(fact,))
    assert {one.rule for one in CoherenceFilter().look(Text(text), scene)} == {"coherence.contradiction"}


@pytest.mark.parametrize(
    ("fact", "text"),
    [
        ("顾衡的女儿叫阿荷", "我这辈子没儿没女，一个人清净。"),
        ("小满欠顾衡五十两银子", "我欠你的五十两，过两天一定还。"),
        ("木屋里没有电", "把灯打开，电视也能看。"),
        ("大雪封山已经五天", "山路早就通了，刚才还有车上来。"),
        ("顾衡是渡口的船夫", "我打了半辈子铁，手艺还过得去。"),
    ],
)
def test_what_follows_from_a_chinese_fact_is_held_against_it(fact, text):
    scene = Context(stage=Stage.OUTPUT, language="zh", speaker="顾衡", player="小满", facts=(fact,))
    assert {one.rule for one in CoherenceFilter().look(Text(text), scene)} == {"coherence.contradiction"}


SHOP = Context(
    stage=Stage.OUTPUT,
    language="zh",
    speaker="沈砚",
    player="阿宁",
    facts=("沈砚的铺子叫“拾光堂”", "沈砚的妹妹叫沈眉"),
    heard="你在忙吗？",
)


@pytest.mark.parametrize(
    "text",
    [
        "清禾，把门关上。",
        "我妹妹沈兰明天回来。",
        "进了我这“听雨轩”，就得守我的规矩。",
        "慕容公子，请坐。",
        "裴某说到做到。",
        "晚晚，过来。",
    ],
)
def test_a_name_that_was_never_spoken_is_nobodys(text):
    assert {one.rule for one in CoherenceFilter().look(Text(text), SHOP)} == {"coherence.name"}


@pytest.mark.parametrize(
    "text",
    [
        "宁儿，把门关上。",
        "我妹妹沈眉明天回来。",
        "进了拾光堂，就得守规矩。",
        "沈某说到做到。",
        "慢慢来，不急。",
        "今晚，留下吃饭吧。",
        "清茶一杯，不值钱。",
    ],
)
def test_names_that_are_known_and_words_like_names_pass(text):
    assert CoherenceFilter().look(Text(text), SHOP) == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Kestrel, look at me.", {"coherence.name"}),
        ("I, Ravenna, swear it.", {"coherence.name"}),
        ("Tobin, look at me.", set()),
        ("Hurry, open the door.", set()),
        ("I love Paris, London, Rome.", set()),
    ],
)
def test_whoever_is_told_what_to_do_is_called_by_name(text, found):
    scene = Context(stage=Stage.OUTPUT, language="en", speaker="Mira", player="Alice", cast=("Tobin",))
    assert {one.rule for one in CoherenceFilter().look(Text(text), scene)} == found


@pytest.mark.parametrize(
    ("speaker", "player", "fact", "text"),
    [
        ("Mira", "Alice", "Mira has two brothers", "Your three brothers would get on with mine."),
        ("Mira", "Alice", "Mira has two brothers", "I wish I had three brothers, the roof would be done."),
        ("Mira", "Alice", "Mira lives in Porto", "My aunt lives in Lisbon and writes every week."),
        ("Mira", "Alice", "Mira is afraid of dogs", "You love dogs, so you hold the leash."),
        ("Mira", "Alice", "Mira's horse is black", "That white horse isn't mine, it's the priest's."),
        ("沈砚", "阿宁", "沈砚住在城南", "我姑姑住在城北，每月来一趟。"),
        ("沈砚", "阿宁", "沈砚的父亲淹死了", "你爹捎信来了，听着挺好。"),
        ("沈砚", "阿宁", "沈砚戒了酒", "你喝你的酒，我喝茶。"),
        ("沈砚", "阿宁", "沈砚骑一匹黑马", "那匹白马不是我的，是庙里的。"),
    ],
)
def test_what_is_true_of_somebody_else_goes_against_nothing(speaker, player, fact, text):
    scene = Context(stage=Stage.OUTPUT, speaker=speaker, player=player, facts=(fact,))
    assert rules(text, scene) == set()


@pytest.mark.parametrize(
    ("speaker", "player", "fact", "text"),
    [
        ("Mira", "Alice", "Mira has two brothers", "My three brothers would get on with yours."),
        ("Mira", "Alice", "Mira is afraid of heights", "I love sitting right on the edge with my legs dangling."),
        ("Mira", "Alice", "Mira speaks no Spanish", "*She answers the waiter in fluent Spanish.* Done?"),
        ("Mira", "Alice", "The library burned down last spring", "Meet me in the library after class."),
        ("Mira", "Alice", "The ring is hidden under the blue pot", "The ring? It is hidden under the stairs."),
        ("Mira", "Alice", "Mira is left-handed", "*She signs her name with her right hand.* There."),
        ("沈砚", "阿宁", "沈砚有个哥哥叫沈航", "沈航是我弟，还在上学呢。"),
        ("沈砚", "阿宁", "阿宁是沈砚的前妻", "我们从来没结过婚，你别乱说。"),
        ("Mira", "Alice", "Mira's mother is a judge", "My mum's been a florist all her life."),
        ("Mira", "Alice", "The war ended ten years ago", "Keep your head down, the front line is close."),
        ("Mira", "Alice", "Mira and Alice got engaged last month", "We've been married for what, ten years?"),
        ("沈砚", "阿宁", "她们在潜水艇里", "（打开窗户透透气）好点了吗？"),
        ("沈砚", "阿宁", "沈砚吃素", "*他切开牛排* 好吃吗？"),
        ("沈砚", "阿宁", "沈砚不会说法语", "*他用流利的法语和服务员聊了起来* 点好了。"),
        ("沈砚", "阿宁", "沈砚恐高", "去天台吧，我最喜欢坐在边上晃腿。"),
        ("沈砚", "阿宁", "井水有毒", "*从井里打了一桶水，仰头就喝* 你也来点。"),
    ],
)
def test_what_follows_from_how_things_stand_is_held_against_them(speaker, player, fact, text):
    scene = Context(stage=Stage.OUTPUT, speaker=speaker, player=player, facts=(fact,))
    assert rules(text, scene) == {"coherence.contradiction"}
    assert rules(text, replace(scene, facts=())) == set()


@pytest.mark.parametrize(
    ("fact", "text"),
    [
        ("Mira works the night shift", "Another night shift, and then I sleep until noon."),
        ("They are at anchor in the harbour", "Listen to the gulls. The harbour never sleeps."),
        ("沈砚上夜班", "今晚又是夜班，白天再睡。"),
    ],
)
def test_what_agrees_with_a_fact_is_no_other_way(fact, text):
    assert rules(text, Context(stage=Stage.OUTPUT, speaker="Mira", player="Alice", facts=(fact,))) == set()


@pytest.mark.parametrize(
    "text",
    [
        "*Elena sets the cup down and smiles.* Of course you can.",
        "*Mira looks at Sarah over the rim of her glass.* You should rest.",
        "Goodnight Peter, sleep well.",
        "*顾明轩放下茶杯* 请进。",
        "*沈砚看着婉儿* 你该歇歇了。",
        "亲爱的琳琳，别生气了。",
        "Lily，你怎么才来？",
        "史密斯先生，请跟我来。",
        "我是你的向导孟川。",
        "跟我还客气什么，晓琳。",
    ],
)
def test_who_acts_and_who_is_looked_at_have_their_own_names(text):
    chinese = not text.isascii()
    people = {"speaker": "沈砚", "player": "阿宁"} if chinese else {"speaker": "Mira", "player": "Alice"}
    assert rules(text, Context(stage=Stage.OUTPUT, **people)) == {"coherence.name"}
    known = Context(
        stage=Stage.OUTPUT, **people, facts=("Elena, Sarah and Peter; Lily", "顾明轩、婉儿、琳琳、史密斯、孟川、晓琳")
    )
    assert rules(text, known) == set()


@pytest.mark.parametrize(
    "text",
    [
        "叫我一声就行。",
        "我叫他别来，他偏来。",
        "亲爱的朋友，慢走。",
        "王掌柜今天不在，你明天再来。",
        "Paris, Rome, Vienna, I've seen none of them.",
    ],
)
def test_not_everything_before_a_comma_is_a_name(text):
    assert rules(text, Context(stage=Stage.OUTPUT, speaker="沈砚", player="阿宁")) == set()


@pytest.mark.parametrize(
    "text",
    [
        "Poppy, mostly. And a little thyme.",
        "It is old. Jade, I think.",
        "Florence, in winter, is cold.",
        "Georgia, where the peaches grow.",
        "Grant, or loan, it is all money.",
        "Marina, harbour, dock: they are all full.",
        "Mercedes, you said? I saw a van.",
        "Jasmine, your favourite.",
        "Amber, could you say? To me it looks like glass.",
        "Sienna, a little ochre, and the sky is done.",
        "Miles, and not one inn.",
        "*turns towards Florence, and counts the towers*",
        "*Ivy runs along the wall behind the bench.*",
        "桂花，还是茉莉？我都爱闻。",
        "桂花，你闻，都开了。",
        "你闻，玉兰。",
        "圆圆，亮亮，像面镜子。",
        "如烟，似雾，看不真切。",
        "*望着海涛，不说话*",
        "*看着玉兰，出了神*",
    ],
)
def test_names_that_are_words_or_places_call_nobody(text):
    people = {"speaker": "Mira", "player": "Alice"} if text.isascii() else {"speaker": "沈砚", "player": "阿宁"}
    assert rules(text, Context(stage=Stage.OUTPUT, **people)) == set()


@pytest.mark.parametrize(
    "text",
    [
        "Poppy, you look pale.",
        "Jade, did you sleep at all?",
        "Florence, come here.",
        "Thank you, Georgia, that was kind.",
        "*smiles at Florence*",
        "*glances at Amber*",
        "*Ivy laughs and shakes her head.*",
        "桂花，你怎么才来？",
        "玉兰，别怕。",
        "别怕，玉兰。",
        "谢谢你，桂花。",
        "*看着玉兰的眼睛* 你哭过。",
        "Lily，你怎么才来？",
    ],
)
def test_they_do_where_somebody_is_spoken_to_or_acts(text):
    people = {"speaker": "Mira", "player": "Alice"} if text.isascii() else {"speaker": "沈砚", "player": "阿宁"}
    assert rules(text, Context(stage=Stage.OUTPUT, **people)) == {"coherence.name"}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("*glances at Emma*", "Alice: my daughter Emma is asleep"),
        ("*glances at Emma*", "my daughter emma is asleep"),
        ("*takes Emma's hand* Come.", "Emma is her niece."),
        ("Kestrel, look at me.", "Kestrel flies her ship."),
        ("Welcome, Susan. Sit down.", "[The persona of Susan]"),
        ("You look pale, Mr. Prescott.", "Old Prescott owns the mill."),
        ("Kate, did you hear that?", "Katherine keeps the keys."),
        ("*Elena sets the cup down and smiles.* Of course.", "The landlady, Elena, hears everything."),
        ("好啊，志强，几点？", "阿宁：志强是我弟弟。"),
        ("李小姐，请坐。", "李小姐是这里的常客。"),
        ("*看着婉儿* 你该歇歇了。", "顾婉儿住在隔壁。"),
        ("*顾明轩放下茶杯* 请进。", "管家叫明轩。"),
        ("Lily，你怎么才来？", "她的朋友 Lily 住在城南。"),
    ],
)
def test_whoever_the_model_was_told_of_is_somebody(text, told):
    people = {"speaker": "Mira", "player": "Alice"} if text.isascii() else {"speaker": "沈砚", "player": "阿宁"}
    alone = Context(stage=Stage.OUTPUT, **people)
    assert rules(text, alone) == {"coherence.name"}
    assert rules(text, replace(alone, background=Background(["You are the keeper.", told]))) == set()
    # Parts of other words, and words in small letters, name nobody.
    others = Background(["An evening of emmas and Susannah; the kestrel's nest", "小姐们强身，顾客明理"])
    assert rules(text, replace(alone, background=others)) == {"coherence.name"}


def test_the_speaker_may_not_go_by_a_name_that_is_somebody_elses():
    told = Background(["Alice has a daughter, Helena."])
    scene = Context(stage=Stage.OUTPUT, speaker="Mira", player="Alice", background=told)
    assert rules("My name is Helena.", scene) == {"coherence.name"}


def test_of_a_long_prompt_the_names_are_read_once_and_in_a_moment():
    line = "Gwendolen of the Northern Marches keeps the Seven Gates, and Katherine the keys to all of them. "
    told = Background([line * 100] * 40)  # ninety thousand words, all that a window of 128,000 tokens holds
    scene = Context(stage=Stage.OUTPUT, speaker="Mira", player="Alice", background=told)
    begun = time.thread_time()
    for _ in range(20):
        assert rules("*glances at Emma*", scene) == {"coherence.name"}
    assert time.thread_time() - begun < 1.0


@pytest.mark.parametrize(
    ("fact", "text"),
    [
        ("Alice uses a wheelchair.", "*She stands up and walks over to the window.* It is late, Alice."),
        ("Alice is a vegetarian.", "*She bites into the chicken and grins.* You have your salad, Alice."),
        ("Alice can't swim.", "*She dives into the lake.* Stay on the pier, Alice."),
        ("Mira's birthday is in March.", "In June we drove to the coast, do you remember it."),
        ("Alice's father is a doctor.", "Your father is a terrible driver."),
        ("阿宁吃素。", "*她咬了一口鸡腿* 你的素面在这儿。"),
        ("阿宁坐轮椅。", "*她站起来，走到窗前。*"),
        ("我妈妈三年前去世了。", "我妈妈临终前托我照顾弟弟。"),
    ],
)
def test_what_is_pinned_of_the_player_binds_nobody_else(fact, text):
    speaker, player = ("Mira", "Alice") if fact.isascii() else ("沈砚", "阿宁")
    assert rules(text, Context(stage=Stage.OUTPUT, speaker=speaker, player=player, facts=(fact,))) == set()


@pytest.mark.parametrize("opened", ["*", "（", "(", "【"])
def test_an_act_that_is_never_closed_takes_no_longer(opened):
    texts = [opened + "他走过去看了看，没有说话" * many for many in (100, 1_000)]
    before = time.thread_time()
    for text in texts:
        assert "".join(sentences(text)) == text
    assert time.thread_time() - before < 0.2
