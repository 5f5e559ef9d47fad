from hypothesis import given
from hypothesis import strategies as st

from inference.prompts.compare import AROUND, side_by_side

texts = st.lists(st.sampled_from(["", "a b", "a c", "你好", "d"]), max_size=30).map("\n".join)


def whole(side) -> str:
    return "".join(piece.text for piece in side.pieces)


@given(texts, texts)
def test_nothing_is_lost_but_what_is_said_to_be_left_out(left, right):
    rows = side_by_side(left, right)
    hidden = sum(row.lines for row in rows)
    for text, sides in ((left, [row.left for row in rows]), (right, [row.right for row in rows])):
        shown = [(side.number, whole(side)) for side in sides if side.number is not None]
        assert len(shown) + hidden == len(text.splitlines())
        assert all(said == text.splitlines()[number - 1] for number, said in shown)
    assert any(row.kind == "changed" for row in rows) == (left.splitlines() != right.splitlines())


def test_what_is_different_within_a_line_is_marked():
    [row] = side_by_side("Stop where she speaks.", "Stop where he speaks.")
    assert [piece.text for piece in row.left.pieces if piece.changed] == ["she"]
    assert [piece.text for piece in row.right.pieces if piece.changed] == ["he"]


def test_long_stretches_that_are_the_same_are_left_out():
    same = [f"line {number}" for number in range(40)]
    rows = side_by_side("\n".join([*same, "old"]), "\n".join([*same, "new"]))
    assert [row.kind for row in rows] == ["gap", *["same"] * AROUND, "changed"]
    assert rows[0].lines == 40 - AROUND
