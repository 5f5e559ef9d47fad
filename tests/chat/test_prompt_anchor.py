"""What never changes about a character, said again as a talk goes on: how deep, how long, how much of it."""

from dataclasses import replace
from itertools import pairwise, takewhile
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from characters.anchor import Core, anchor_of
from characters.traits import TRAITS, describe
from chat.prompts import Company, build_prompt, template_for
from chat.prompts.anchor import NAMES, reminder_for, since_farewell, stage_of, strength_of, weights_of
from chat.services.turns.answer import request_for
from inference.providers.anthropic import Anthropic
from inference.providers.lanes import Endpoint
from inference.tokens import estimate, estimate_lines
from tests.chat.test_prompts import context, said, sheet, whole

CORE = (
    Core("talk", -0.9, "Mira speaks one short sentence at a time."),
    Core("trust", -0.6, "Mira looks for the motive behind every kindness."),
    Core("humour", 0.4, "Mira comments with a straight face."),
)
NUMBERS = template_for(context()).numbers
branches = st.lists(st.sampled_from(["Go on.", "I must go.", "再见。", "Goodbye!"]), max_size=40).map(
    lambda texts: [said(number, text) for number, text in enumerate(texts)]
)


def talk(count: int, last: str = "", **fields):
    lines = [said(number) for number in range(count)]
    if last:
        lines[-1] = replace_text(lines[-1], last)
    return context(lines, sheet=sheet(anchor=CORE, **fields))


def replace_text(line, text: str):
    return line._replace(role="player", text=text)


def plain(count: int):
    return [said(number) for number in range(count)]


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_pinned_sliders_are_a_vector_and_sentences(language):
    traits = {
        "talk": {"value": 0, "pinned": True}, "manner": {"value": 75, "pinned": True},
        "trust": {"value": 100, "pinned": True}, "humour": {"value": 90, "pinned": False},
    }  # fmt: skip
    core = anchor_of(traits, language, "Mira")
    assert [(each.key, each.at) for each in core] == [("talk", -1.0), ("trust", 1.0), ("manner", 0.5)]
    assert core[0].says == describe("talk", 0, language, "Mira")
    assert anchor_of({}, language, "Mira") == ()


@given(st.dictionaries(st.sampled_from(TRAITS), st.integers(0, 100)))
def test_the_vector_lies_between_its_ends(values):
    core = anchor_of({key: {"value": value} for key, value in values.items()}, "en", "Mira")
    assert {each.key for each in core} == set(values)
    assert all(-1 <= each.at <= 1 and each.at == round((values[each.key] - 50) / 50, 2) for each in core)


def test_the_stages_have_the_weights_of_the_template():
    for count, last, name in ((4, "", "opening"), (30, "", "deep"), (30, "Goodbye.", "closing")):
        stage = stage_of(talk(count, last).branch, NUMBERS)
        assert stage.name == name
        assert stage.weights == pytest.approx(weights_of(name, NUMBERS))
    weights = [weights_of(name, NUMBERS) for name in NAMES]
    assert weights == [(0.7, 0.3), (0.4, 0.6), (0.6, 0.4)]


def test_a_template_may_give_neither_any_weight():
    nothing = {**NUMBERS, **{f"{name}_{what}": 0 for name in NAMES for what in ("persona", "task")}}
    assert reminder_for(talk(12), nothing).text


def test_weights_move_smoothly_from_message_to_message():
    weights = [stage_of(plain(count), NUMBERS).weights for count in range(40)]
    steps = [abs(after.persona - before.persona) for before, after in pairwise(weights)]
    assert max(steps) < 0.03
    assert sorted((each.persona for each in weights), reverse=True) == [each.persona for each in weights]
    assert all(each.persona + each.task == pytest.approx(1) for each in weights)


def test_a_farewell_is_felt_and_wears_off():
    shares = []
    for after in range(8):
        lines = [*plain(29), replace_text(said(1), "I must go, good night."), *plain(after)]
        shares.append(stage_of(lines, NUMBERS).weights.persona)
    assert shares[0] == pytest.approx(0.6)
    assert shares == sorted(shares, reverse=True)
    assert shares[-1] == pytest.approx(0.4)
    assert since_farewell([said(0, "Goodbye!")], 6) == 6, "the character's leave is not the player's"


@pytest.mark.parametrize("text", ["Good night!", "I have to go now", "那我先走了", "晚安", "bye"])
def test_leave_is_taken_in_both_languages(text):
    assert since_farewell([said(1, text)], 6) == 0


@pytest.mark.parametrize("text", ["The bystander waits.", "I must goad him.", "她走了", "What a good knight."])
def test_other_words_are_no_farewell(text):
    assert since_farewell([said(1, text)], 6) == 6


