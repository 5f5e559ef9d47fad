"""The moderators' queue in the admin."""

import pytest

from accounts.management.commands.demo_accounts import make_demo_account
from accounts.models import User
from characters.models import Character, Publication
from characters.services.publishing import ask_to_publish, decide, hide
from characters.services.releases import create_version
from tests.characters.conftest import signed_in
from tests.characters.factories import a_character, edition
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db
QUEUE = "/admin/characters/publication/"


@pytest.fixture
def moderator(db) -> User:
    return make_demo_account(role="moderator", email="mo@example.com", password="one good password")


@pytest.fixture
def asked(alice) -> Publication:
    mira = a_character(
        alice, visibility="private", about="Write to mira@lantern.cn.", description="She *hides* a stowaway."
    )
    return ask_to_publish(character=mira, version=mira.published, asked_by=alice, visibility="public")


def ask_for_the_next(character: Character) -> Publication:
    assert character.owner is not None
    [newest] = create_version(character=character, editions={"en": edition()})
    return ask_to_publish(character=character, version=newest, asked_by=character.owner, visibility="public")


def test_the_queue_lists_what_waits_and_what_stands_against_it(moderator, asked):
    page = signed_in(moderator).get(QUEUE).content.decode()
    assert "Mira, version 1" in page
    assert "Alice" in page
    assert "1 finding" in page
    assert "Mira" not in signed_in(moderator).get(QUEUE + "?state=granted").content.decode()


def test_a_moderator_reads_all_of_it_rendered(moderator, asked):
    page = signed_in(moderator).get(f"{QUEUE}{asked.pk}/change/").content.decode()
    for part in ("Write to", "<em>hides</em> a stowaway", "mira@lantern.cn", "data:image/svg+xml;base64,", "Show it"):
        assert part in page or part.replace("<em>", '<em class="act">') in page, part


def test_granting_shows_it_and_refusing_needs_a_reason(moderator, asked, bobs):
    client, path = signed_in(moderator), f"{QUEUE}{asked.pk}/change/"
    refused = client.post(path, {"decision": "refuse", "reason": ""}, follow=True)
    assert "A refusal needs a reason" in refused.content.decode()
    assert bobs.get(f"/characters/{asked.character_id}/").status_code == 404
    granted = client.post(path, {"decision": "grant"}, follow=True)
    assert "Mira is on stage" in granted.content.decode()
    assert bobs.get(f"/characters/{asked.character_id}/").status_code == 200


def test_what_was_hidden_meanwhile_is_said_with_its_reason(moderator, alice):
    mira = a_character(alice)
    path = f"{QUEUE}{ask_for_the_next(mira).pk}/change/"
    client = signed_in(moderator)
    told = '<td class="field-objections">hidden by a moderator</td>'
    assert told not in client.get(QUEUE).content.decode()
    assert "Hidden by a moderator" not in client.get(path).content.decode()
    hide(character=mira, by=moderator, reason="She gives <b>an address</b> away.")
    assert told in client.get(QUEUE).content.decode()
    page = client.get(path).content.decode()
    assert "after this was asked" in page
    assert "She gives &lt;b&gt;an address&lt;/b&gt; away." in page
    again = ask_for_the_next(mira)
    page = client.get(f"{QUEUE}{again.pk}/change/").content.decode()
    assert "before this was asked" in page
    assert "She gives" in page
    decide(publication=again, by=moderator, granted=True)
    assert "Hidden by a moderator" not in client.get(f"{QUEUE}{again.pk}/change/").content.decode()
    later = ask_for_the_next(mira)
    assert "Hidden by a moderator" not in client.get(f"{QUEUE}{later.pk}/change/").content.decode(), "shown again"


def test_the_queue_costs_the_same_however_long_it_is(moderator, alice, django_assert_num_queries):
    client = signed_in(moderator)
    for many in (1, 4):
        for _ in range(many):
            ask_for_the_next(a_character(alice))
        client.get(QUEUE)
        with django_assert_num_queries(7):
            client.get(QUEUE)


def test_nobody_decides_on_their_own(moderator):
    own = a_character(moderator, visibility="private")
    asked = ask_to_publish(character=own, version=own.published, asked_by=moderator, visibility="public")
    client, path = signed_in(moderator), f"{QUEUE}{asked.pk}/change/"
    assert "somebody else has to decide" in client.get(path).content.decode()
    client.post(path, {"decision": "grant"})
    asked.refresh_from_db()
    assert asked.state == Publication.State.WAITING


def test_the_queue_is_closed_to_others(asked, alices):
    staff = UserFactory(is_staff=True)
    path = f"{QUEUE}{asked.pk}/change/"
    assert signed_in(staff).get(path).status_code == 403
    assert alices.get(path).status_code == 302


def test_the_author_reads_state_and_reason_and_may_withdraw(moderator, asked, alices, bobs):
    path = f"/characters/{asked.character_id}/"
    waiting = alices.get(path).content.decode()
    assert "A request is waiting" in waiting
    assert "mira@lantern.cn" in waiting
    signed_in(moderator).post(f"{QUEUE}{asked.pk}/change/", {"decision": "refuse", "reason": "Leave the address out."})
    assert "Leave the address out." in alices.get(path).content.decode()
    alices.post(f"{path}publish/", {"visibility": "public"})
    again = Publication.objects.get(character_id=asked.character_id, state="waiting")
    assert bobs.post(f"{path}publish/withdraw/").status_code == 404
    alices.post(f"{path}publish/withdraw/")
    again.refresh_from_db()
    assert again.state == Publication.State.WITHDRAWN
