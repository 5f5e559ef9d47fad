"""A copy is of what was granted, with credit, and nothing is embedded again."""

from dataclasses import replace

import pytest

from accounts.errors import Invalid
from accounts.models import User
from characters.models import (
    Character,
    Lorebook,
    Publication,
)
from characters.selectors.stage import told_now, told_on_stage
from characters.services import lore
from characters.services.forks import fork
from characters.services.quotas import QUOTAS
from characters.services.reading import read_knowledge
from tests.characters.factories import let_through
from tests.characters.granted import GRANTED, NOW, entry, granted_character, read, retell, rewrite, said

pytestmark = pytest.mark.django_db
State = Publication.State


@pytest.fixture
def mira(alice: User) -> Character:
    return granted_character(alice)


def test_a_copy_is_of_what_was_granted(mira: Character, bob: User) -> None:
    text = mira.knowledge.get()
    read(text, "It floods in spring.", staged=True)
    rewrite(mira)
    retell(mira)
    copied = fork(character=mira, by=bob)
    assert said(told_now(copied.pk)) == GRANTED
    assert copied.forked_from == mira
    theirs = copied.knowledge.get()
    assert theirs.pk != text.pk
    [passage] = theirs.passages.all()
    assert list(passage.embedding) == [1, 2, 0]
    assert (passage.live, passage.staged) == (True, False)
    assert read_knowledge(theirs.pk) == 0, "nothing is embedded again"
    assert said(told_on_stage(copied.pk)) == []
    assert text.passages.count() == 1


def test_a_copy_of_ones_own_is_of_what_one_has(mira: Character, alice: User) -> None:
    rewrite(mira)
    retell(mira)
    assert said(told_now(fork(character=mira, by=alice).pk)) == NOW


def test_a_copy_holds_no_notes_and_no_more_than_an_account_may(
    mira: Character, alice: User, bob: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    lore.save_book(user=alice, book_id=entry(mira).book_id, changes={"description": "The real name is Jo Bloggs."})
    Lorebook.objects.filter(character=mira).update(source='{"secret": 1}')
    let_through(mira)
    made = Lorebook.objects.get(character=fork(character=mira, by=bob))
    assert (made.name, made.description, made.source, made.owner) == ("Harbour", "", "", bob)
    monkeypatch.setitem(QUOTAS, "lorebooks", replace(QUOTAS["lorebooks"], limit=1))
    with pytest.raises(Invalid) as refused:
        fork(character=mira, by=bob)
    assert refused.value.extra["limit"] == 1
    assert Character.objects.filter(owner=bob).count() == 1