def test_the_reminder_stands_among_the_last_messages_and_never_before_them():
    for count in range(4, 41):
        gathered = talk(count)
        prompt = build_prompt(gathered)
        at = [number for number, line in enumerate(prompt.lines) if "this has not changed" in line.content]
        assert len(at) == 1
        told = prompt.manifest["stage"]
        after = [line for line in prompt.lines[at[0] :] if line.role != "system"]
        assert 0 <= told["depth"] <= 1
        assert len(after) <= told["depth"]
        bare = build_prompt(replace(gathered, sheet=sheet()))
        assert prompt.lines[: at[0]] == bare.lines[: at[0]], "what comes before it is as without it"
    assert "this has not changed" not in prompt.lines[0].content


def test_the_more_the_persona_weighs_the_nearer_and_the_longer():
    opening, deep = (reminder_for(talk(count), NUMBERS) for count in (5, 30))
    assert (opening.depth, deep.depth) == (0, 1)
    assert (opening.traits, deep.traits) == (("talk", "trust"), ("talk",))
    strong, weak = (strength_of(weights_of(name, NUMBERS), NUMBERS) for name in ("opening", "deep"))
    assert (strong, weak) == (1, 0)
    assert build_prompt(talk(30)).manifest["stage"] == {
        "name": "deep", "persona": 0.4, "task": 0.6, "depth": 1, "traits": ["talk"],
    }  # fmt: skip


@given(branches, st.lists(st.integers(1, 400), max_size=8))
def test_sentences_are_whole_and_within_their_length(branch, lengths):
    core = tuple(Core(f"trait{number}", 0.5, "x" * length) for number, length in enumerate(lengths))
    reminder = reminder_for(context(branch, sheet=sheet(anchor=core)), NUMBERS)
    assert estimate(reminder.text) <= NUMBERS["anchor_tokens_strong"] + len(core)
    for line in reminder.text.split("\n") if reminder.text else ():
        assert line.removeprefix("- ") in [each.says for each in core]
    assert 0 <= reminder.depth <= 2


def test_nothing_is_repeated_where_it_has_no_use():
    assert "this has not changed" not in whole(build_prompt(context(30)))
    assert "this has not changed" not in whole(build_prompt(talk(3)))
    assert "this has not changed" not in whole(build_prompt(replace(talk(30), kind="impersonate")))
    in_room = build_prompt(replace(talk(30), company=Company()))
    assert "this has not changed" in whole(in_room)
    chinese = build_prompt(talk(30, language="zh-hans"))
    assert "这几点没有变" in whole(chinese)
    assert "depth" not in build_prompt(talk(3)).manifest["stage"]
    assert "stage" not in build_prompt(context(30)).manifest


def test_the_same_talk_gives_the_same_reminder():
    gathered = talk(20)
    assert build_prompt(gathered) == build_prompt(gathered)


def test_what_providers_keep_of_a_talk_stays_about_nine_tenths_of_it():
    text = "She sets the bowl down and looks at the door. “You came by the river road, then.” " * 4
    lines = [said(number, text) for number in range(40)]
    prompts = [build_prompt(talk_of(lines[:count])).lines for count in range(10, 41, 2)]
    for before, after in pairwise(prompts):
        same = list(takewhile(lambda both: both[0] == both[1], zip(before, after, strict=False)))
        assert estimate_lines(line for line, _ in same) >= 0.88 * estimate_lines(before)


def test_what_a_provider_is_told_to_keep_is_there_again_at_the_next_turn():
    """A mark behind the reminder would be paid for at every turn, and never found again."""
    lines = [said(number, "She sets the bowl down.") for number in range(16)]
    provider = Anthropic(Endpoint("http://127.0.0.1:9/v1"))

    def asked(count: int) -> list[dict[str, Any]]:
        gathered = talk_of(lines[:count])
        request = request_for(build_prompt(gathered), gathered, UUID(int=1), "")
        body = provider.body(replace(request, model="claude"))
        return [*body["system"], *(block for message in body["messages"] for block in message["content"])]

    for now, then in pairwise(asked(count) for count in range(8, 17, 2)):
        marks = [at for at, block in enumerate(now) if "cache_control" in block]
        assert len(marks) == 2
        assert marks[-1] >= len(now) - 6
        kept, again = ([block["text"] for block in blocks[: marks[-1] + 1]] for blocks in (now, then))
        assert kept == again


def talk_of(lines):
    return context(lines, sheet=sheet(anchor=CORE, description="Keeps a tavern. " * 100), window_tokens=32_768)
