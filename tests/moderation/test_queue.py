"""The queue in the admin: given out one at a time, read, decided, handed on."""

import importlib
from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.contrib.auth.models import Group, Permission
from django.db import connection
from django.test import Client
from django.utils import timezone

from accounts.management.commands.demo_accounts import make_demo_account
from accounts.models import Sanction, User
from characters.models import Character
from moderation.models import AuditEntry, Case, Notice, Report
from moderation.services import desk
from moderation.services.appeals import appeal, decide
from moderation.services.cases import open_case
from moderation.services.reports import report_character
from tests.characters.conftest import signed_in
from tests.characters.factories import a_character, next_release
from tests.factories import PASSWORD, UserFactory

pytestmark = pytest.mark.django_db
WORK, LIST = "/admin/moderation/case/work/", "/admin/moderation/case/"


def reported(user: User, character: Character, text: str = "It mocks the lame.", reason: str = "hate") -> Report:
    return report_character(user=user, character_id=character.pk, reason=reason, text=text)[0]


def do(client: Client, what: str, case: Case | None = None, **said: Any) -> str:
    given = said | {"do": what} | ({"case": str(case.pk)} if case else {})
    return client.post(WORK, given, follow=True).content.decode()


@pytest.fixture
def told(mira, bob) -> Report:
    return reported(bob, mira)


@pytest.fixture
def second(db) -> User:
    return make_demo_account(role="moderator", email="second@example.com", password=PASSWORD)


def test_what_was_said_is_shown_to_whoever_takes_the_case_and_that_is_written_down(moderator, told, mira):
    reported(UserFactory(name="Eve"), mira, text="Me too.")
    next_release(mira, name="Mira the Second")
    client = signed_in(moderator)
    before = client.get(f"{WORK}?case={told.case.pk}").content.decode()
    assert "Hatred or harassment" in before
    for secret in ("It mocks the lame.", "Bob", "keeps an inn above the harbour"):
        assert secret not in before
    page = do(client, "next")
    for part in ("It mocks the lame.", "Me too.", "Bob", "Eve", "keeps an inn above the harbour",
                 "1 when it was reported, 2 now", "data:image/svg+xml;base64,"):  # fmt: skip
        assert part in page, part
    do(client, "next")
    taken = AuditEntry.objects.filter(action="case.claimed")
    assert [(each.actor, each.subject) for each in taken] == [(moderator.pk, told.case.pk)]


def test_the_gravest_comes_first_then_the_oldest(moderator, bob, alice):
    spam, hate, minors, late = (
        reported(UserFactory(), a_character(alice, name=reason), reason=reason).case
        for reason in ("spam", "hate", "minors", "hate")
    )
    order = []
    for _ in range(4):
        case = desk.take_next(by=moderator)
        order.append(case)
        Case.objects.filter(pk=case.pk).update(outcome="dismissed", decided_at=timezone.now())
    assert order == [minors, hate, late, spam]
    assert desk.take_next(by=moderator) is None


def test_a_claim_keeps_others_out_and_ends_by_itself(moderator, second, told, monkeypatch):
    assert desk.take_next(by=moderator) == told.case
    assert desk.take_next(by=second) is None
    with pytest.raises(desk.Taken):
        desk.claim(case_id=told.case.pk, by=second)
    later = timezone.now() + timedelta(minutes=21)
    monkeypatch.setattr(timezone, "now", lambda: later)
    assert desk.take_next(by=second) == told.case
    with pytest.raises(desk.Taken):
        desk.release(case_id=told.case.pk, by=moderator)
    desk.release(case_id=told.case.pk, by=second)
    assert desk.take_next(by=moderator) == told.case


def test_nobody_is_given_what_is_about_them_or_what_they_reported(moderator, bob, mira):
    reported(bob, a_character(moderator), text="The moderator wrote this.")
    reported(moderator, mira)
    assert desk.take_next(by=moderator) is None
    client = signed_in(moderator)
    own = Case.objects.get(about=moderator)
    assert client.get(f"{WORK}?case={own.pk}").status_code == 404
    assert "The moderator wrote this." not in do(client, "claim", own)
    own.refresh_from_db()
    assert own.claimed_by is None


