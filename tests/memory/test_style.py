# ruff: noqa: E501 – one sample of a voice, one line
"""A character's voice: measured, chosen, and called back when it drifts, in both languages."""

import pytest

from accounts.ids import uuid7
from memory.style.choice import Candidate, choose, is_sound
from memory.style.drift import called_back, drift
from memory.style.measure import measure

MIRA = "*I set the cup down and look up.* \"You're late again. Don't tell me the harbour kept you, I'd have heard the bell.\""
MIRA_LATER = "*I turn the lamp lower.* \"There's soup, if you're hungry. I wouldn't call it good, but it's hot.\""
MIRA_STILL = "*I wipe the counter twice.* \"Jonas wrote, didn't he? You've got that look about you, like rain coming.\""
YUE = "*我把茶盏放下，抬眼看你。*“又来晚了啊。别说是码头耽搁的，钟声我可没听见呢。”"
YUE_LATER = "*我把灯拨暗了些。*“锅里还有汤呢，饿了就喝。味道嘛，谈不上好，热是热的。”"
YUE_STILL = "*我擦了两遍柜台。*“约拿来信了吧？瞧你这脸色，跟要下雨似的。”"


def kinds(sample: str, replies: list[str], player: tuple[str, ...] = ()) -> list[str]:
    return [each.kind for each in drift(sample, replies, player)]


@pytest.mark.parametrize(("sample", "replies"), [(MIRA, [MIRA_LATER, MIRA_STILL]), (YUE, [YUE_LATER, YUE_STILL])])
def test_a_voice_that_holds_is_left_alone(sample: str, replies: list[str]) -> None:
    assert drift(sample, replies) == []


@pytest.mark.parametrize(("sample", "later"), [(MIRA, MIRA_LATER), (YUE, YUE_LATER)])
def test_length_is_measured_both_ways(sample: str, later: str) -> None:
    longer = [f"{later} {MIRA_STILL if sample is MIRA else YUE_STILL}" * 2, f"{later} {sample}" * 2]
    [found] = [each for each in drift(sample, longer) if each.kind == "length"]
    assert found.now > found.was == measure(sample).length
    long_sample = " ".join([sample, later] * 3)
    assert "length" in kinds(long_sample, ["*I nod.*" if sample is MIRA else "*我点头。*"] * 2)


def test_a_stiff_tongue_is_heard_in_english() -> None:
    stiff = [
        '*I set it down.* "It is late indeed. I cannot permit this, sir; however, I shall perhaps reconsider, whilst you wait."',
        '*I look up.* "I am certainly glad. One ought to dine upon arrival; therefore I shall kindly fetch it."',
    ]
    assert "register" in kinds(MIRA, stiff)
    assert called_back(drift(MIRA, stiff), "en", "Mira")[0] == "Mira speaks less stiffly than of late."


def test_a_stiff_tongue_is_heard_in_chinese() -> None:
    stiff = [
        "*我放下茶盏。*“阁下来迟，在下甚为遗憾。倘若码头之事属实，亦请恕我未曾听闻钟声。”",
        "*我看向您。*“然而汤羹尚且温热，敬请享用。因此，您无须自责。”",
    ]
    assert "register" in kinds(YUE, stiff)


def test_a_change_of_person_is_heard() -> None:
    assert kinds(MIRA, [MIRA_LATER.replace("I turn", "She turns"), MIRA_STILL.replace("I wipe", "She wipes")]) == [
        "person"
    ]
    assert kinds(YUE, [YUE_LATER.replace("我把", "她把"), YUE_STILL.replace("我擦", "她擦")]) == ["person"]


def test_a_character_answers_in_the_language_it_is_spoken_to() -> None:
    asked = ("Where have you been all evening?",)
    assert kinds(MIRA, [MIRA_LATER, YUE_STILL], asked) == ["language"]
    assert kinds(MIRA, [MIRA_LATER, YUE_STILL], ("你今晚去哪里了？",)) == []
    assert called_back(drift(YUE, [YUE_LATER, MIRA], ("你今晚去哪里了？",)), "zh-hans", "阿月") == [
        "别人对阿月说中文，阿月就用中文回答。"
    ]


@pytest.mark.parametrize(
    ("sample", "replies", "words"),
    [
        (MIRA, [f"{each} And mind the third step." for each in (MIRA_LATER, MIRA_STILL, MIRA)], "mind the third step"),
        (YUE, [f"{each}小心门口那一级台阶。" for each in (YUE_LATER, YUE_STILL, YUE)], "心门口那一级台"),
    ],
)
def test_what_is_said_over_and_over_is_named(sample: str, replies: list[str], words: str) -> None:
    [found] = [each for each in drift(sample, replies) if each.kind == "catchphrase"]
    assert found.now == 3
    assert set(words) & set(found.words)


@pytest.mark.parametrize(
    ("sample", "reply"),
    [
        (MIRA, "Certainly! Is there anything else I can do for you?"),
        (YUE, "作为一个人工智能，我没有感情。还有什么可以帮您？"),
    ],
)
def test_a_programs_talk_is_called_out_at_once(sample: str, reply: str) -> None:
    assert "program" in kinds(sample, [reply])


def test_nothing_said_is_no_drift() -> None:
    assert drift(MIRA, []) == []
    assert drift("", ["", ""]) == []


def test_the_first_liked_reply_is_the_sample_else_the_first_that_is_sound() -> None:
    broken, short, sound, liked = (
        Candidate(uuid7(), MIRA, complete=False),
        Candidate(uuid7(), "*I nod.*"),
        Candidate(uuid7(), MIRA_LATER),
        Candidate(uuid7(), MIRA_STILL),
    )
    replies = [broken, short, sound, liked]
    assert choose(replies).id == sound.id
    chosen = choose(replies, liked={liked.id, uuid7()})
    assert (chosen.id, chosen.liked) == (liked.id, True)
    assert choose([broken, short]) is None


@pytest.mark.parametrize("text", [MIRA, YUE])
def test_a_sound_reply(text: str) -> None:
    assert is_sound(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Yes.",
        MIRA[:-20],
        f"{MIRA} {YUE}",
        "As an AI language model I have no tavern, but I can tell you about many taverns and their keepers.",
        "Here is what we have tonight:\n- soup, hot and thin\n- bread, from yesterday\n- apples from the harbour.",
        "I say what I say. " * 30,
        "*I look up and see that you are late, and that it has rained all the way from the harbour.",
    ],
)
def test_what_shows_no_voice_is_no_sample(text: str) -> None:
    assert not is_sound(text)
