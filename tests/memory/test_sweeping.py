"""What happens at night: fading, merging, emptying; and what never fades."""

from datetime import timedelta

import pytest
from django.utils import timezone

from memory.fading import same, terms_of, vividness
from memory.models import Memory, Pair, State, Sweep
from memory.services.corrections import forget
from memory.services.memories import add_memory
from memory.services.sweeping import sweep, sweep_pair
from tests.chat.grown import Talk
from tests.memory.remembered import remember, statements


def old(days, **where):
    then = timezone.now() - timedelta(days=days)
    Memory.objects.filter(**where).update(said_at=then, created_at=then, changed_at=then)


@pytest.mark.django_db
def test_what_hardly_matters_fades_in_time_and_what_matters_or_was_asked_for_does_not():
    talk = Talk()
    talk.script("I like tea.", "Ah.", "My name is Ines.", "Hm.", "Remember that I like figs.", "Yes.")
    remember(talk)
    pair = Pair.objects.get()
    old(100)
    assert sweep_pair(pair.pk).faded == 0
    old(600)
    assert sweep_pair(pair.pk).faded == 1
    assert statements(talk.owner, state=State.FADED) == ["The player likes tea."]
    pair.refresh_from_db()
    assert pair.known == 2
    assert sweep_pair(pair.pk).faded == 0


@pytest.mark.django_db
def test_what_came_up_stays_longer_and_what_is_said_again_is_back():
    talk = Talk()
    talk.script("I like tea.", "Ah.")
    remember(talk)
    old(600)
    Memory.objects.update(recalled=9, recalled_at=timezone.now() - timedelta(days=60))
    assert sweep_pair(Pair.objects.get().pk).faded == 0
    Memory.objects.update(recalled=0, recalled_at=None)
    assert sweep_pair(Pair.objects.get().pk).faded == 1
    talk.script("As I said, I like tea.", "I know.")
    remember(talk)
    assert Memory.objects.get().state == State.ACTIVE


@pytest.mark.django_db
def test_two_that_say_the_same_become_one_with_the_lines_of_both():
    talk = Talk()
    character = talk.row.cast.get().character_id
    for text in ("Ines keeps two old cats at home in Lisbon.", "At home in Lisbon Ines keeps two old cats, still."):
        add_memory(owner=talk.owner, character_id=character, text=text)
    add_memory(owner=talk.owner, character_id=character, text="Ines keeps 3 old cats at home in Lisbon.")
    assert sweep_pair(Pair.objects.get().pk).merged == 1
    assert len(statements(talk.owner)) == 2
    assert sweep_pair(Pair.objects.get().pk).merged == 0


@pytest.mark.django_db
def test_what_was_forgotten_is_emptied_after_thirty_days_and_not_learnt_again():
    talk = Talk()
    talk.script("I live in Lisbon.", "Ah.")
    remember(talk)
    memory = Memory.objects.get()
    forget(user=talk.owner, memory_id=memory.pk)
    pair = memory.pair_id
    assert sweep_pair(pair).emptied == 0
    Memory.objects.update(changed_at=timezone.now() - timedelta(days=31))
    assert sweep_pair(pair).emptied == 1
    assert bytes(Memory.objects.get().text) == b""
    assert sweep_pair(pair).emptied == 0


@pytest.mark.django_db
def test_a_night_takes_every_pair_once_and_leaves_its_figures():
    talks = [Talk() for _ in range(3)]
    for talk in talks:
        talk.script("I like tea.", "Ah.")
        remember(talk)
    old(900)
    row = sweep(until=timezone.now() + timedelta(seconds=60))
    assert (row.pairs, row.faded) == (3, 3)
    assert row.ended_at is not None
    assert sweep(until=timezone.now() + timedelta(seconds=60)).pairs == 0
    assert Sweep.objects.count() == 2


def test_vividness_grows_with_what_matters_and_with_use():
    now = timezone.now()
    faint = vividness(importance=20, recalled=0, last=now - timedelta(days=90), now=now)
    assert faint < vividness(importance=60, recalled=0, last=now - timedelta(days=90), now=now)
    assert faint < vividness(importance=20, recalled=3, last=now - timedelta(days=90), now=now)
    assert faint < vividness(importance=20, recalled=0, last=now, now=now) == 20


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ("Ines lives in the old town of Lisbon.", "Ines lives in the old town of Lisbon", True),
        ("Ines has 2 cats at home in the old town.", "Ines has 3 cats at home in the old town.", False),
        ("Ines will come to the old town tomorrow.", "Ines will not come to the old town tomorrow.", False),
        (
            "Ines told us in the old town that Nora had left for good.",
            "Ines told us in the old town that Mia had left for good.",
            False,
        ),
        ("伊内斯住在里斯本的老城区里。", "伊内斯住在里斯本老城区里。", True),
        ("伊内斯喜欢里斯本的老城区。", "伊内斯不喜欢里斯本的老城区。", False),
    ],
)
def test_what_says_the_same(one, other, alike):
    assert same(terms_of(one), terms_of(other)) is alike
