"""What the database has of a play is what its rules and its log say: on every branch, whatever was done."""

import random
from uuid import UUID

import pytest

from accounts.errors import ProductError
from accounts.ids import uuid7
from accounts.models import User
from bench.trips import trips
from chat.models import Conversation, Message, Play, PlayEntry
from chat.plays.staged import entry_in, state_in
from chat.services.plays.acting import accept_action
from chat.services.plays.errors import ActionRefused
from chat.services.turns.standing import forget_standing
from stories.books import book_of
from stories.rules import Action, offered, replayed, retold
from stories.rules import begin as begin_story
from tests.chat.plays.stage import begun, small_story
from tests.chat.rooms.stage import person
from tests.chat.stage import in_database
from tests.numbers import times
from tests.stories.test_log import check

WILD = [Action("take", "bell"), Action("give", "mira", "oil"), Action("choose", "wait"), Action("custom", "x")]


async def acted(talk: Conversation, action: Action, parent_id: UUID | None = None) -> bool:
    try:
        accepted = await accept_action(
            user_id=talk.owner_id, conversation_id=talk.pk, action=action, client_id=uuid7(), parent_id=parent_id
        )
    except ActionRefused:
        return False
    # Nobody speaks in this process: the turn that begins is over at once.
    await in_database(lambda: talk.turns.filter(status="running").update(status="stopped"))
    assert accepted.event is not None
    return True


def way_to(entries: dict[UUID, PlayEntry], message_id: UUID) -> list[PlayEntry]:
    """By the messages, not by what the entries say of each other."""
    way = []
    step: UUID | None = message_id
    while step is not None:
        way += [entries[step]] if step in entries else []
        step = Message.objects.get(pk=step).parent_id
    return way[::-1]


@pytest.mark.usefixtures("committed")
async def test_any_actions_on_any_branch_leave_the_state_that_rules_and_log_say():
    def begin() -> Conversation:
        alice = person("Alice")
        return begun(alice, small_story(alice))

    talk = await in_database(begin)
    book = await in_database(lambda: book_of(talk.play.version))
    chance = random.Random(7)
    assert talk.head_id is not None
    where = [talk.head_id]
    for _round in range(times("actions of a play")):
        # Mostly on, at times from somewhere before; and from where it is over, always.
        leaf = where[-1] if chance.random() < 0.7 else chance.choice(where)
        state = state_in((await PlayEntry.objects.aget(pk=leaf)).state)
        if state.ending:
            leaf, state = where[0], begin_story(book, "s").state
        if await acted(talk, chance.choice([*offered(book, state), *WILD]), leaf):
            head = (await Conversation.objects.aget(pk=talk.pk)).head_id
            assert head is not None
            where.append(head)

    def holds() -> int:
        play = Play.objects.get(pk=talk.pk)
        entries = {row.message_id: row for row in play.entries.all()}
        assert sorted(row.seq for row in entries.values()) == list(range(1, play.count + 1))
        for message_id in where:
            way = way_to(entries, message_id)
            assert [row.before_id for row in way] == [None, *(row.message_id for row in way[:-1])]
            log = [entry_in(row.entry) for row in way]
            state = state_in(way[-1].state)
            check(book, state)
            assert state == retold(book, log) == replayed(book, play.seed, log)
        return len(where)

    assert await in_database(holds) > 5


@pytest.mark.usefixtures("committed")
async def test_an_action_takes_few_trips_to_the_database():
    """All that has to be known, and all that is stored: also where somebody's age is asked for anew."""

    def begin() -> Conversation:
        alice = person("Alice")
        return begun(alice, small_story(alice))

    talk = await in_database(begin)
    assert await acted(talk, Action("take", "lamp"))  # the book is read once in a process
    assert await trips(acted(talk, Action("go", "cellar"))) == 2
    await User.objects.filter(pk=talk.owner_id).aupdate(age="")
    forget_standing(user_id=talk.owner_id, conversation_id=talk.pk)
    assert await trips(acted(talk, Action("take", "oil"))) == 2


@pytest.mark.usefixtures("committed")
async def test_nobody_else_acts_in_ones_play():
    def begin() -> Conversation:
        alice = person("Alice")
        return begun(alice, small_story(alice))

    talk = await in_database(begin)
    bob = await in_database(lambda: person("Bob"))
    with pytest.raises(ProductError) as refused:
        await accept_action(user_id=bob.pk, conversation_id=talk.pk, action=Action("take", "lamp"), client_id=uuid7())
    assert refused.value.code == "not_found"