def test_one_decides_and_the_next_case_is_there(moderator, told, alice, bobs):
    other = reported(UserFactory(), a_character(alice, name="Again"), text="The second one.")
    client = signed_in(moderator)
    do(client, "next")
    refused = do(client, "decide", told.case, outcome="removed", text=" ")
    assert "Say why: the person reads it." in refused
    assert bobs.get(f"/characters/{told.character_id}/").status_code == 200
    page = do(client, "decide", told.case, outcome="removed", rule="hate", text="Mend it.", note="Clear.")
    assert "Hatred or harassment: removed." in page
    assert "The second one." in page
    assert bobs.get(f"/characters/{told.character_id}/").status_code == 404
    told.refresh_from_db()
    assert (told.state, told.case.outcome, told.case.note, told.case.decided_by) == (
        State.UPHELD, "removed", "Clear.", moderator,
    )  # fmt: skip
    assert other.case.outcome == ""


State = Report.State


@pytest.mark.parametrize(
    ("outcome", "more", "kind"),
    [
        ("warned", {}, "warned"),
        ("restricted", {"days": "7"}, "publishing"),
        ("suspended", {"days": "3"}, "suspended"),
        ("banned", {}, "banned"),
    ],
)
def test_people_are_told_what_was_decided_about_them(moderator, told, alice, outcome, more, kind):
    client = signed_in(moderator)
    do(client, "next")
    do(client, "decide", told.case, outcome=outcome, rule="hate", text="Line 3.", **more)
    sanction = Sanction.objects.get(user=alice)
    assert (sanction.kind, sanction.imposed_by, sanction.confirmed_at) == (kind, moderator, None)
    notice = Notice.objects.get(user=alice)
    assert (notice.sanction, notice.case, notice.rule) == (sanction, told.case, "hate")
    entry = AuditEntry.objects.get(action=f"case.{outcome}")
    assert entry.detail["sanction"] == str(sanction.pk)


def test_a_label_alone_does_nothing_to_anybody(moderator, told, mira, alice):
    client = signed_in(moderator)
    do(client, "next")
    assert "Choose a label." in do(client, "decide", told.case, outcome="labelled")
    do(client, "decide", told.case, outcome="labelled", labels=["fiction"])
    told.case.refresh_from_db()
    assert (told.case.outcome, told.case.labels) == ("labelled", ["fiction"])
    assert not Notice.objects.exists()


def test_what_a_filter_found_stands_beside_the_text(moderator, alice):
    from tests.moderation.test_cases import HATE, open_finding, verdict

    open_finding(verdict(HATE), text="you idiot people", stage="input", user=alice)
    page = do(signed_in(moderator), "next")
    assert "you <mark>idiot<sup>1</sup></mark> people" in page
    for part in ("Hatred", "0.90 · content", "<code>hate</code> → queue", "what a player said".capitalize()):
        assert part in page, part


def test_colleagues_and_operators(moderator, second, told):
    client = signed_in(moderator)
    do(client, "next")
    assert "Moderator (holds 0)</option>" in client.get(WORK).content.decode()
    do(client, "hand_over", told.case, to=str(second.pk))
    assert desk.take_next(by=moderator) is None
    assert desk.take_next(by=second) == told.case
    do(signed_in(second), "escalate", told.case)
    assert desk.take_next(by=second) is None
    with pytest.raises(desk.ForOperators):
        desk.claim(case_id=told.case.pk, by=second)
    operator = make_demo_account(role="operator", email="op@example.com", password=PASSWORD)
    assert desk.take_next(by=operator) == told.case
    actions = set(AuditEntry.objects.values_list("action", flat=True))
    assert {"case.claimed", "case.handed_over", "case.escalated"} <= actions


