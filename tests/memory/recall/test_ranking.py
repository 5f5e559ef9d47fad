"""What comes up first, and what does not come up."""

import random
from datetime import timedelta
from uuid import UUID

import pytest

from memory.recall.question import question_for, without_names
from memory.recall.ranking import Bounds, ranked
from memory.recall.shelf import Shelf
from tests.memory.recall.shelves import BEGAN, ask, line, memory

SMALL_TALK = [line(number, f"Nothing new under the sun, number {number} of many.") for number in range(50, 80)]


def test_a_line_is_found_by_what_it_answers() -> None:
    rows = [line(1, "Which instrument do you play?", "Ben"), line(2, "The cello, since I was six."), *SMALL_TALK]
    assert "The cello, since I was six." in ask(rows, "What instrument was it?", most=2)


def test_a_statement_comes_before_the_question_it_answers() -> None:
    rows = [line(1, "Is Pickles your cat?", "Ben"), line(3, "Pickles is my cat.", days=1), *SMALL_TALK]
    assert ask(rows, "Who is Pickles, the cat?") == ["Pickles is my cat.", "Is Pickles your cat?"]


def test_who_is_named_has_said_it() -> None:
    rows = [line(1, "I adore the sea.", "Ben"), line(3, "I adore the sea.", "Mira"), *SMALL_TALK]
    shelf = Shelf(rows)
    found = ranked(shelf, question_for(shelf, "Does Mira adore the sea?", BEGAN), Bounds(5))
    assert shelf.rows[found[0][0]].speaker == "Mira"


def test_the_day_that_is_named_comes_first() -> None:
    rows = [line(number, f"We ate soup number {number}.", days=number) for number in range(1, 20, 2)]
    assert ask(rows, "Which soup did we eat on 8 May?")[0] == "We ate soup number 7."
    assert ask(rows, "我们5月8日吃了什么？")[0] == "We ate soup number 7."


def test_a_fact_stands_for_the_line_it_was_learnt_from() -> None:
    rows = [line(1, "I moved to Lisbon in spring, by the way."), memory(1, "The player lives in Lisbon.", 1)]
    assert ask(rows, "Lisbon") == ["The player lives in Lisbon."]


def test_what_matters_more_comes_first() -> None:
    rows = [memory(1, "Likes green tea.", 1, importance=20), memory(2, "Likes black tea.", 2, importance=90)]
    assert ask(rows, "tea")[0] == "Likes black tea."


def test_what_shares_nothing_with_it_does_not_come_up() -> None:
    assert ask([line(1, "I adore the sea."), *SMALL_TALK], "Shall we dance?") == []


def test_neither_does_what_is_in_the_prompt() -> None:
    rows = [line(1, "I adore the sea."), memory(1, "Adores the sea.", 1)]
    assert ask(rows, "the sea", but=frozenset({UUID(int=1)})) == []


def test_what_has_room_comes_up_best_first() -> None:
    rows = [line(1, "The sea, the sea. " + "It was wide and wild. " * 40), line(3, "The sea was calm.", days=1)]
    assert ask(rows, "sea", tokens=20) == ["The sea was calm."]
    assert len(ask(rows, "sea", most=1)) == 1


def test_meaning_finds_what_no_word_does() -> None:
    rows = [line(1, "My sister sails."), line(3, "Bread is dear.", days=1), *SMALL_TALK]
    near = {rows[0].id: 0.8, rows[1].id: 0.1} | {row.id: 0.05 for row in SMALL_TALK}
    assert ask(rows, "Who of the family owns a yacht?", likeness=near, least_likeness=0.35) == ["My sister sails."]


def test_chinese_is_found_by_its_pairs() -> None:
    rows = [line(1, "我昨天在绿禾公园看到了樱花。"), line(3, "我们去看电影吧。", days=1), *SMALL_TALK]
    assert ask(rows, "公园里有什么？")[0] == "我昨天在绿禾公园看到了樱花。"


def test_a_name_in_the_question_is_not_given_to_the_encoder() -> None:
    assert without_names("What does Mira's sister play?", {"mira"}) == "What does sister play?"
    assert without_names("Mira?", {"mira"}) == "Mira?"


@pytest.mark.parametrize("seed", range(5))
def test_a_shelf_that_grew_is_the_one_that_was_made_at_once(seed: int) -> None:
    dice = random.Random(seed)
    words = ["sea", "soup", "cello", "paint", "公园", "樱花", "night", "river"]
    rows = [
        line(
            number, " ".join(dice.choices(words, k=dice.randint(1, 8))), dice.choice(["Mira", "Ben"]), days=number // 9
        )
        for number in range(1, 60)
    ]
    grown = Shelf()
    for row in rows:
        grown.add(row)
    made = Shelf(rows)
    for question in ("sea and soup", "Mira 公园", "night of 3 May"):
        asked = question_for(made, question, BEGAN + timedelta(days=30))
        assert ranked(grown, asked, Bounds(60, weak=True)) == ranked(made, asked, Bounds(60, weak=True))
