"""The tree as people see it, whatever was deleted in it: compared with what one would do by hand, step by step."""

from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from chat.tree import Node, Tree

GONE = st.sampled_from(["", "", "", "hidden", "deleted"])


@st.composite
def nodes(draw: st.DrawFn) -> list[Node]:
    found: list[Node] = []
    for number in range(1, draw(st.integers(0, 24)) + 1):
        parent = draw(st.sampled_from([None, *(node.id for node in found), UUID(int=999)]))
        gone = draw(GONE)
        found.append(Node(UUID(int=number), parent, gone == "hidden", gone == "deleted"))
    return found


def path(nodes: list[Node], line: UUID) -> list[Node]:
    """Up to the root, one by one."""
    known = {node.id: node for node in nodes}
    way = [known[line]]
    while (parent := way[-1].parent_id) in known:
        way.append(known[parent])
    return way


@given(nodes())
def test_what_shows_is_neither_hidden_nor_below_something_deleted(found: list[Node]) -> None:
    tree = Tree(found)
    for node in found:
        way = path(found, node.id)
        shows = not node.hidden and not any(step.deleted for step in way)
        assert tree.shows(node.id) == shows
        if shows:
            seen = [step.id for step in way if not step.hidden]
            assert tree.branch(node.id) == seen[::-1]
            assert tree.above(node.id) == (seen[1] if len(seen) > 1 else None)
            assert node.id in tree.below(tree.above(node.id))


@given(nodes())
def test_a_branch_rests_on_a_leaf_that_shows(found: list[Node]) -> None:
    tree = Tree(found)
    shown = [node.id for node in found if tree.shows(node.id)]
    for head in [None, *(node.id for node in found)]:
        rest = tree.resting(head)
        if not shown:
            assert rest is None
            continue
        assert tree.shows(rest)
        assert not tree.below(rest)
        left = [step.id for step in path(found, head) if tree.shows(step.id)] if head else []
        if left:
            assert left[0] in tree.branch(rest), "it goes through what is left of the branch"


def test_of_alternatives_the_newest_is_where_a_branch_was_left() -> None:
    one, two, three, four = (UUID(int=number) for number in range(1, 5))
    tree = Tree([Node(one, None, False, False), Node(two, one, True, False), Node(three, one, False, False),
                 Node(four, two, False, False)])  # fmt: skip
    assert tree.below(one) == [three, four], "what followed the hidden one moved up"
    assert tree.newest_leaf(None) == four
    assert tree.newest_leaf(three) == three
