"""The page on which a character is reported: for members, guests and whoever just came, without a script."""

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from characters.models import Character
from moderation.models import Report
from moderation.selectors import text_of
from moderation.services.reports import report_character
from tests.characters.conftest import signed_in
from tests.characters.factories import a_character
from tests.factories import GuestFactory, UserFactory
from tests.moderation.cases import removed

pytestmark = pytest.mark.django_db


def page_of(character: Character) -> str:
    return f"/characters/{character.pk}/report/"


@pytest.mark.parametrize("visitor", ["member", "guest", "anonymous"])
def test_the_way_there_is_on_the_page_of_the_character(mira, visitor):
    people = {"member": UserFactory, "guest": GuestFactory}
    client = signed_in(people[visitor]()) if visitor in people else Client()
    assert f'href="{page_of(mira)}"' in client.get(f"/characters/{mira.pk}/").content.decode()
    assert client.get(page_of(mira)).status_code == 200
    answer = client.post(page_of(mira), {"reason": "hate", "text": "It mocks the lame."}, follow=True)
    assert answer.redirect_chain == [(f"/characters/{mira.pk}/", 302)]
    assert "Thank you. A moderator looks at it." in answer.content.decode()
    told = Report.objects.get(character=mira)
    assert text_of(told) == "It mocks the lame."
    assert told.reporter.is_guest is (visitor != "member")
    again = client.get(page_of(mira)).content.decode()
    assert "You have reported this character." in again
    assert "Send the report" not in again


def test_ones_own_has_no_way_there(mira, alice):
    client = signed_in(alice)
    assert page_of(mira) not in client.get(f"/characters/{mira.pk}/").content.decode()
    for answer in (client.get(page_of(mira)), client.post(page_of(mira), {"reason": "hate"})):
        assert answer.status_code == 403
        assert "This is your own: change it" in answer.content.decode()


def test_what_was_typed_stays_when_something_is_wrong(mira, bobs):
    nothing = bobs.post(page_of(mira), {"text": "I typed this."})
    assert nothing.status_code == 400
    assert "I typed this." in nothing.content.decode()
    other = bobs.post(page_of(mira), {"reason": "other", "text": " "})
    assert other.status_code == 400
    assert "Say in a few words what is wrong." in other.content.decode()
    assert 'value="other" id="id_reason_7" checked' in other.content.decode()
    long = bobs.post(page_of(mira), {"reason": "spam", "text": "x" * 2001})
    assert "at most 2,000 characters" in long.content.decode()
    assert not Report.objects.exists()


def test_who_is_too_fast_keeps_what_was_typed(alice, bobs):
    for number in range(10):
        bobs.post(page_of(a_character(alice, name=f"Mira {number}")), {"reason": "spam"})
    refused = bobs.post(page_of(a_character(alice)), {"reason": "spam", "text": "I typed this."})
    assert refused.status_code == 429
    assert "I typed this." in refused.content.decode()
    assert Report.objects.count() == 10


def test_strangers_get_404_for_what_they_cannot_open(alice, bobs):
    private, deleted = a_character(alice, visibility="private"), a_character(alice)
    Character.objects.filter(pk=deleted.pk).update(deleted_at=timezone.now())
    for hidden in (private, deleted):
        assert bobs.get(page_of(hidden)).status_code == 404
        assert bobs.post(page_of(hidden), {"reason": "hate"}).status_code == 404
    nobody = Client()
    assert nobody.post(page_of(private), {"reason": "hate"}).status_code == 404
    assert not User.objects.filter(is_guest=True).exists(), "no guest is made for nothing"


def test_a_report_needs_the_token(mira, bob):
    client = Client(enforce_csrf_checks=True)
    client.force_login(bob, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert client.post(page_of(mira), {"reason": "hate"}).status_code == 403
    assert not Report.objects.exists()


def test_the_author_reads_that_it_was_hidden_and_why(mira, alice, bob, bobs, moderator):
    told, _new = report_character(user=bob, character_id=mira.pk, reason="hate")
    removed(told, by=moderator, text="The second opening mocks the lame.")
    page = signed_in(alice).get(f"/characters/{mira.pk}/").content.decode()
    assert "A moderator hid this character: only you see it." in page
    assert "The second opening mocks the lame." in page
    assert "Bob" not in page
    assert bobs.get(f"/characters/{mira.pk}/").status_code == 404
