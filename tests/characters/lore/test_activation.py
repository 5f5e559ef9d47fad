"""When entries come up, stay, rest and give way, turn after turn."""

from dataclasses import replace
from uuid import UUID

import pytest

from characters.lore import Moment, activate, compile_books, state_of
from characters.lore.outcome import Activation
from tests.characters.lore.talk import Line, Stage, book, causes, entry, fires, fresh_id, names, talk


def test_what_fired_says_why_which_key_and_where():
    lines = talk("The inn is warm.", "And the cellar?", "Cold.")
    made = entry("tavern", "cellar")
    [fired] = activate(compile_books([book(made)]), lines, moment=Moment()).fresh
    assert (fired.why, fired.key, fired.message) == ("key", 1, lines[1].id)
    assert fired.stand.message == lines[2].id, "it is said behind what is answered"


def test_how_far_back_is_looked():
    made = entry("inn", scan_depth=2)
    assert fires(made, "the inn", "yes")
    assert not fires(made, "the inn", "yes", "and then")
    assert not fires(entry("inn", scan_depth=0), "the inn")


def test_constant_needs_no_key_and_is_stable():
    found = activate(compile_books([book(entry(constant=True, text="Rain."))]), talk("hello"), moment=Moment())
    assert [(each.why, each.stand) for each in found.stable] == [("constant", None)]
    assert not found.fresh


def test_what_stands_in_the_prompt_is_not_said_again_and_keeps_its_place():
    stage = Stage(book(entry("inn")))
    first = stage.hear("the inn")
    second = stage.hear("the inn again")
    assert names(first.fresh) == ["inn"]
    assert (names(second.standing), names(second.fresh), names(second.again)) == (["inn"], [], ["inn"])
    assert second.standing[0].stand == first.fresh[0].stand


def test_it_comes_up_anew_when_the_message_it_stood_at_left_the_window():
    stage = Stage(book(entry("inn")))
    stage.hear("the inn")
    stage.forget()
    assert names(stage.hear("no word of it").standing) == []
    assert names(stage.hear("the inn").fresh) == ["inn"]


def test_another_take_finds_the_same_lore():
    stage = Stage(book(*(entry(f"k{number}", probability=50) for number in range(40))))
    stage.hear("hello")
    stage.branch.append(Line(fresh_id(), "player", " ".join(f"k{number}" for number in range(40))))
    first, second = stage.look(), stage.look()
    assert first == second
    assert 5 < len(first.fresh) < 35
    assert set(causes(first).values()) == {"chance"}
    stage.branch[-1] = replace(stage.branch[-1], id=fresh_id())
    assert names(stage.look().fresh) != names(first.fresh), "another line rolls anew"


def test_a_fork_forgets_what_fired_on_the_other_branch():
    stage = Stage(book(entry("inn")))
    stage.hear("hello")
    before, line = stage.state, list(stage.branch)
    assert names(stage.hear("the inn").fresh) == ["inn"]
    stage.branch, stage.state = line, before
    found = stage.hear("something else")
    assert not found.standing
    assert not found.fresh


def test_sticky_says_it_again_while_it_lasts():
    stage = Stage(book(entry("inn", sticky=4)))
    stage.hear("the inn", "It is.")
    stage.forget()
    again = stage.hear("nothing")
    assert [(each.why, each.entry.keys[0]) for each in again.fresh] == [("sticky", "inn")]
    stage.forget()
    assert names(stage.hear("nothing").fresh) == ["inn"]
    stage.forget()
    assert names(stage.hear("nothing").fresh) == []


def test_cooldown_rests_after_it_fired():
    stage = Stage(book(entry("inn", cooldown=2)))
    stage.hear("the inn")
    stage.forget()
    resting = stage.hear("the inn")
    assert (names(resting.fresh), causes(resting)) == ([], {"inn": "cooldown"})
    stage.forget()
    assert names(stage.hear("the inn").fresh) == ["inn"]


def test_delay_counts_all_messages_of_the_talk():
    stage = Stage(book(entry("inn", delay=4)))
    assert causes(stage.hear("the inn")) == {"inn": "delay"}
    assert causes(stage.hear("the inn")) == {"inn": "delay"}
    stage.forget()  # the window moved on; the count did not
    assert names(stage.hear("the inn").fresh) == ["inn"]


def test_decorated_counts_of_replies():
    stage = Stage(book(entry("inn", after=2), entry(constant=True, every=2, name="every")))
    came_up = []
    for _ in range(5):
        came_up.append(names(stage.hear("the inn").fresh))
        stage.forget()
    assert came_up == [[], [], ["inn", "every"], ["inn"], ["inn", "every"]]


