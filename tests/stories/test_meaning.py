"""Free text as actions, in both languages: what clearly is one, and all that only looks like it."""

import pytest

from stories.meaning import meant
from stories.rules import Action, act, begin
from stories.shipped import shipped
from stories.telling import view
from tests.stories.test_telling import states

LAMP, ROW = Action("take", "lamp"), Action("choose", "row")


@pytest.fixture
def state(lamp):
    return begin(lamp, "s").state


@pytest.mark.parametrize(
    ("line", "action"),
    [
        ("take the lamp", LAMP),
        ("I take the old lamp.", LAMP),
        ("*takes the old lamp*", LAMP),
        ("*I pick up the old lamp* “Come.”", LAMP),
        ("I'll pick the old lamp up", LAMP),
        ("Look at the bell", Action("inspect", "bell")),
        ("I examine the bell carefully.", Action("inspect", "bell")),
        ("go to the cellar", Action("go", "cellar")),
        ("I talk to Mira", Action("talk", "mira")),
        ("hit Mira", Action("attack", "mira")),
        ("use the bell", Action("use", item="bell")),
        ("Row out!", ROW),
        ("kneel", Action("custom", "kneel")),
        ("I kneel down.", Action("custom", "kneel")),
        ("我拿起旧灯。", LAMP),
        ("拿旧灯", LAMP),
        ("把旧灯收起来", LAMP),
        ("*拿起旧灯* “走吧。”", LAMP),
        ("我仔细看看钟", Action("inspect", "bell")),
        ("去地窖", Action("go", "cellar")),
        ("跟米拉聊聊", Action("talk", "mira")),
        ("使用钟", Action("use", item="bell")),
        ("划出去。", ROW),
        ("跪下", Action("custom", "kneel")),
    ],
)
def test_what_clearly_is_an_action(lamp, state, line, action):
    assert meant(lamp, state, line) == action


@pytest.mark.parametrize(
    "line",
    [
        "I don't take the lamp",
        "Should I take the lamp?",
        "“Take the lamp!”",
        "I would take the lamp",
        "If I take the lamp, the ships are lost",
        "Row out?",
        "“Row out!”",
        "Mira takes the lamp",
        "You take the lamp",
        "I take the lamp and throw it into the sea",
        "I take the oil",  # in the cellar
        "I take the bell",  # it is fixed
        "I took the lamp yesterday",
        "I want to take the lamp",
        "talk to Tam",  # not here
        "wait for the ships",  # not now
        "go to the moon",
        "*takes the lamp* *drops it*",
        "我不拿旧灯",
        "要不要拿旧灯？",
        "我想拿旧灯",
        "如果拿旧灯",
        "米拉拿起旧灯",
        "“拿旧灯！”",
        "拿旧灯砸了窗子",
        "拿灯油",
        "跟阿谭聊聊",
        "等船来",
        "",
        "hello",
        "你好",
        "我有九百九十九枚金币",
    ],
)
def test_what_is_talk(lamp, state, line):
    assert meant(lamp, state, line) is None


def test_giving_and_using_name_two_things(lamp, state):
    state = act(lamp, state, LAMP, "s").state
    give = Action("give", "mira", "lamp")
    for line in ("give the lamp to Mira", "I hand Mira the old lamp", "我把旧灯交给米拉", "给米拉那盏旧灯"):
        assert meant(lamp, state, line.replace("the lamp", "the old lamp")) == give, line
    on_bell = Action("use", "bell", "lamp")
    for line in ("use the old lamp on the bell", "I use the old lamp with the bell.", "用旧灯碰碰钟", "把旧灯用在钟上"):
        assert meant(lamp, state, line) == on_bell, line


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize("name", shipped())
def test_whoever_types_the_words_of_a_choice_makes_it(name, language):
    book = shipped()[name]
    for seed in range(4):
        for state in states(book, seed):
            for option in view(book, state, language).options:
                typed = option.words.upper().replace("’", "'").rstrip(".。")
                assert not option.open or meant(book, state, typed) == option.action, option.words
