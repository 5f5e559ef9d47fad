"""Three hundred lines later: what was told at the beginning is in the prompt, and what was forgotten is not."""

import re
from functools import partial
from uuid import UUID

import pytest
from asgiref.sync import async_to_sync

from accounts.blindindex import words
from chat.database import close_pool
from chat.models import CastMember
from chat.prompts import Persona, Prompt, build_prompt
from chat.services.remembering import remember_talk
from chat.services.turns.gather import gather
from chat.services.turns.memories import MORE, Whose
from memory.models import Memory
from memory.scope import Scope
from memory.services.corrections import forget
from tests.chat.grown import Talk
from tests.chat.stage import in_database, mira
from tests.memory.remembered import text_of
from tests.numbers import times

LINES = 300
# What is told, what is asked three hundred lines later, and what of it has to be in the prompt.
TOLD = {
    "en": (
        ("My sister is called Nora.", "Who else did our parents raise?", "Nora"),
        ("I'm allergic to peanuts.", "Could you cook something that won't send me to hospital?", "peanuts"),
        ("I work as a carpenter.", "How do I earn my living?", "carpenter"),
        ("My birthday is on the 3rd of May.", "When ought you bake a cake with candles?", "3rd of May"),
        ("I live in Lisbon.", "Which town do I return to every evening?", "Lisbon"),
        ("I'm terrified of spiders.", "What would make me scream if it sat on the pillow?", "spiders"),
        ("My favourite colour is dark green.", "Which paint shall we buy for the door?", "dark green"),
        ("Remember that the key lies under the blue flowerpot.", "How does one get in when I am away?", "flowerpot"),
    ),
    "zh-hans": (
        ("我妹妹叫小雨。", "家里还有谁和我一起长大？", "小雨"),
        ("我对花生过敏。", "做菜的时候要避开什么？", "花生"),
        ("我是一名木匠。", "靠什么手艺养活自己？", "木匠"),
        ("我的生日是五月三日。", "哪天该给我准备蛋糕？", "五月三日"),
        ("我住在杭州。", "每天晚上回哪座城？", "杭州"),
        ("我特别怕蜘蛛。", "什么东西会把人吓得尖叫？", "蜘蛛"),
        ("我最喜欢的颜色是墨绿色。", "门该刷哪种漆？", "墨绿色"),
        ("记住，备用钥匙在蓝花盆下面。", "没人在的时候怎么进屋？", "花盆"),
    ),
}  # fmt: skip
SMALL_TALK = {
    "en": (
        "The rain has not stopped since noon, and the river is at step {n}.",
        "*wipes the bar* “Then we wait. Number {n} on the slate is still unpaid.”",
        "Somebody left a boot by the fire, room {n} perhaps.",
        "“They always come back for the second one.” *she counts {n} candles*",
    ),
    "zh-hans": (
        "雨从中午下到现在，河水涨到第{n}级台阶了。",
        "*擦着柜台*“那就等着吧。黑板上第{n}笔账还没结。”",
        "火边有人落下一只靴子，大概是{n}号房的。",
        "“另一只他们总会回来找的。”*她数着{n}支蜡烛*",
    ),
}
EMPTY = {
    "a", "an", "and", "as", "at", "be", "by", "could", "did", "do", "does", "else", "every", "for",
    "get", "how", "i", "if", "in", "is", "it", "its", "me", "my", "of", "on", "ought", "our", "she",
    "so", "that", "the", "their", "they", "this", "to", "was", "we", "what", "when", "which", "while",
    "who", "will", "with", "would", "you", "your", "shall", "我", "的", "是", "了", "在", "有", "吗", "呢", "什么",
    "谁", "和", "一", "个", "给", "该", "把", "得", "会", "要", "哪", "怎么", "这", "那", "里", "还", "人",
}  # fmt: skip


def content_words(text: str) -> set[str]:
    return {re.sub(r"(?:ing|s|ed)$", "", word) for word in words(text) if word not in EMPTY and len(word) > 1}


