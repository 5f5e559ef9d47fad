"""Whatever a book holds and whatever is said: no failure, no surprise, never more than there is room for."""

from types import SimpleNamespace
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from characters.lore import Moment, State, activate, book_of, compile_books, state_of
from tests.characters.lore.talk import Line, fresh_id

WORDS = [
    "inn",
    "Inn",
    "rain",
    "灯",
    "ß",
    "é",
    "/a+/",
    "/(/",
    "/x/q",
    "//",
    "a,b",
    "{{char}}",
    "",
    " ",
    "\ud800",
    "\x00",
    "@@",
]
LINES = st.lists(st.lists(st.sampled_from(WORDS), max_size=5).map(" ".join), max_size=8)
CONTENT = st.lists(
    st.sampled_from(
        ["@@depth 1", "@@@depth 2", "@@role user", "@@scan_depth 0", "@@activate", "@@dont_activate", "@@is_greeting 0",
         "@@additional_keys inn", "@@exclude_keys rain,灯", "@@keep_activate_after_match", "@@activate_only_every 2",
         "@@reverse_depth 1", "@@unknown x", "@@position scenario", "inn and rain", "{{hidden_key:灯}}", "{{// inn", ""]
    ),
    max_size=5,
).map("\n".join)  # fmt: skip
SMALL = st.integers(0, 3)
ENTRY: Any = st.fixed_dictionaries(
    {
        "name": st.sampled_from(["", "n"]), "content": CONTENT, "enabled": st.booleans(),
        "keys": st.lists(st.sampled_from(WORDS), max_size=3),
        "secondary_keys": st.lists(st.sampled_from(WORDS), max_size=2), "selective": st.booleans(),
        "logic": st.sampled_from(["and_any", "and_all", "not_any", "not_all"]), "use_regex": st.booleans(),
        "case_sensitive": st.sampled_from([None, True, False]), "whole_words": st.sampled_from([None, True, False]),
        "constant": st.booleans(), "by_meaning": st.booleans(), "scan_depth": st.sampled_from([None, 0, 1, 99]),
        "probability": st.sampled_from([0, 50, 100]), "sticky": SMALL, "cooldown": SMALL, "delay": SMALL,
        "group": st.sampled_from(["", "g", "g,h", ",,"]), "group_weight": SMALL, "group_override": st.booleans(),
        "exclude_recursion": st.booleans(), "prevent_recursion": st.booleans(), "delay_until_recursion": SMALL,
        "place": st.sampled_from(["before_char", "at_depth", "note_top", "after_examples"]), "depth": st.integers(0, 9),
        "role": st.sampled_from(["system", "user", "assistant"]), "order": SMALL, "priority": SMALL, "position": SMALL,
    }
)  # fmt: skip
BOOK: Any = st.fixed_dictionaries(
    {
        "entries": st.lists(ENTRY, max_size=6),
        "scan_depth": st.sampled_from([None, 0, 3]),
        "token_budget": st.sampled_from([None, 0, 30]),
        "recursive": st.sampled_from([None, True]),
    }
)


@settings(max_examples=200)
@given(st.lists(BOOK, max_size=3), LINES, st.integers(0, 120), st.sampled_from([None, 0, 1]))
def test_a_talk_with_any_books(told, lines, room, greeting):
    books = []
    for each in told:
        row = SimpleNamespace(id=fresh_id(), name="", scope="account", position=0, **each)
        entries = [SimpleNamespace(id=fresh_id(), **fields) for fields in each["entries"]]
        books.append(book_of(row, entries))
    compiled = compile_books(books)
    branch: list[Line] = []
    state = State()
    for text in lines:
        branch.append(Line(fresh_id(), "player", text))
        moment = Moment(talk="t", seed=str(branch[-1].id), greeting=greeting)

        def measure(entry: Any) -> int:
            return len(entry.text)

        found = activate(compiled, branch, moment=moment, state=state, room=room, measure=measure)
        assert found == activate(compiled, branch, moment=moment, state=state, room=room, measure=measure)
        assert found.tokens <= room
        for book in books:
            mine = [each for each in (*found.stable, *found.standing, *found.fresh) if each.entry.book == book.id]
            assert book.budget is None or sum(each.tokens for each in mine) <= book.budget
        in_prompt = [each.entry.id for each in (*found.stable, *found.standing, *found.fresh)]
        assert len(in_prompt) == len(set(in_prompt)), "nothing is said twice"
        assert not {cut.entry.id for cut in found.cut} & set(in_prompt), "nothing is both said and cut"
        assert state_of(found.state.as_dict()) == found.state
        branch.append(Line(fresh_id(), "character", "Yes."))
        state = found.state