def test_spam_is_closed_in_heaps(moderator, alice):
    cases = [reported(UserFactory(), a_character(alice), reason="spam").case for _ in range(3)]
    others = [reported(UserFactory(), a_character(UserFactory())).case]
    client = signed_in(moderator)
    desk.claim(case_id=cases[0].pk, by=moderator)
    assert "And 2 more like it" in client.get(WORK).content.decode()
    page = do(client, "decide", cases[0], outcome="removed", rule="spam", text="Spam.", also="1")
    assert "And 2 like it." in page
    assert set(Case.objects.filter(outcome="removed")) == set(cases)
    chosen = {"action": "remove_as_spam", "_selected_action": [str(each.pk) for each in others]}
    assert "1 case was closed." in client.post(LIST, chosen, follow=True).content.decode()
    assert Case.objects.get(pk=others[0].pk).labels == ["spam"]


def test_the_queue_costs_the_same_however_long_it_is(moderator, told, django_assert_num_queries):
    client = signed_in(moderator)
    client.get(WORK)
    with django_assert_num_queries(15) as one:
        client.get(WORK)
    for number in range(4):
        reported(UserFactory(), a_character(UserFactory(), name=f"Mira {number}"))
    with django_assert_num_queries(len(one)):
        client.get(WORK)


def test_who_may_only_look_decides_nothing(told):
    looker = UserFactory(is_staff=True)
    looker.user_permissions.add(Permission.objects.get(codename="view_case"))
    client = signed_in(looker)
    assert "Next case" not in client.get(WORK).content.decode()
    for what in ("next", "claim", "decide", "context"):
        do(client, what, told.case, outcome="removed", text="Because.", purpose="pattern")
    client.post(LIST, {"action": "dismiss", "_selected_action": [str(told.case.pk)]})
    told.case.refresh_from_db()
    assert (told.case.outcome, told.case.claimed_by) == ("", None)


def test_the_queue_is_closed_to_others(told, bobs):
    assert signed_in(UserFactory(is_staff=True)).get(WORK).status_code == 403
    assert bobs.get(WORK).status_code == 302
    assert bobs.get(LIST).status_code == 302


def test_whoever_decided_the_case_does_not_decide_on_its_appeal(moderator, second, told, alice):
    do(signed_in(moderator), "next")
    do(signed_in(moderator), "decide", told.case, outcome="warned", rule="hate", text="Line 3.")
    made = appeal(user=alice, notice_id=Notice.objects.get().pk, text="It was not so.")
    from moderation.services.appeals import OnesOwn

    with pytest.raises(OnesOwn):
        decide(appeal=made, by=moderator, granted=True, answer="Oh.")
    decide(appeal=made, by=second, granted=True, answer="Indeed.")


def test_those_who_decided_on_reports_work_the_queue(db):
    migration = importlib.import_module("moderation.migrations.0011_open_reports_become_cases")
    deciders, others = Group.objects.create(name="deciders"), Group.objects.create(name="others")
    deciders.permissions.add(Permission.objects.get(codename="change_report"))
    for _ in range(2):
        migration.let_moderators_work(apps, connection.schema_editor())
    rights = Permission.objects.filter(content_type__app_label="moderation", content_type__model="case")
    assert {right.codename for right in rights.filter(group=deciders)} == {"view_case", "change_case"}
    assert not others.permissions.exists()


def test_what_was_open_before_there_were_cases_becomes_some(mira, bob, alice):
    migration = importlib.import_module("moderation.migrations.0011_open_reports_become_cases")
    first, worse = reported(bob, mira, reason="spam"), reported(UserFactory(), mira, reason="minors")
    Report.objects.update(case=None)
    Case.objects.all().delete()
    migration.open_cases(apps, connection.schema_editor())
    case = Case.objects.get()
    assert (case.kind, case.subject, case.about, case.rule, case.severity, case.told) == (
        "character", mira.pk, alice, "minors", 4, 2,
    )  # fmt: skip
    assert set(case.reports.all()) == {first, worse}


def test_a_case_is_opened_for_whatever_is_named(moderator, db):
    open_case(kind="player", subject=UserFactory().pk, rule="sexual", severity=2, found=1)
    page = do(signed_in(moderator), "next")
    assert "Sexual content" in page
