"""Where somebody is signed in: what they are shown of it, and what ends it."""

import datetime

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.utils import timezone

from accounts.browsers import ORIGIN, browser_called
from accounts.errors import NotFound
from accounts.models import Session
from accounts.sessions import end_session, end_sessions, open_sessions, open_sessions_of
from accounts.visits import session_mark
from tests.factories import PASSWORD, GuestFactory

PAGE = "/settings/sessions/"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
PHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0"
    " Mobile/15E148 Safari/604.1"
)
NEW = "a rather better password"


def log_in(user, agent=FIREFOX, ip="203.0.113.9") -> Client:
    client = Client(headers={"User-Agent": agent}, REMOTE_ADDR=ip)
    answer = client.post("/account/login/", {"login": user.email, "password": PASSWORD})
    assert answer.status_code == 302, answer.content
    return client


def test_the_page_lists_browsers_with_place_and_time_and_says_which_is_this(alice):
    here = log_in(alice)
    log_in(alice, PHONE, "198.51.100.7")
    text = here.get(PAGE).content.decode()
    assert text.index("Firefox on Linux") < text.index("Safari on iPhone"), "this one comes first"
    assert "203.0.113.9" in text
    assert "198.51.100.7" in text
    assert text.count("this browser") == 1
    assert "Signed in on" in text


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        (FIREFOX, "Firefox on Linux"),
        (PHONE, "Safari on iPhone"),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/140.0 Safari/537.36 Edg/140.0", "Edge on Windows"),
        ("curl/8.0", "A browser that does not say which"),
        ("", "A browser that does not say which"),
    ],
)
def test_browsers_are_called_what_people_call_them(agent, name):
    assert browser_called(agent) == name


def test_what_the_browser_is_lies_sealed(alice):
    here = log_in(alice)
    with connection.cursor() as cursor:
        cursor.execute("select session_data from accounts_session where user_id = %s", [alice.pk])
        [[data]] = cursor.fetchall()
    assert here.session[ORIGIN]
    decoded = str(Session.objects.get(user=alice).get_decoded())
    assert "203.0.113.9" not in data + decoded
    assert "Firefox" not in data + decoded


def test_the_place_is_that_of_the_last_hour(alice):
    here = log_in(alice)
    session = here.session
    session["seen"] = (timezone.now() - datetime.timedelta(hours=2)).strftime("%Y-%m-%dT%H")
    session.save()
    here.get(PAGE, REMOTE_ADDR="198.51.100.77")
    [found] = open_sessions_of(alice, this="")
    assert found.address == "198.51.100.77"
    assert found.seen is not None
    assert timezone.now() - found.seen < datetime.timedelta(hours=1)


def test_a_session_is_its_persons_from_the_login_to_the_logout(alice, client):
    assert client.get("/account/login/").status_code == 200
    assert not Session.objects.filter(user=alice).exists()
    client.post("/account/login/", {"login": alice.email, "password": PASSWORD})
    assert Session.objects.get(user=alice).pk == client.session.session_key
    client.post("/account/logout/")
    assert not Session.objects.filter(user=alice).exists()


def test_nobody_ends_a_strangers_session(alice, bob, signed_in):
    cookie = log_in(alice).cookies["sessionid"].value
    assert signed_in(bob).post(f"{PAGE}end/", {"session": session_mark(cookie)}).status_code == 404
    with pytest.raises(NotFound):
        end_session(user=bob, mark=session_mark(cookie))
    assert Session.objects.filter(pk=cookie).exists()


def test_an_ended_session_does_not_come_back_with_its_next_page(alice):
    here, there = log_in(alice), log_in(alice)
    here.post(f"{PAGE}end/", {"session": session_mark(there.cookies["sessionid"].value)})
    assert there.get("/settings/").status_code == 302
    assert here.get("/settings/").status_code == 200
    assert Session.objects.filter(user=alice).count() == 1


def test_everywhere_means_here_too(alice):
    here, there = log_in(alice), log_in(alice)
    assert here.post(f"{PAGE}end/", {"all": ""}).headers["location"] == "/account/login/"
    assert {client.get("/settings/").status_code for client in (here, there)} == {302}
    assert not Session.objects.filter(user=alice).exists()


def test_another_password_leaves_only_the_browser_it_was_changed_in(alice):
    here, there = log_in(alice), log_in(alice)
    here.post("/account/reauthenticate/", {"password": PASSWORD})
    here.post("/account/password/change/", {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW})
    assert here.get("/settings/").status_code == 200
    assert there.get("/settings/").status_code == 302
    alice.refresh_from_db()
    [found] = open_sessions_of(alice, this=here.session.session_key or "")
    assert found.is_this
    assert Session.objects.filter(user=alice).count() == 1


def test_a_password_reset_by_mail_ends_every_session(alice, client, link_in):
    there = log_in(alice)
    client.post("/account/password/reset/", {"email": alice.email})
    page = client.get(link_in(mail.outbox[-1]), follow=True)
    client.post(page.request["PATH_INFO"], {"password1": NEW, "password2": NEW})
    assert there.get("/settings/").status_code == 302
    assert not Session.objects.filter(user=alice).exists()


def test_sessions_go_with_their_person(db):
    guest = GuestFactory()
    open_sessions([guest, guest])
    assert end_sessions(user=guest) == 2
    open_sessions([guest])
    pk = guest.pk
    guest.delete()
    assert not Session.objects.filter(user=pk).exists()