def test_latches():
    stage = Stage(book(entry("inn", latch="on"), entry("oath", latch="off")))
    stage.hear("the inn and the oath")
    for _ in range(3):
        stage.forget()
        later = stage.hear("the oath")
        assert [(each.why, names([each])[0]) for each in later.fresh] == [("latched", "inn")]
        assert causes(later) == {"oath": "once"}


def test_greeting_icon_needed_and_excluded_keys():
    assert fires(entry("inn", greeting=1), "the inn", greeting=1)
    assert not fires(entry("inn", greeting=1), "the inn", greeting=0)
    assert not fires(entry("inn", icon="Ann"), "the inn")
    assert fires(entry("inn", icon="Ann"), "the inn", icon="Ann")
    assert not fires(entry("inn", needed=("rain", "dusk")), "the inn in rain")
    assert fires(entry("inn", needed=("rain", "dusk")), "the inn in rain at dusk")
    assert not fires(entry("inn", excluded=("ruin",)), "the inn, a ruin")


def test_forced_on_and_off():
    assert fires(entry(forced=True, text="x"), "hello")
    assert not fires(entry("inn", off=True), "the inn")


def test_only_one_of_a_group_and_the_weights_count():
    light, heavy = (
        entry("rain", name="light", groups=("sky",), group_weight=1),
        entry("rain", name="heavy", groups=("sky",), group_weight=99),
    )
    books = compile_books([book(light, heavy)])
    won = []
    for number in range(200):
        found = activate(books, talk("rain"), moment=Moment(seed=str(number)))
        won += names(found.fresh)
        assert len(found.fresh) == 1
        assert set(causes(found).values()) == {"group"}
    assert won.count("heavy") > 180


def test_the_preferred_of_a_group_wins_and_who_stands_holds_it():
    preferred = entry("rain", name="storm", groups=("sky",), group_weight=0, group_override=True)
    assert names(
        activate(compile_books([book(entry("rain", groups=("sky",)), preferred)]), talk("rain"), moment=Moment()).fresh
    ) == ["storm"]
    stage = Stage(book(entry("sun", "sky", groups=("sky",)), entry("moon", "sky", groups=("sky",))))
    stage.hear("the sun")
    for _ in range(5):
        found = stage.hear("the sky")
        assert names(found.again) == ["sun"]
        assert causes(found) == {"moon": "group"}


def test_entries_call_entries_as_far_as_the_book_lets_them():
    chain = [entry(f"k{number}", text=f"speaks of k{number + 1}") for number in range(20)]
    assert len(activate(compile_books([book(*chain)]), talk("k0"), moment=Moment()).fresh) == 1
    found = activate(compile_books([book(*chain, recursive=True)]), talk("k0"), moment=Moment()).fresh
    assert [(each.why, each.round) for each in found[:3]] == [("key", 0), ("entry", 1), ("entry", 2)]
    assert found[1].by == chain[0].id
    assert len(found) == 9, "there is an end to it"


def test_who_is_not_called_and_who_does_not_call():
    def run(first: dict, second: dict) -> list[str]:
        made = book(entry("inn", text="the cellar", **first), entry("cellar", **second), recursive=True)
        return names(activate(compile_books([made]), talk("the inn"), moment=Moment()).fresh)

    assert run({}, {}) == ["inn", "cellar"]
    assert run({"prevent_recursion": True}, {}) == ["inn"]
    assert run({}, {"exclude_recursion": True}) == ["inn"]
    later = book(entry("inn", text="inn and cellar"), entry("inn", name="late", delay_until_recursion=1),
                 recursive=True)  # fmt: skip
    found = activate(compile_books([later]), talk("the inn"), moment=Moment()).fresh
    assert [(names([each])[0], each.round) for each in found] == [("inn", 0), ("late", 1)]


def test_notes_are_not_heard_by_other_entries_but_hidden_keys_are():
    def run(text: str) -> int:
        made = book(entry("inn", text=text), entry("cellar"), recursive=True)
        return len(activate(compile_books([made]), talk("the inn"), moment=Moment()).fresh)

    assert run("{{// the cellar}}") == 1
    assert run("{{comment: the cellar}}") == 1
    assert run("{{hidden_key:cellar}}") == 2


def test_entries_of_another_book_are_called_too():
    first, second = book(entry("inn", text="the cellar"), recursive=True), book(entry("cellar"), recursive=True)
    assert len(activate(compile_books([first, second]), talk("the inn"), moment=Moment()).fresh) == 2


def test_what_was_recalled_by_meaning_comes_up():
    made = entry("inn", by_meaning=True)
    found = activate(compile_books([book(made)]), talk("hello"), moment=Moment(recalled={made.id}))
    assert [each.why for each in found.fresh] == ["meaning"]


