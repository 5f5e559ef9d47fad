"""What authors and moderators read of lore and knowledge that others do not have yet."""

from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.test import Client

from accounts.models import User
from characters.models import (
    Character,
    Publication,
)
from characters.selectors.stage import told_on_stage
from characters.services.decision_mail import send_decision
from characters.services.publishing import decide
from tests.characters.conftest import signed_in
from tests.characters.factories import a_character
from tests.characters.granted import GRANTED, NOW, ask, entry, granted_character, retell, rewrite, said
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db
State = Publication.State
ENGLISH = {"accept-language": "en"}
QUEUE = "/admin/characters/publication/"


@pytest.fixture
def moderator(db: None) -> User:
    user = UserFactory(name="Mo", is_staff=True)
    user.user_permissions.add(*Permission.objects.filter(codename__in=("change_publication", "view_publication")))
    return user


@pytest.fixture
def mira(alice: User) -> Character:
    return granted_character(alice)


def test_pages_say_what_others_do_not_have_yet_and_how_to_ask(mira: Character, alices: Client) -> None:
    book, text = entry(mira).book_id, mira.knowledge.get()
    pages = (f"/lore/{book}/", f"/create/knowledge/{mira.pk}/")
    for path in pages:
        page = alices.get(path, headers=ENGLISH).content.decode()
        assert "as they were let through" in page
        assert "Not shown yet" not in page
    rewrite(mira)
    retell(mira)
    draft = alices.post("/create/open/", {"character": str(mira.pk)})["Location"].rpartition("look")[0]
    for path in (*pages, f"{draft}publish/", f"/characters/{mira.pk}/"):
        page = alices.get(path, headers=ENGLISH).content.decode()
        assert "Not shown yet" in page, path
        assert f"/create/knowledge/{mira.pk}/{text.pk}/" in page
        assert f"/lore/{book}/?entry={entry(mira).pk}" in page
    told = alices.post(f"/characters/{mira.pk}/publish/lore/", {"next": pages[0]}, headers=ENGLISH)
    assert told["Location"] == pages[0]
    assert "A request is waiting and carries it along" in alices.get(pages[0], headers=ENGLISH).content.decode()
    page = alices.get(f"/characters/{mira.pk}/", headers=ENGLISH).content.decode()
    assert "you asked to show what changed of lore and knowledge" in page


def test_nobody_else_reads_that_something_waits(mira: Character, bobs: Client) -> None:
    rewrite(mira)
    assert "Not shown yet" not in bobs.get(f"/characters/{mira.pk}/", headers=ENGLISH).content.decode()


def test_a_private_character_says_nothing_of_it(alice: User, alices: Client) -> None:
    mira = a_character(alice, visibility="private")
    page = alices.get(f"/create/knowledge/{mira.pk}/", headers=ENGLISH).content.decode()
    assert "let through" not in page


def test_a_moderator_reads_what_changed_and_grants_just_that(mira: Character, moderator: User) -> None:
    rewrite(mira, "It is of gold.", probability=30)
    retell(mira)
    request, client = ask(mira), signed_in(moderator)
    path = f"{QUEUE}{request.pk}/change/"
    page = client.get(path, headers=ENGLISH).content.decode()
    for part in (
        "This version is on stage already", "bronze</del>", "gold</ins>", "floods</del>", "burns</ins>",
        "Chance in per cent: <del>100</del> → <ins>30",
    ):  # fmt: skip
        assert part in " ".join(page.split()), part
    mark = page.partition('name="mark" value="')[2].partition('"')[0]
    rewrite(mira, "It is of lead.")
    late = client.post(path, {"decision": "grant", "mark": mark}, headers=ENGLISH).content.decode()
    assert "since you opened this" in late
    assert "lead</ins>" in late
    assert said(told_on_stage(mira.pk)) == GRANTED
    mark = late.partition('name="mark" value="')[2].partition('"')[0]
    client.post(path, {"decision": "grant", "mark": mark})
    assert said(told_on_stage(mira.pk)) == ["It is of lead.", NOW[1]]


@pytest.mark.parametrize(
    ("granted", "subject", "body"),
    [(True, "What you changed of Mira is on stage", "as you changed them"),
     (False, "What you changed of Mira is not shown", "they have what they had before")],
)  # fmt: skip
def test_the_author_is_told_that_it_was_about_lore(
    mira: Character, moderator: User, mailoutbox: list[Any], granted: bool, subject: str, body: str
) -> None:
    rewrite(mira)
    request = ask(mira)
    assert "Mira, lore and knowledge" in signed_in(moderator).get(QUEUE, headers=ENGLISH).content.decode()
    decide(publication=request, by=moderator, granted=granted, reason="Because.")
    assert send_decision(request.pk)
    assert subject in mailoutbox[-1].subject
    assert body in mailoutbox[-1].body
