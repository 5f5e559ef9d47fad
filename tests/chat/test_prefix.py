"""Providers keep what a prompt has in common with the one before it: nearly all, but where the talk was cut."""

import random
from itertools import pairwise
from statistics import median
from typing import Any
from uuid import UUID

import pytest

from accounts.ids import uuid7
from bench.prefix import GOAL, TURNS, Talk, Turn, cost, turns_of
from chat.database import close_pool
from chat.prompts.steps import LEAST_MESSAGES, MOST_MESSAGES, beginning, kept_of
from chat.services.turns.rebuild import rebuild_prompt
from tests.chat.grown import Talk as Grown
from tests.chat.stage import Stage, in_database
from tests.stack import StandIn


@pytest.fixture(scope="module")
def turns() -> list[Turn]:
    return turns_of(Talk().prompts())


def test_nine_tenths_of_a_long_talk_are_what_the_last_prompt_began_with(turns: list[Turn]):
    assert len(turns) == TURNS - 1
    long = [turn.share for turn in turns if not turn.cut and turn.messages >= LEAST_MESSAGES]
    assert len(long) > TURNS * 0.7
    assert min(long) >= GOAL
    assert median(long) >= 0.94


def test_so_are_they_of_a_young_talk_as_soon_as_what_is_new_is_less_than_a_tenth(turns: list[Turn]):
    """In the first few turns two lines, and what they call up, are more of a prompt than that."""
    short = [turn for turn in turns if turn.messages < LEAST_MESSAGES and not turn.cut]
    assert all(turn.share >= GOAL for turn in short if turn.messages > 12)
    assert all(turn.share >= 0.8 for turn in short)


def test_what_is_new_is_two_lines_and_what_came_up_however_long_the_talk_is(turns: list[Turn]):
    assert all(turn.tokens - turn.kept < 1_100 for turn in turns if not turn.cut)


def test_it_is_cut_seldom(turns: list[Turn]):
    assert sum(turn.cut for turn in turns) <= 0.14 * len(turns)
    assert all(turn.messages >= LEAST_MESSAGES for turn in turns if turn.cut)


def test_what_goes_in_costs_a_quarter_and_less_than_half_of_what_a_window_costs_that_slides(turns: list[Turn]):
    assert cost(turns) < cost(turns, cached=False) / 4
    assert cost(turns) < cost(turns_of(Talk(sliding=True).prompts())) / 2


def test_where_the_model_has_little_room_it_is_cut_in_steps_too():
    """Nothing but a cut changes the beginning, also where lore and what is recalled come and go."""
    turns = turns_of(Talk(window=8_192).prompts())
    assert sum(turn.cut for turn in turns) <= 0.42 * len(turns)
    assert all(turn.tokens - turn.kept < 1_250 for turn in turns if not turn.cut)


@pytest.mark.parametrize("named", [lambda number: uuid7(), lambda number: UUID(int=number + 1), None])
def test_the_beginning_stays_for_many_messages_whatever_their_ids_are(named):
    dice = random.Random(3)
    ids = [(named(number) if named else UUID(int=dice.getrandbits(128))) for number in range(1_000)]
    begins = []
    for end in range(1, len(ids) + 1):
        newest = ids[max(0, end - MOST_MESSAGES) : end][::-1]
        many = kept_of(newest)
        assert many == end if end < MOST_MESSAGES else LEAST_MESSAGES <= many <= MOST_MESSAGES
        begins.append(end - many)
    assert begins == sorted(begins), "what has gone does not come back"
    moves = sum(one != other for one, other in pairwise(begins))
    assert moves <= 2 * len(ids) / (MOST_MESSAGES - LEAST_MESSAGES + 2) * 1.3


def test_the_beginning_depends_on_the_messages_alone():
    ids = [uuid7() for _ in range(30)]
    at = beginning(ids)
    assert beginning(ids[: at + 1]) == at
    assert beginning(ids[at:]) == 0


async def test_a_long_talk_goes_on_where_its_last_prompt_began_and_is_built_again_to_the_letter(
    stage: Stage, standin: StandIn
):
    player = await stage.player()

    def grow() -> Any:
        talk = Grown(player.user)
        for number in range(MOST_MESSAGES + 20):
            talk.say(f"Line {number} of a long talk.")
        return talk.row

    row = await in_database(grow)
    stage.talks.append(row)
    page, word = await stage.open(row, player), f"Zanzibar{uuid7().hex}"
    for number in range(3):
        assert (await page.turn(f"{word} {number}")).end["status"] == "complete"
    ids = [UUID(message.id) for message in await stage.messages(row)]
    turns = await stage.turns(row)
    begins = []
    for turn in turns:
        newest = ids[: ids.index(turn.parent_id) + 1][: -MOST_MESSAGES - 1 : -1]
        assert turn.manifest["messages"] == kept_of(newest)
        assert (await rebuild_prompt(turn, user_id=player.user.pk)).exact
        begins.append(newest[kept_of(newest) - 1])
    await close_pool()
    asked = [entry["body"]["messages"] for entry in standin.requests(contains=word)]
    assert len(asked) == len(turns)
    for (one, other), (then, now) in zip(pairwise(begins), pairwise(asked), strict=True):
        if one == other:
            assert now[: len(then) - 1] == then[:-1]
