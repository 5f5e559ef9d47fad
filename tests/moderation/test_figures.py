"""Figures of how the queue is worked."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.management.commands.demo_accounts import make_demo_account
from accounts.models import User
from moderation.models import Case, Notice
from moderation.selectors.figures import figures
from moderation.services import appeals
from moderation.services.cases import open_case
from moderation.services.decisions import Decision, decide
from tests.characters.conftest import signed_in
from tests.factories import PASSWORD, UserFactory

pytestmark = pytest.mark.django_db


def decided(by: User, outcome: str, *, hours: int, rule: str = "hate") -> Case:
    person = UserFactory()
    case = open_case(kind="player", subject=person.pk, rule=rule, severity=2, about=person, told=1)
    Case.objects.filter(pk=case.pk).update(opened_at=timezone.now() - timedelta(hours=hours))
    return decide(case_id=case.pk, by=by, decision=Decision(outcome, rule="hate", text="Line 3."))


def test_what_was_decided_how_fast_and_what_did_not_stand(moderator, django_assert_max_num_queries):
    second = make_demo_account(role="moderator", email="second@example.com", password=PASSWORD)
    for outcome, hours in (("dismissed", 1), ("warned", 3), ("warned", 8)):
        case = decided(moderator, outcome, hours=hours)
    decided(second, "dismissed", hours=2, rule="spam")
    open_case(kind="player", subject=UserFactory().pk, rule="minors", severity=4, told=1)
    for notice, granted in zip(Notice.objects.order_by("id"), (True, False), strict=True):
        made = appeals.appeal(user=notice.user, notice_id=notice.pk, text="No.")
        appeals.decide(appeal=made, by=second, granted=granted, answer="Well.")
    with django_assert_max_num_queries(7):
        told = figures()
    # Of the last hours: shortly after midnight some were yesterday.
    lately = tuple(map(sum, zip(*(day[1:] for day in told.days[-2:]), strict=True)))
    assert (lately, told.open, told.overturned, told.appealed, told.rate) == ((5, 4), [(4, 1)], 1, 2, 50)
    assert round(told.took.total_seconds() / 3600, 1) == 2.5
    first, other = told.workers
    assert (first.user, first.decided, first.founded, first.share, first.appealed, first.overturned) == (
        moderator, 3, 2, 67, 2, 1,
    )  # fmt: skip
    assert (other.user, other.decided, other.share) == (second, 1, 0)
    assert [(each.rule, each.decided, each.founded) for each in told.rules] == [("hate", 3, 2), ("spam", 1, 0)]
    assert case.outcome == "warned"


def test_the_page_shows_them_to_the_team_alone(moderator, bob):
    page = signed_in(moderator).get("/admin/moderation/case/figures/").content.decode()
    assert "Nobody yet." in page
    decided(moderator, "warned", hours=3)
    page = signed_in(moderator).get("/admin/moderation/case/figures/").content.decode()
    for part in ("Hatred or harassment", "3 hours", "100 %", "0 of 0"):
        assert part in page, part
    assert signed_in(bob).get("/admin/moderation/case/figures/").status_code == 302
    assert signed_in(UserFactory(is_staff=True)).get("/admin/moderation/case/figures/").status_code == 403