@pytest.mark.parametrize(
    ("fields", "line", "before"),
    [
        ({"place": "at_depth", "depth": 0}, 3, False),
        ({"place": "at_depth", "depth": 2}, 1, False),
        ({"place": "at_depth", "depth": 9}, 0, True),
        ({"place": "at_depth", "depth": 1, "from_start": True}, 0, False),
        ({"place": "at_depth", "depth": 0, "from_start": True}, 0, True),
        ({"place": "note_top"}, 1, False),
        ({"place": "before_char"}, 3, False),
    ],
)
def test_where_a_fresh_entry_is_put(fields, line, before):
    lines = talk("a", "b", "c", "the inn")
    [fired] = activate(compile_books([book(entry("inn", **fields))]), lines, moment=Moment(note_depth=2)).fresh
    assert (fired.stand.message, fired.stand.before) == (lines[line].id, before)


def test_the_order_of_reading():
    made = book(entry("inn", name="b", order=200), entry("inn", name="a", order=5), entry("inn", name="c", order=200))
    assert names(activate(compile_books([made]), talk("inn"), moment=Moment()).fresh) == ["a", "b", "c"]


# ------------------------------------------------------------------ room


def test_the_lowest_priority_is_cut_first_and_told():
    made = [entry("inn", name=str(priority), text="x" * 10, priority=priority) for priority in (5, 30, 10, 20)]
    stage = Stage(book(*made), room=25)
    found = stage.hear("inn")
    assert names(found.fresh) == ["30", "20"]
    assert causes(found) == {"5": "budget", "10": "budget"}
    assert (found.tokens, found.room) == (20, 25)


def test_what_is_too_long_for_itself_does_not_push_out_the_rest():
    stage = Stage(book(entry("inn", name="huge", text="x" * 99, priority=99), entry("inn", name="fine")), room=50)
    found = stage.hear("inn")
    assert (names(found.fresh), causes(found)) == (["fine"], {"huge": "too_long"})


def test_first_to_go():
    first = entry("inn", name="first", text="x" * 10, priority=99, first_to_go=True)
    found = Stage(book(first, entry("inn", text="x" * 10)), room=15).hear("inn")
    assert causes(found) == {"first": "budget"}


def test_a_book_keeps_to_its_own_budget():
    tight = book(entry("inn", name="a", text="x" * 10), entry("inn", name="b", text="x" * 10), budget=15)
    found = Stage(tight, book(entry("inn", name="c", text="x" * 10))).hear("inn")
    assert names(found.fresh) == ["a", "c"]
    assert causes(found) == {"b": "book_budget"}


def test_standing_lore_makes_room_in_one_go_when_new_lore_needs_it():
    stage = Stage(book(*(entry(f"key{number}.", text="x" * 10) for number in range(12))), room=50)
    for number in range(5):
        assert not stage.hear(f"key{number}.").released
    full = stage.hear("key5.")
    assert len(full.released) == 4, "down to half, so that it happens once in a while and not at every turn"
    assert names(full.fresh) == ["key5."]
    for number in range(6, 8):
        assert not stage.hear(f"key{number}.").released
    assert full.tokens <= 50


def test_what_is_released_and_called_again_comes_up_anew():
    stage = Stage(book(*(entry(f"key{number}.", text="x" * 10) for number in range(12))), room=30)
    for number in range(3):
        stage.hear(f"key{number}.")
    found = stage.hear("key3. and key0.")
    assert {"key0.", "key3."} <= set(names(found.fresh) + names(found.standing))
    assert found.tokens <= 30


# ------------------------------------------------------------------ state


def test_state_survives_a_manifest():
    stage = Stage(book(entry("inn", sticky=4, place="at_depth", depth=9)))
    found = stage.hear("the inn")
    assert found.state.clocks
    assert state_of(found.state.as_dict()) == found.state


@pytest.mark.parametrize("stored", [None, {}, [], "x", {"at": "no", "lines": 1, "replies": 0, "standing": []}])
def test_a_manifest_that_is_not_ours_is_no_past(stored):
    assert state_of(stored).lines == 0


def test_an_entry_that_was_taken_out_of_the_book_is_gone():
    stage = Stage(book(entry("inn")))
    stage.hear("the inn")
    stage.books = compile_books([book(entry("other"))])
    found = stage.hear("hello")
    assert found == Activation(room=stage.room, state=found.state)
    assert not found.state.standing


def test_no_talk_at_all():
    assert not activate((), [], moment=Moment()).fresh
    assert activate(compile_books([book(entry(constant=True))]), [], moment=Moment()).stable
    assert UUID(int=0) not in activate(compile_books([book(entry("a"))]), [], moment=Moment()).state.clocks
