"""The understudy, through the network as any model: language, voice, variation, memory, special situations."""

import re

import pytest

from inference.standin.understudy.pieces import pieces, until_stop
from tests.inference.support import Connect, ask, read

MIRA = """You write the part of Mira in a role-play with Ada. Write only what Mira does and says next.

[Character: Mira]
Mira keeps the Lantern, a tavern on the harbour road. She is forty, quick with sums, slow with questions.
A ledger, a kettle, two candles.

[Traits]
How Mira behaves:
- sparing to talkative: 55 of 100

[Scenario]
The Lantern, past closing. Rain.

[Player: Ada]
Ada is a courier.

[Examples]
Ada: Is there a room?
Mira: *She turns the ledger round with one finger.* “There is always a room. There is not always a bed in it.”
"""
SOCRATES_ZH = """[Character: 苏格拉底]
苏格拉底，雅典的哲学家，赤脚，爱追问，自称一无所知，总在集市上问人什么是美德。

[Examples]
小雨：勇敢是什么？
苏格拉底：*他挠挠头。*“勇敢的人，都知道自己在怕什么吗？”
"""
PROGRAMMER = "[Character: Lin]\nLin is a programming expert, a software engineer who reads code for pleasure."
TEACHER = "[Character: Ms Vale]\nMs Vale is a patient teacher who explains every lesson step by step."
CHINESE = re.compile(r"[\u4e00-\u9fff]")
GREETING = "*She pushes the bread across.* “You came by the harbour road. Nobody does that for pleasure.”"


async def test_the_answer_is_in_the_players_language_not_the_cards(connect: Connect):
    assert CHINESE.search(await read(connect(), ask("understudy", "你好，外面下雨了。", system=MIRA)))
    english = await read(connect(), ask("understudy", "Good evening, wise man.", system=SOCRATES_ZH))
    assert len(CHINESE.findall(english.replace("苏格拉底", ""))) == 0


async def test_actions_and_speech_are_written_as_the_examples_write_them(connect: Connect):
    text = await read(connect(), ask("understudy", "I lost my ring.", system=MIRA))
    assert re.match(r"\*[^*]+\* “", text)
    assert text.count("“") == text.count("”")
    plain = await read(connect(), ask("understudy", "My tests are flaky.", system=PROGRAMMER))
    assert "*" not in plain.replace("**", "")


async def test_it_takes_up_what_was_just_said(connect: Connect):
    model = connect()
    takes = [
        await read(model, ask("understudy", "There is a strange map in the attic.", system=MIRA, seed=i))
        for i in range(6)
    ]
    assert sum("map" in take or "attic" in take for take in takes) >= 4
    zh = [await read(model, ask("understudy", "什么是勇敢？", system=SOCRATES_ZH, seed=i)) for i in range(6)]
    assert sum("勇敢" in take for take in zh) >= 4


async def test_two_takes_differ_and_one_seed_gives_one_take(connect: Connect):
    model, line = connect(), "My brother wrote me a letter."
    takes = {await read(model, ask("understudy", GREETING, line, system=MIRA)) for _ in range(4)}
    assert len(takes) == 4
    same = {await read(model, ask("understudy", line, system=MIRA, seed=7)) for _ in range(2)}
    assert len(same) == 1


@pytest.mark.parametrize(
    ("line", "about"),
    [
        ("Thank you. My sister Anna died last spring and I still talk to her.", "sister|dead|sorry|chair|odd|name"),
        ("Hello, Mira. There is a strange map in the attic.", "map|attic"),
        ("Yes, and the mill is haunted.", "mill|haunted"),
        ("谢谢你。我姐姐安娜去年春天走了，我还常跟她说话。", "姐姐|难过|名字|好受|椅子"),
    ],
)
async def test_a_courtesy_before_it_does_not_hide_what_is_said(connect: Connect, line: str, about: str):
    takes = [await read(connect(), ask("understudy", line, system=MIRA, seed=i)) for i in range(6)]
    assert sum(bool(re.search(about, take)) for take in takes) >= 4
    thanked = [await read(connect(), ask("understudy", "Thanks!", system=MIRA, seed=i)) for i in range(6)]
    assert not set(takes) & set(thanked)


@pytest.mark.parametrize("line", ["Thank you so much, Mira!", "Good evening.", "Good night.", "谢谢！", "晚安。"])
async def test_courtesies_are_each_characters_own(connect: Connect, line: str):
    said = [await read(connect(), ask("understudy", line, system=card)) for card in (MIRA, SOCRATES_ZH, TEACHER)]
    spoken = [re.sub(r"\*[^*]*\*", "", text) for text in said]
    assert len(set(spoken)) == 3


async def test_a_teacher_who_is_asked_again_says_it_differently(connect: Connect):
    talk: list[str] = []
    for line in ("Why is the sky blue?", "And why is the sunset red?", "Why?", "Why is grass green?", "Why is that?"):
        talk.append(line)
        talk.append(await read(connect(), ask("understudy", *talk, system=TEACHER)))
    sentences = [one.strip() for said in talk[1::2] for one in re.split(r"(?<=[.?!])\s+", said) if len(one) > 25]
    assert len(set(sentences)) == len(sentences)


async def test_code_comes_with_words_in_the_players_language(connect: Connect):
    line = "我的 Python 循环报 IndexError：for i in range(len(a)+1): print(a[i])"
    text = await read(connect(), ask("understudy", line, system=PROGRAMMER))
    assert "```python" in text
    assert CHINESE.search(text.partition("```")[0])


