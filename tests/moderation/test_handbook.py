"""Whoever opens a queue for the first time reads the handbook first, and says so."""

import pytest
from django.test import Client

from accounts.guests import BACKEND
from accounts.models import User
from moderation import handbook
from moderation.models import AuditEntry, HandbookRead

pytestmark = pytest.mark.django_db
QUEUES = [
    "accounts/sanction", "characters/publication", "stories/storypublication", "moderation/appeal", "moderation/case",
    "moderation/reading", "moderation/rightsnotice",
]  # fmt: skip


@pytest.fixture
def fresh(moderator: User) -> Client:
    """Of the team since today."""
    client = Client()
    client.force_login(moderator, backend=BACKEND)
    return client


@pytest.mark.parametrize("queue", QUEUES)
def test_a_queue_opens_once_it_is_read(fresh: Client, queue: str) -> None:
    path = f"/admin/{queue}/"
    led = fresh.get(path)
    assert led.status_code == 302
    page = fresh.get(led["Location"]).content.decode()
    assert "Handbook for moderators" in page
    assert "Four eyes" in page
    back = fresh.post("/admin/handbook/", {"next": path})
    assert (back.status_code, back["Location"]) == (302, path)
    assert fresh.get(path, follow=True).status_code == 200


def test_it_is_read_in_ones_own_language(fresh: Client) -> None:
    page = fresh.get("/admin/handbook/", headers={"Accept-Language": "zh-CN"}).content.decode()
    assert "四只眼睛" in page


def test_nothing_else_waits_for_it(fresh: Client) -> None:
    assert fresh.get("/admin/").status_code == 200
    assert fresh.get("/admin/accounts/user/").status_code == 200


def test_a_new_version_is_read_again(fresh: Client, moderator: User, monkeypatch: pytest.MonkeyPatch) -> None:
    fresh.post("/admin/handbook/")
    fresh.post("/admin/handbook/")
    assert HandbookRead.objects.filter(user=moderator).count() == 1
    assert AuditEntry.objects.get().detail == {"version": handbook.VERSION}
    monkeypatch.setattr(handbook, "VERSION", handbook.VERSION + 1)
    assert fresh.get("/admin/moderation/case/").status_code == 302


def test_it_leads_nowhere_else(fresh: Client) -> None:
    assert fresh.post("/admin/handbook/", {"next": "https://example.org/"})["Location"] == "/admin/"
    assert fresh.post("/admin/handbook/", {"next": "queue"})["Location"] == "queue"  # beside this page; no view's name


def test_players_do_not_see_it(bobs: Client) -> None:
    assert bobs.get("/admin/handbook/").status_code == 404
