"""The window: page and jump returns what a recursive query returns, whatever the tree looks like."""

import datetime as dt
import random
from uuid import UUID

import pytest
from django.db import connection
from django.utils import timezone

from accounts.encryption import new_data_key
from accounts.ids import uuid7
from accounts.models import Purpose
from accounts.people import create_guest
from chat.models import Conversation, Message, new_message_id
from chat.window import CLIMB, MAX_PAGES, Row, climb, days_before, read_branch_sync
from tests.numbers import times

DAY = 86_400_000
MILLISECOND = 1 << 80


def conversation() -> Conversation:
    owner = create_guest(language="en")
    return Conversation.objects.create(owner=owner, key=new_data_key(owner, Purpose.CONVERSATION))


class Tree:
    """A conversation whose messages are said at times of our choosing."""

    def __init__(self, dice: random.Random) -> None:
        self.dice = dice
        self.talk = conversation()
        self.rows: list[Message] = []
        self.clock = int((timezone.now() - dt.timedelta(days=900)).timestamp() * 1000)

    def add(self, parent: Message | None, *, later: int = 1000, **fields) -> Message:
        self.clock += max(1, later)
        message_id = UUID(int=self.clock * MILLISECOND + (7 << 76) + self.dice.getrandbits(70))
        role = "player" if parent is None or parent.role == "character" else "character"
        row = Message(
            id=message_id, conversation=self.talk, parent=parent, role=role, speaker="x", body=b"", terms=[], **fields
        )
        self.rows.append(row)
        return row

    def save(self) -> None:
        Message.objects.bulk_create(self.rows)

    def grow(self, size: int) -> None:
        """Forks anywhere, many alternatives, pauses of seconds to months, some deleted, hidden, muted."""
        tip: Message | None = None
        for _ in range(size):
            luck = self.dice.random()
            parent = tip
            if self.rows and luck < 0.12:
                parent = self.dice.choice(self.rows)
            elif self.rows and luck < 0.3:
                parent = self.rows[-1].parent if self.dice.random() < 0.7 else self.rows[-1]
            pause = self.dice.choice([1, 50, 1000, 60_000, 3_600_000, DAY, 40 * DAY if self.dice.random() < 0.2 else 1])
            gone = timezone.now() if self.dice.random() < 0.02 else None
            hidden, muted = self.dice.random() < 0.1, self.dice.random() < 0.1
            tip = self.add(parent, later=pause, deleted_at=gone, hidden=hidden, muted=muted)
        self.save()


def by_recursion(talk: Conversation, leaf: UUID | None, wanted: int, *, heard: bool = False) -> list[UUID]:
    with connection.cursor() as cursor:
        cursor.execute(CLIMB, {"conversation": talk.pk, "start": leaf, "limit": wanted, "heard": heard})
        return [row[0] for row in cursor.fetchall()]


def by_pages(
    talk: Conversation, leaf: UUID | None, wanted: int, *, heard: bool = False
) -> tuple[list[UUID], list[str]]:
    """The ids, and the statements it took."""
    statements = []
    walk = climb(conversation=talk.pk, leaf=leaf, wanted=wanted, heard=heard)
    with connection.cursor() as cursor:
        try:
            statement, values = next(walk)
            while True:
                statements.append(statement)
                cursor.execute(statement, values)
                statement, values = walk.send([Row(*found) for found in cursor.fetchall()])
        except StopIteration as end:
            return [row.id for row in end.value], statements


def by_hand(tree: Tree, leaf: Message, *, heard: bool) -> list[UUID]:
    found: list[UUID] = []
    at: Message | None = leaf
    while at is not None and at.deleted_at is None:
        if not at.hidden and not (heard and at.muted):
            found.append(at.pk)
        at = at.parent
    return found


@pytest.mark.timeout(900)
@pytest.mark.parametrize("seed", range(times("random trees")))
def test_any_branch_of_any_tree(db, seed):
    dice = random.Random(seed)
    tree = Tree(dice)
    tree.grow(dice.choice([1, 5, 60, 300]))
    for leaf in dice.sample(tree.rows, min(len(tree.rows), 12)):
        for wanted in (1, 2, 40, 1_000):
            for heard in (False, True):
                found, statements = by_pages(tree.talk, leaf.pk, wanted, heard=heard)
                assert found == by_recursion(tree.talk, leaf.pk, wanted, heard=heard)
                assert found == by_hand(tree, leaf, heard=heard)[:wanted]
                assert len(statements) <= MAX_PAGES + 1