async def test_a_dinner_plan_is_no_letter(connect: Connect):
    system = "You are a helpful assistant."
    text = await read(connect(), ask("understudy", "Help me plan a birthday dinner for six on Friday.", system=system))
    assert re.search("menu", text, re.I)
    assert "Best wishes" not in text
    assert "Subject" in await read(connect(), ask("understudy", "Write an e-mail to my landlord.", system=system))


async def test_it_remembers_what_the_player_told_it(connect: Connect):
    talk = ["My name is Ada and I lost a silver ring in the old mill.", GREETING]
    lost = await read(connect(), ask("understudy", *talk, "Do you remember what I lost?", system=MIRA))
    assert "silver ring" in lost
    name = await read(connect(), ask("understudy", *talk, "Do you remember my name?", system=MIRA))
    assert "Ada" in name


async def test_it_never_says_what_it_is(connect: Connect):
    model = connect()
    for line in ("Are you an AI?", "Are you a stand-in?", "What model are you?", "你是人工智能吗？", "你是真人吗？"):
        for card in (MIRA, SOCRATES_ZH, PROGRAMMER, TEACHER, "You are a helpful assistant."):
            text = await read(model, ask("understudy", line, system=card))
            assert not re.search(r"\b(AI|language model|stand-?in|understudy|bot)\b|人工智能|模型|替身|机器人", text)


async def test_a_long_talk_does_not_repeat_itself(connect: Connect):
    model, talk, said = connect(), [], []
    lines = ["I came by the old bridge.", "The miller saw a light.", "What do you think?", "Nobody believes me.",
             "My sister laughed at it.", "Why would she?", "I will go back tonight.", "Come with me."]  # fmt: skip
    for i in range(24):
        talk.append(f"{lines[i % len(lines)]} That was day {i}.")
        said.append(await read(model, ask("understudy", *talk, system=MIRA)))
        talk.append(said[-1])
    assert len(set(said)) == len(said)
    speeches = re.findall(r"“([^”]{60,})”", "\n".join(said))
    assert len(set(speeches)) >= 0.9 * len(speeches)


async def test_a_question_of_code_gets_code_and_a_sum_its_result(connect: Connect):
    text = await read(connect(), ask("understudy", "How do I reverse a list in Python?", system=PROGRAMMER))
    assert "```python" in text
    assert text.count("```") == 2
    assert "84" in await read(connect(), ask("understudy", "What is 12 * 7?", system=TEACHER))


async def test_a_philosopher_asks_back_and_a_teacher_goes_step_by_step(connect: Connect):
    model = connect()
    asked = [await read(model, ask("understudy", "什么是美德？", system=SOCRATES_ZH, seed=i)) for i in range(5)]
    assert sum("？" in text for text in asked) >= 4
    assert "1." in await read(model, ask("understudy", "Why is there a rainbow?", system=TEACHER))


@pytest.mark.parametrize(
    ("begun", "carried_on"),
    [
        ("*She sets the cup down.* “The ring was my mother's, and", r"^,? .*”"),
        ("*She sets the cup", r"^,? [^*]*\*"),
        ("“勇敢这东西，我问过许多人", r"^，.*”"),
    ],
)
async def test_a_begun_reply_is_carried_on_and_what_is_open_is_closed(connect: Connect, begun: str, carried_on: str):
    text = await read(connect(), ask("understudy", "Tell me.", begun, system=MIRA))
    assert re.match(carried_on, text)
    whole = begun + text
    assert not text.startswith(begun)
    assert whole.count("“") == whole.count("”")
    assert whole.count("*") % 2 == 0


async def test_the_players_line_is_drafted_when_asked_for(connect: Connect):
    system = f"{MIRA}\n\n[Direction]\n[Draft Ada's next line] Write the next line of Ada."
    text = await read(connect(), ask("understudy", "Good evening.", GREETING, system=system))
    assert text
    assert not re.search(r"\bMira (says|looks)\b|\bShe\b", text)
    assert re.search(r"\bI\b|“", text)


async def test_titles_and_summaries_are_short_and_about_the_talk(connect: Connect):
    model = connect()
    title = await model.complete(
        ask("understudy", "I lost a ring in the old mill.", system="Give this conversation a title.")
    )
    assert 0 < len(title.text) <= 60
    assert "ring" in title.text
    note = await model.complete(
        ask("understudy", "Ada: 我丢了一枚戒指\n米拉：什么时候？", system="请概括这段对话，写成摘要。")
    )
    assert "戒指" in note.text


async def test_stop_strings_end_the_reply(connect: Connect):
    text = await read(connect(), ask("understudy", "I lost my ring.", system=MIRA, stop=("”",)))
    assert "”" not in text


@pytest.mark.parametrize("system", ["", "[Character: ]", "[Examples]", "[Character: A]\n" * 3, "*" * 500, "“" * 99])
@pytest.mark.parametrize("line", ["", "?", "…", "🎭", "a" * 5_000, "[Traits]", "{name} {topic} {0}", "\\1"])
async def test_an_odd_prompt_still_gets_an_answer(connect: Connect, system: str, line: str):
    assert await read(connect(), ask("understudy-ttft0-tps0", line, system=system))


@pytest.mark.parametrize("text", ["", "A word.", "*她笑了。*“你好，Ada。”\n\n```py\n  x = 1\n```\n", "  two  spaces "])
def test_pieces_joined_are_the_text(text: str):
    import random

    assert "".join(pieces(text, random.Random(1))) == text


def test_the_first_of_several_stop_strings_counts():
    assert until_stop("one\nAda: two\nMira:", ("\nMira:", "\nAda:", "")) == "one"
