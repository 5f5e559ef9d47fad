"""What is heard to have happened between two people, in both languages, and where it takes them."""

import pytest

from characters.traits import read_traits
from memory.bonds.events import EVENTS, MOST_A_TURN, Happening, steps_of
from memory.bonds.hearing import what_happened
from memory.bonds.standing import Past, arc, dynamic, in_words, nearness_of, stand

TRUST = {"trust": {"value": 38, "pinned": False, "low": 20, "high": 50}, "manner": {"value": 70}}


def heard(player: str, reply: str = "") -> list[str]:
    return [each.event.key for each in what_happened(player, reply)]


@pytest.mark.parametrize(
    ("line", "event"),
    [
        ("Thank you for the soup.", "thanked"),
        ("谢谢你的汤。", "thanked"),
        ("You are so kind to me.", "praised"),
        ("你真体贴。", "praised"),
        ("I missed you.", "affection"),
        ("我好想你。", "affection"),
        ("I've never told anyone this.", "confided"),
        ("这事我没跟任何人说过。", "confided"),
        ("I'm so sorry about last night.", "apologised"),
        ("对不起，昨晚是我不好。", "apologised"),
        ("I kept my word: here is the letter.", "promise_kept"),
        ("答应你的信我带来了。", "promise_kept"),
        ("I forgot my promise.", "promise_broken"),
        ("我食言了。", "promise_broken"),
        ("I lied to you about the boat.", "lied"),
        ("船的事，我骗了你。", "lied"),
        ("You're an idiot.", "insulted"),
        ("你真没用。", "insulted"),
        ("I will hurt you.", "threatened"),
        ("我要杀了你。", "threatened"),
        ("haha, again!", "laughed"),
        ("哈哈，再来！", "laughed"),
        ("I brought you apples.", "gave"),
        ("给你带了苹果。", "gave"),
        ("How are you tonight?", "asked_after"),
        ("你今天过得怎么样？", "asked_after"),
        ("Take your time.", "gave_time"),
        ("慢慢来。", "gave_time"),
        ("Be honest with me.", "asked_frankness"),
        ("跟我说实话。", "asked_frankness"),
    ],
)
def test_what_a_line_does_is_heard(line: str, event: str) -> None:
    assert event in heard(line)


@pytest.mark.parametrize(
    "line",
    [
        "Don't thank me.",
        "I'm not sorry.",
        "I lied down for an hour.",
        "I would never hurt a fly.",
        "我不讨厌你。",
        "没谢谢的必要。",
        "The door is stupid.",
        "I'm sorry to say it rains.",
        "Just call me when you can.",
        "叫我起床。",
        "The rain has stopped.",
        "雨停了。",
    ],
)
def test_what_only_sounds_like_it_is_not(line: str) -> None:
    assert heard(line) == []


def test_who_laughs_at_somebody_does_not_warm_to_them() -> None:
    assert heard("haha, you're such an idiot, thanks") == ["insulted"]


@pytest.mark.parametrize(
    ("player", "reply", "event", "words"),
    [
        ("Call me Bird, please.", "", "named_player", "Bird"),
        ("叫我小鸟吧。", "", "named_player", "小鸟"),
        ("Good evening.", '"I\'ll call you Sparrow," she says.', "named_player", "Sparrow"),
        ("晚上好。", "那我就叫你阿霜好了。", "named_player", "阿霜"),
        ("Can I call you Captain?", "", "named_character", "Captain"),
        ("我以后就叫你船长。", "", "named_character", "船长"),
        ("Let's call it “the embassy”.", "", "shared_word", "the embassy"),
        ("这张桌子我们就叫它“大使馆”吧。", "", "shared_word", "大使馆"),
    ],
)
def test_names_and_words_of_their_own_are_kept(player: str, reply: str, event: str, words: str) -> None:
    [found] = [each for each in what_happened(player, reply) if each.words]
    assert (found.event.key, found.words) == (event, words)


def test_a_kindness_wears_off_and_a_hurt_does_not() -> None:
    praise, hurt = [Happening(EVENTS["praised"])], [Happening(EVENTS["lied"])]
    assert [step.moves for step in steps_of(praise, [])] == [{"manner": 2, "closeness": 2}]
    assert [step.moves for step in steps_of(praise, [["praised"]])] == [{"manner": 1, "closeness": 1}]
    assert steps_of(praise, [["praised"], [], ["praised"]]) == []
    assert steps_of(hurt, [["lied"], ["lied"]])[0].moves["trust"] == -6


def test_no_turn_moves_a_slider_by_more_than_a_little() -> None:
    everything = [Happening(event) for event in EVENTS.values()]
    for sign in (1, -1):
        chosen = [each for each in everything if sign * each.event.moves.get("trust", 0) > 0]
        moved = sum(step.moves.get("trust", 0) for step in steps_of(chosen, []))
        assert abs(moved) <= MOST_A_TURN


def test_bounds_are_the_authors_and_a_pinned_slider_does_not_move() -> None:
    standing = stand(dynamic(TRUST), [Past({"trust": 6, "manner": 6, "closeness": 3})] * 5)
    assert [(each.key, each.value) for each in standing.sliders] == [("trust", 50)]
    assert standing.closeness == 15
    back = stand(dynamic(TRUST), [*[Past({"trust": 6})] * 5, Past({"trust": -1})])
    assert back.sliders[0].value == 49, "who stands at a bound comes away with the first step back"
    assert stand(dynamic(TRUST), [Past({"trust": -6})] * 9).sliders[0].value == 20


def test_the_course_of_a_slider_begins_where_its_author_put_it() -> None:
    steps = [Past({"trust": 3}), Past({"closeness": 2}), Past({"trust": -6})]
    assert arc(dynamic(TRUST), steps, "trust") == [38, 41, 35]
    assert arc(dynamic(TRUST), steps, "closeness") == [0, 2]


def test_a_mood_is_of_this_talk_and_passes() -> None:
    hurt = Past({"trust": -6}, "hurt")
    assert stand((), [hurt]).mood == "hurt"
    assert stand((), [hurt._replace(here=False)]).mood == ""
    assert stand((), [hurt, *[Past({"closeness": 1})] * 6]).mood == ""


def test_the_latest_names_come_first_and_each_once() -> None:
    called = [Past({}, key="named_player", words=words) for words in ("Bird", "Sparrow", "Bird")]
    assert stand((), called).calls_player == ("Bird", "Sparrow")


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_the_model_is_told_what_changed_and_of_nothing_that_did_not(language: str) -> None:
    begun = in_words(stand(dynamic(TRUST), []), language, char="Mira", user="Ada")
    assert len(begun) == 1, "how near they are, and that is all"
    steps = [*[Past({"trust": 4, "closeness": 6}, "moved")] * 3, Past({}, key="shared_word", words="the embassy")]
    told = in_words(stand(dynamic(TRUST), steps), language, char="Mira", user="Ada")
    assert len(told) == 4
    assert "the embassy" in told[-1]
    assert all("{" not in line for line in told)


def test_closeness_has_five_names() -> None:
    assert [nearness_of(at) for at in (0, 11, 12, 30, 55, 80, 100)] == [0, 0, 1, 2, 3, 4, 4]


def test_every_event_moves_sliders_that_exist() -> None:
    names = {key for event in EVENTS.values() for key in event.moves} - {"closeness"}
    assert read_traits({name: {"value": 50} for name in names})