def test_a_straight_branch_of_three_hundred_takes_one_page(db):
    tree = Tree(random.Random(1))
    tip = None
    for _ in range(300):
        tip = tree.add(tip)
    tree.save()
    for wanted in (1, 40, 41, 200):
        found, statements = by_pages(tree.talk, tip.pk, wanted)
        assert found == [row.pk for row in tree.rows[::-1]][:wanted]
        assert len(statements) == 1


def test_a_fork_far_back_takes_two_pages(db):
    tree = Tree(random.Random(1))
    tip = early = tree.add(None)
    for number in range(400):
        tip = tree.add(tip)
        early = tip if number == 30 else early
    other = tree.add(early)
    tree.save()
    found, statements = by_pages(tree.talk, other.pk, 20)
    assert found == by_recursion(tree.talk, other.pk, 20)
    assert len(statements) == 2


def test_sixty_alternatives_at_every_reply_end_in_one_recursive_query(db):
    tree = Tree(random.Random(1))
    tip = None
    for _ in range(20):
        tip = tree.add(tip)
        takes = [tree.add(tip) for _ in range(60)]
        tip = takes[0]
    tree.save()
    found, statements = by_pages(tree.talk, tip.pk, 40)
    assert found == by_recursion(tree.talk, tip.pk, 40)
    assert len(found) == 40
    assert len(statements) == MAX_PAGES + 1
    assert statements[-1] == CLIMB


def test_one_message_a_month_is_found_over_years(db):
    tree = Tree(random.Random(1))
    tip = None
    for _ in range(24):
        tip = tree.add(tip, later=31 * DAY)
    tree.save()
    found, statements = by_pages(tree.talk, tip.pk, 40)
    assert found == [row.pk for row in tree.rows[::-1]]
    assert len(statements) <= MAX_PAGES + 1


def test_a_missing_parent_reads_as_the_root(db):
    tree = Tree(random.Random(1))
    orphan = tree.add(None)
    tip = tree.add(orphan)
    orphan.parent_id = UUID(int=orphan.pk.int - MILLISECOND)
    tree.save()
    found, _ = by_pages(tree.talk, tip.pk, 40)
    assert found == [tip.pk, orphan.pk]


def test_what_belongs_to_another_conversation_is_never_read(db):
    mine, theirs = Tree(random.Random(1)), Tree(random.Random(2))
    their_root = theirs.add(None)
    theirs.save()
    tip = mine.add(their_root)
    mine.save()
    assert by_pages(mine.talk, tip.pk, 40)[0] == [tip.pk]
    assert by_pages(mine.talk, their_root.pk, 40)[0] == []


def test_an_empty_conversation_has_no_branch(db):
    with connection.cursor() as cursor:
        assert read_branch_sync(cursor, conversation=uuid7(), leaf=None, wanted=40) == []
        assert read_branch_sync(cursor, conversation=uuid7(), leaf=uuid7(), wanted=40) == []


def test_ids_of_children_are_later_than_their_parents_whatever_the_clocks_say():
    ahead = UUID(int=uuid7().int + 3_600_000 * MILLISECOND)  # a server whose clock is an hour fast
    child = new_message_id(ahead)
    assert child > ahead
    assert child.int >> 80 == (ahead.int >> 80) + 1
    grandchild = new_message_id(child)
    assert grandchild > child
    assert new_message_id(None).version == 7
    ids = [new_message_id() for _ in range(1000)]
    assert ids == sorted(ids)
    siblings = {new_message_id(ahead) for _ in range(1000)}
    assert len(siblings) == 1000


def test_the_bound_of_a_page_is_a_plain_id():
    leaf = uuid7()
    assert (leaf.int >> 80) - (days_before(leaf, 90).int >> 80) == 90 * DAY
    assert days_before(UUID(int=5 << 80), 90) == UUID(int=0)
