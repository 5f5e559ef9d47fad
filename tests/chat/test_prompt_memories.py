"""Memories in a prompt: said once, where they came to mind, and there they stay."""

from typing import Any
from uuid import UUID

from chat.prompts import Persona, Prompt, PromptContext, Said, Sheet, build_prompt
from chat.prompts.context import Memories, Placed, Remembered
from tests.chat.test_prompts import context, whole

SHEET = Sheet(UUID(int=1), "en", "Mira", "Keeps a tavern.")


def memory(number: int, text: str = "", **more: Any) -> Remembered:
    return Remembered(UUID(int=1_000 + number), "memory", text or f"Fact {number} holds.", "3 May 2026", number, **more)


def talk(lines: int, memories: Memories, **more: Any) -> PromptContext:
    roles: Any = ("character", "player")
    branch = tuple(Said(UUID(int=1 + at), roles[at % 2], roles[at % 2], f"Line {at}.") for at in range(lines))
    return PromptContext(sheet=SHEET, persona=Persona("Alex"), branch=branch, memories=memories, **more)


def next_turn(prompt: Prompt, lines: int, known: dict[UUID, Remembered], **more: Any) -> Prompt:
    """Two lines later, with what the last manifest says stands where."""
    placed = tuple(
        Placed(UUID(at), tuple(known[UUID(each)] for each in rows if UUID(each) in known))
        for at, rows in prompt.manifest["placed"]
    )
    return build_prompt(talk(lines, Memories(placed=placed, state="done", **more)))


def whys(prompt: Prompt) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for each in prompt.manifest.get("memories", ()):
        found.setdefault(each["why"], []).append(each["id"])
    return found


def test_what_came_to_mind_is_said_once_and_stays_where_it_did():
    always, found = memory(1), memory(2)
    first = build_prompt(talk(4, Memories(standing=(always,), found=(found,), state="done")))
    later = next_turn(first, 6, {always.id: always, found.id: found}, standing=(always,), found=(found, memory(3)))
    assert list(later.lines[: len(first.lines) - 1]) == list(first.lines[:-1])
    assert whole(later).count("Fact 1 holds.") == whole(later).count("Fact 2 holds.") == 1
    assert whys(first) == {"standing": [str(always.id)], "recalled": [str(found.id)]}
    assert whys(later) == {"placed": [str(always.id), str(found.id)], "recalled": [str(memory(3).id)]}


def test_it_stands_before_the_line_that_brought_it_up():
    prompt = build_prompt(talk(4, Memories(found=(memory(1),), state="done")))
    contents = [line.content for line in prompt.lines]
    at = next(number for number, text in enumerate(contents) if text.startswith("[Memories]\nMira remembers:"))
    assert contents[at + 1] == "Line 3."


def test_what_is_forgotten_is_gone_from_where_it_stood():
    kept, forgotten = memory(1), memory(2, "The secret is out.")
    first = build_prompt(talk(4, Memories(found=(kept, forgotten), state="done")))
    later = next_turn(first, 6, {kept.id: kept})
    assert "secret" in whole(first)
    assert "secret" not in whole(later)
    assert "Fact 1 holds." in whole(later)


def test_what_the_talk_itself_says_is_not_said_again_until_it_has_left():
    told = memory(1, messages=(UUID(int=2),))
    assert whys(build_prompt(talk(4, Memories(standing=(told,), state="done")))) == {}
    left = talk(4, Memories(standing=(told,), state="done"), whole=False)
    left = PromptContext(sheet=SHEET, persona=left.persona, branch=left.branch[2:], memories=left.memories, whole=False)
    assert whys(build_prompt(left)) == {"standing": [str(told.id)]}


def test_a_second_line_of_a_memory_that_is_not_there_is_reason_enough_to_say_it():
    told = memory(1, messages=(UUID(int=2), UUID(int=999)))
    assert whys(build_prompt(talk(4, Memories(standing=(told,), state="done")))) == {"standing": [str(told.id)]}


def test_where_memories_stand_already_only_the_best_of_what_is_new_comes_up():
    rows = [memory(number, f"Fact {number} " + "is long " * 12) for number in range(40)]
    first = build_prompt(talk(4, Memories(found=tuple(rows[:12]), state="done")))
    later = next_turn(first, 6, {row.id: row for row in rows}, found=tuple(rows[12:24]))
    assert len(whys(first)["recalled"]) == 12
    assert whys(later)["recalled"] == [str(row.id) for row in rows[12 : 12 + len(whys(later)["recalled"])]]
    assert 3 <= len(whys(later)["recalled"]) <= 6
    assert len(later.manifest["cut"]["memories"]) == 12 - len(whys(later)["recalled"])


def test_what_was_recalled_longest_ago_goes_at_one_go_and_what_always_counts_stays():
    rows = [memory(number, f"Fact {number} " + "is long " * 30) for number in range(60)]
    placed = tuple(Placed(UUID(int=1 + at), tuple(rows[3 * at : 3 * at + 3])) for at in range(20))
    memories = Memories(standing=(rows[0],), placed=placed, state="done")
    prompt = build_prompt(talk(24, memories, window_tokens=32_768))
    there = whys(prompt)["placed"]
    assert there[0] == str(rows[0].id)
    assert there[1:] == [str(row.id) for row in rows[len(rows) - len(there) + 1 :]]
    assert len(rows) / 8 < len(there) < len(rows) / 2


def test_a_talk_without_memories_has_no_words_about_them():
    assert "[Memories]" not in whole(build_prompt(context()))