@pytest.mark.parametrize("language", TOLD)
def test_a_question_shares_hardly_a_word_with_what_was_told(language):
    for told, question, _ in TOLD[language]:
        assert len(content_words(told) & content_words(question)) <= 1, (told, question)


@pytest.mark.timeout(300)
@pytest.mark.parametrize("language", TOLD)
def test_three_hundred_lines_later_what_was_told_is_in_the_prompt_and_what_is_forgotten_is_not(
    language, committed, settings
):
    settings.MEMORY_SECONDS = 20  # what is in it is the question here, not how fast this machine is today
    talk = Talk()
    told = TOLD[language]
    for fact, _, _ in told:
        talk.script(fact, SMALL_TALK[language][1].format(n=0))
    talk.play_on([SMALL_TALK[language][number % 4].format(n=number) for number in range(LINES - 2 * len(told))])
    while remember_talk(talk.id):
        pass
    for _, question, needle in told:
        prompt = asked(talk, question)
        assert needle in said_in(prompt), question
    for memory in Memory.objects.filter(pair__owner=talk.owner):
        if any(needle in text_of(memory) for _, _, needle in told[::2]):
            forget(user=talk.owner, memory_id=memory.pk)
    while remember_talk(talk.id):
        pass
    for number, (_, question, needle) in enumerate(told):
        assert (needle in said_in(asked(talk, question))) == bool(number % 2), question


def said_in(prompt: Prompt) -> str:
    return "\n".join(line.content for line in prompt.lines)


def asked(talk: Talk, question: str) -> Prompt:
    """The prompt that would answer it."""
    leaf, member = talk.say(question, role="player"), talk.row.cast.get()
    return async_to_sync(_prompt)(talk, leaf, member)


async def _prompt(talk: Talk, leaf: UUID, member: CastMember) -> Prompt:
    try:
        context = await gather(
            conversation_id=talk.id,
            version_id=member.version_id,
            leaf=leaf,
            persona=Persona("You"),
            kind="chat",
            plan="",
            whose=Whose(MORE, Scope(talk.owner.pk, member.character_id)),
        )
        assert context.memories.state == "done"
        return build_prompt(context)
    finally:
        await close_pool()


@pytest.mark.timeout(900)
@pytest.mark.parametrize("language", TOLD)
async def test_so_it_is_in_a_talk_that_was_played_line_by_line(language: str, stage, start_server, standin):
    """Through sockets, turns and tasks, with the stand-in; fewer lines in a short run, but more than any window has."""
    server = start_server(MEMORY_SECONDS="20")
    character = await in_database(lambda: mira("script-3"))
    player = await stage.player()
    talk = await stage.talk_with(player, character)
    page = await stage.open(talk, player, server=server)
    told = TOLD[language][:4]
    said = [fact for fact, _, _ in told]
    said += [
        SMALL_TALK[language][number % 4].format(n=number) for number in range(times("lines of a played talk") // 2)
    ]

    async def remembered() -> None:
        while await in_database(lambda: remember_talk(talk.pk)):
            pass

    async def prompt_for(question: str) -> str:
        assert (await page.turn(question)).end["status"] == "complete"
        asked = standin.requests(contains=question)[-1]["body"]["messages"]
        return "\n".join(message["content"] for message in asked)

    for number, line in enumerate(said):
        assert (await page.turn(line)).end["status"] == "complete"
        if number % 20 == 0:
            await remembered()
    await remembered()
    for fact, question, needle in told:
        prompt = await prompt_for(question)
        assert needle in prompt, question
        assert f"\n{fact}" not in prompt, "its line has left the window"
    forgotten, kept = told[0], told[1]
    for memory in await in_database(lambda: list(Memory.objects.filter(pair__owner=player.user))):
        if forgotten[2] in await in_database(partial(text_of, memory)):
            await in_database(partial(forget, user=player.user, memory_id=memory.pk))
    await remembered()
    prompt = await prompt_for(f"{forgotten[1]} …")
    assert forgotten[2] not in prompt
    assert kept[2] in prompt
