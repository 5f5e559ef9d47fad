"""What filters know of the world as data: aspects that can only be one way, things that a fact says something of."""

import pytest

from moderation.filters.base import Context, Stage, Text
from moderation.filters.coherence import CoherenceFilter
from moderation.filters.role import RoleFilter
from moderation.filters.tables import table


def scene(fact: str, *, language: str = "en", heard: str = "", trait: str = "") -> Context:
    speaker, player = ("Odile", "Ravi") if language == "en" else ("顾北", "小鱼")
    return Context(
        stage=Stage.OUTPUT,
        language=language,
        speaker=speaker,
        player=player,
        facts=(fact,) if fact else (),
        traits=(trait,) if trait else (),
        heard=heard,
    )


def slips(reply: str, context: Context) -> bool:
    return any(one.rule == "coherence.contradiction" for one in CoherenceFilter().look(Text(reply), context))


@pytest.mark.parametrize(
    ("fact", "reply"),
    [
        ("It is raining", "The sun beats down and there's not a cloud above us."),
        ("It is winter", "Sweltering, isn't it. This summer will be the end of me."),
        ("It is past midnight", "*I squint.* It's nearly noon, the road is full."),
        ("They are hiding in a cave", "Fetch the captain, I'm seasick and the ship rolls like a drunk."),
        ("Odile is a lawyer", "My students handed in their homework late again."),
        ("Odile broke her leg last week", "I went for a long run this morning."),
        ("Odile lost her left arm", "*I catch it with both hands.*"),
        ("Odile broke her glasses", "*She pushes her glasses up and reads on.*"),
        ("Odile is a widow", "My husband is waiting at home with the soup."),
        ("There is no electricity", "Switch on the lamp, will you."),
        ("The lift is out of order", "Take the lift, it is quicker."),
        ("Ravi has two arrows left", "You fired the last arrow an hour ago."),
        ("Ravi forbade Odile to enter the cellar", "I was down in the cellar sweeping, as I do every day."),
        ("Odile's parents live in Lima", "My mother is in the kitchen, ask her."),
        ("The trial begins on Monday", "The trial ended last week, he walked."),
        ("Ravi stole the lantern", "I stole that lantern, and I'd do it again."),
        ("Ravi is carrying the key", "I have the key here. *I pull it from my boot.*"),
        ("The crew is nine men", "A crew of forty will follow me."),
        ("The year is 1745", "It is 1980, Ravi."),
        ("Odile is 41", "I'll be sixty next month."),
        ("Odile has short hair", "*I throw my long braid over my shoulder.*"),
        ("Odile's phone is dead", "*I hold the phone to my ear.* It's ringing."),
        ("Odile has never been in love", "I loved him more than I can say."),
        ("Odile and Ravi have known each other for years", "So nice to meet you, Ravi."),
        ("The hotel is fully booked", "Plenty of rooms, take your pick."),
        ("Nobody else knows about the tunnel", "I told everyone about it over lunch."),
    ],
)
def test_a_reply_that_shows_things_another_way_is_told(fact: str, reply: str) -> None:
    assert slips(reply, scene(fact))


@pytest.mark.parametrize(
    ("fact", "reply"),
    [
        ("正在下暴雨", "太阳真好，一朵云都没有。"),
        ("现在是冬天", "三伏天真热，蝉叫得人心烦。"),
        ("现在是半夜", "都正午了，日头当空。"),
        ("他们躲在山洞里", "船身晃得我晕船。"),
        ("顾北是律师", "我的学生又没交作业。"),
        ("顾北上周摔断了腿", "早上刚跑了五公里。"),
        ("顾北没有左臂", "*他张开双臂。*"),
        ("顾北的妻子早就去世了", "我老婆今早还念叨你。"),
        ("屋里停电了", "开灯，看个电视。"),
        ("电梯坏了", "坐电梯上去，快些。"),
        ("小鱼还剩两支箭", "最后一支箭已经用掉了。"),
        ("审判在下周一", "审判上周就结束了。"),
        ("地图在小鱼身上", "地图我收着呢。"),
        ("顾北今年四十一岁", "下个月我就六十了。"),
        ("顾北的手机关机了", "*我掏出手机。*等等，手机响了。"),
        ("顾北和小鱼是老朋友", "初次见面，幸会。"),
        ("顾北早就原谅了小鱼", "我绝不原谅你。"),
    ],
)
def test_the_same_in_chinese(fact: str, reply: str) -> None:
    assert slips(reply, scene(fact, language="zh"))


@pytest.mark.parametrize(
    ("fact", "reply"),
    [
        ("It is snowing", "If the sun came out I would dance."),
        ("It is winter", "Last summer you swam here, remember?"),
        ("It is past midnight", "I was up at sunrise yesterday."),
        ("They are hiding in a cave", "I dreamt the ship rolls and you laugh."),
        ("Odile is a lawyer", "My clients lie to me before breakfast."),
        ("Odile broke her leg last week", "I used to run every morning. Now I read."),
        ("Odile lost her left arm", "When I had both hands I played the lute."),
        ("The lift is out of order", "They'll have the lift running again by Friday."),
        ("Ravi has two arrows left", "If you fire the last arrow we are done."),
        ("The trial begins on Monday", "The trial will be over before it is begun."),
        ("Ravi is carrying the key", "Give me the key, I have quicker hands."),
        ("Odile is 41", "I'll be forty-two next month."),
    ],
)
def test_what_only_plays_with_the_thought_is_none(fact: str, reply: str) -> None:
    assert not slips(reply, scene(fact))


def test_a_story_that_has_moved_on_may_be_elsewhere() -> None:
    fact, reply = "They are hiding in a cave", "The ship rolls. I'm seasick already."
    assert slips(reply, scene(fact, heard="Are you well?"))
    assert not slips(reply, scene(fact, heard="We leave at once, by boat."))


@pytest.mark.parametrize(
    ("trait", "reply"),
    [
        ("Odile trusts nobody", "Let the strangers in, people are good."),
        ("Odile is strict", "Come and go as you please, Ravi."),
        ("Odile is afraid of flying", "I adore take-off, that push in the back."),
        ("Odile never raises her voice", "GET OUT OF MY HOUSE RIGHT NOW!"),
    ],
)
def test_who_leaves_a_trait_is_told(trait: str, reply: str) -> None:
    assert any(one.rule == "role.traits" for one in RoleFilter().look(Text(reply), scene("", trait=trait)))


def test_an_order_to_do_what_one_cannot_is_no_slip() -> None:
    context = scene("", trait="Odile cannot read")
    assert not RoleFilter().look(Text("Read me the letter, and read it true."), context)


@pytest.mark.parametrize("name", ["states", "traits", "aspects", "things"])
def test_no_piece_of_a_table_stays_unfilled(name: str) -> None:
    words = ("alcohol", "drink", "gone", "they", "works", "i_am", "insults", "never", "she")
    assert all(f"{{{word}}}" not in str(table(name)) for word in words)
