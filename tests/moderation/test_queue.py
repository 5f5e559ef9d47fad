"""The queue of reports in the admin."""

import importlib

import pytest
from django.apps import apps
from django.contrib.auth.models import Group, Permission
from django.db import connection

from accounts.models import User
from characters.models import Character
from moderation.models import Report
from moderation.services.reports import report_character
from tests.characters.conftest import signed_in
from tests.characters.factories import a_character, next_release
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db
QUEUE = "/admin/moderation/report/"
State = Report.State


def reported(user: User, character: Character, text: str = "It mocks the lame.") -> Report:
    return report_character(user=user, character_id=character.pk, reason="hate", text=text)[0]


@pytest.fixture
def told(mira, bob) -> Report:
    return reported(bob, mira)


def test_the_queue_lists_what_is_open(moderator, told, django_assert_num_queries):
    client = signed_in(moderator)
    page = client.get(QUEUE).content.decode()
    for said in ("Mira, version 1", "Hatred or harassment", "Alice", "Public"):
        assert said in page
    assert "Bob" not in page
    assert "Mira, version 1" not in client.get(QUEUE + "?state=upheld").content.decode()
    with django_assert_num_queries(7) as one:
        client.get(QUEUE)
    for number in range(4):
        reported(UserFactory(), a_character(UserFactory(), name=f"Mira {number}"))
    with django_assert_num_queries(len(one)):
        client.get(QUEUE)


def test_a_moderator_reads_who_said_what_of_which_version(moderator, told, mira):
    reported(UserFactory(name="Eve"), mira, text="Me too.")
    next_release(mira, name="Mira the Second")
    page = signed_in(moderator).get(f"{QUEUE}{told.pk}/change/").content.decode()
    for part in ("It mocks the lame.", "Reported by Bob", "keeps an inn above the harbour", "version 2 is now",
                 "What else was reported of it", "data:image/svg+xml;base64,"):  # fmt: skip
        assert part in page, part
    assert "Me too." not in page


def test_hiding_needs_a_reason_and_closes_the_report(moderator, told, bobs):
    client, path = signed_in(moderator), f"{QUEUE}{told.pk}/change/"
    refused = client.post(path, {"decision": "hide", "note": ""}, follow=True)
    assert "Hiding needs a reason" in refused.content.decode()
    assert bobs.get(f"/characters/{told.character_id}/").status_code == 200
    hidden = client.post(path, {"decision": "hide", "note": "Mend it."}, follow=True)
    assert "Mira is hidden" in hidden.content.decode()
    assert bobs.get(f"/characters/{told.character_id}/").status_code == 404
    closed = client.get(path).content.decode()
    assert "Mend it." in closed
    assert "Hide the character" not in closed


def test_several_are_closed_as_unfounded_at_once(moderator, told):
    own = reported(UserFactory(), a_character(moderator))
    spam = [reported(UserFactory(), a_character(UserFactory())) for _ in range(2)]
    chosen = [str(each.pk) for each in (told, own, *spam)]
    answer = signed_in(moderator).post(QUEUE, {"action": "close_as_unfounded", "_selected_action": chosen}, follow=True)
    page = answer.content.decode()
    assert "3 reports were closed." in page
    assert "Somebody else has to decide on your own work." in page
    assert list(Report.objects.filter(state=State.OPEN)) == [own]


def test_of_ones_own_character_one_reads_neither_who_nor_what(moderator, bob):
    own = reported(bob, a_character(moderator), text="The moderator wrote this.")
    page = signed_in(moderator).get(f"{QUEUE}{own.pk}/change/").content.decode()
    assert "Hatred or harassment" in page
    assert "somebody else has to decide" in page
    for secret in ("Bob", str(bob.pk), "The moderator wrote this."):
        assert secret not in page


def test_who_may_only_look_cannot_decide(told):

    looker = UserFactory(is_staff=True)
    looker.user_permissions.add(Permission.objects.get(codename="view_report"))
    client, path = signed_in(looker), f"{QUEUE}{told.pk}/change/"
    assert "You may look, and others decide." in client.get(path).content.decode()
    client.post(path, {"decision": "hide", "note": "Because."})
    client.post(QUEUE, {"action": "close_as_unfounded", "_selected_action": [str(told.pk)]})
    told.refresh_from_db()
    assert told.state == State.OPEN


def test_the_queue_is_closed_to_others(told, bobs):
    path = f"{QUEUE}{told.pk}/change/"
    assert signed_in(UserFactory(is_staff=True)).get(path).status_code == 403
    assert bobs.get(path).status_code == 302
    assert bobs.get(QUEUE).status_code == 302


def test_those_who_decided_before_there_were_reports_decide_on_them_too(db):
    migration = importlib.import_module("moderation.migrations.0002_moderators_read_reports")
    deciders, others = Group.objects.create(name="deciders"), Group.objects.create(name="others")
    deciders.permissions.add(Permission.objects.get(codename="change_publication"))
    others.permissions.add(Permission.objects.get(codename="view_publication"))
    for _ in range(2):
        migration.let_moderators_read(apps, connection.schema_editor())
    reports = Permission.objects.filter(content_type__app_label="moderation")
    assert {right.codename for right in reports.filter(group=deciders)} == {"view_report", "change_report"}
    assert not reports.filter(group=others).exists()
