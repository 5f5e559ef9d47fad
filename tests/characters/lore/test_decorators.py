"""Decorators at the start of an entry, as the V3 format describes them."""

from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest

from characters.lore import entry_of
from characters.lore.decorators import read_decorators

ROW: dict[str, Any] = {
    "id": UUID(int=1), "name": "", "content": "", "enabled": True, "keys": ["inn"], "secondary_keys": [],
    "logic": "and_any", "selective": False, "use_regex": False, "case_sensitive": None, "whole_words": None,
    "constant": False, "by_meaning": False, "scan_depth": None, "probability": 100, "sticky": 0, "cooldown": 0,
    "delay": 0, "group": "", "group_weight": 100, "group_override": False, "exclude_recursion": False,
    "prevent_recursion": False, "delay_until_recursion": 0, "place": "before_char", "depth": 4, "role": "system",
    "order": 100, "priority": 10, "position": 0,
}  # fmt: skip


def decorated(content: str, **fields: Any):
    return entry_of(SimpleNamespace(**{**ROW, "content": content, **fields}), book=UUID(int=2), scan_depth=7)


def test_they_are_taken_off_with_the_blank_lines_around_them():
    assert decorated("\n@@depth 2\n\n@@role user\n\nThe inn.\n@@not one\n").text == "The inn.\n@@not one"
    assert decorated("The inn.").text == "The inn."
    assert decorated("mail me @@ the inn").text == "mail me @@ the inn"
    assert decorated("@@activate").text == ""


@pytest.mark.parametrize(
    ("line", "field", "value"),
    [
        ("@@activate", "forced", True),
        ("@@dont_activate", "off", True),
        ("@@activate_only_after 3", "after", 3),
        ("@@activate_only_every 2", "every", 2),
        ("@@keep_activate_after_match", "latch", "on"),
        ("@@dont_activate_after_match", "latch", "off"),
        ("@@role assistant", "role", "assistant"),
        ("@@scan_depth 9", "scan_depth", 9),
        ("@@is_greeting 1", "greeting", 1),
        ("@@is_user_icon Ann", "icon", "Ann"),
        ("@@ignore_on_max_context", "first_to_go", True),
        ("@@additional_keys a, b", "needed", ("a", "b")),
        ("@@exclude_keys a,b", "excluded", ("a", "b")),
        ("@@additional_keys a\n@@additional_keys b", "needed", ("a", "b")),
        ("@@Depth 2", "depth", 2),
        ("@@scan_depth x", "scan_depth", 7),
        ("@@activate_only_every 0", "every", 0),
        ("@@scan_depth 99999999", "scan_depth", 7),
    ],
)
def test_what_each_says(line, field, value):
    assert getattr(decorated(f"{line}\nText"), field) == value


def test_activate_wins():
    both = decorated("@@dont_activate\n@@activate\nText")
    assert (both.forced, both.off) == (True, False)


def test_the_first_of_a_repeated_name_wins():
    assert decorated("@@depth 1\n@@depth 5\nText").depth == 1


def test_a_named_place_wins_over_a_depth_and_an_unknown_one_is_ignored():
    assert decorated("@@depth 2\nText").place == "at_depth"
    assert decorated("@@depth 2\n@@position before_desc\nText").place == "before_char"
    assert decorated("@@depth 2\n@@position somewhere\nText").place == "at_depth"
    backwards = decorated("@@reverse_depth 3\nText")
    assert (backwards.place, backwards.depth, backwards.from_start) == ("at_depth", 3, True)


@pytest.mark.parametrize("length", range(1, 8))
def test_fallbacks_are_read_as_far_down_as_needed(length):
    chain = "".join(f"@@@unheard_of_{number} 1\n" for number in range(length))
    assert decorated(f"@@unknown\n{chain}@@@depth 3\n@@@depth 5\nText").depth == 3


def test_a_fallback_of_what_is_understood_is_not_read():
    made = decorated("@@depth 2\n@@@role user\nText")
    assert (made.depth, made.role) == (2, "system")
    assert decorated("@@instruct_depth 2\n@@@depth 6\nText").depth == 6
    assert decorated("@@depth x\n@@@depth 6\nText").depth == 6


def test_what_an_entry_leaves_open_the_book_answers():
    made = decorated("Text", secondary_keys=["a"])
    assert (made.scan_depth, made.secondary) == (7, ())
    assert decorated("Text", secondary_keys=["a"], selective=True).secondary == ("a",)


def test_thousands_of_them_end():
    _, text = read_decorators("@@depth 1\n" * 5_000 + "Text")
    assert text.endswith("Text")
