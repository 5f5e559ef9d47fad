"""Reporting a character, and what becomes of it."""

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.erasure import erase
from accounts.errors import ContentLost, Forbidden, Invalid, NotFound, RateLimited
from accounts.guests import adopt
from accounts.management.commands.demo_accounts import make_demo_account
from accounts.models import DataKey, User
from characters.models import Character, Delivery, Publication
from characters.selectors import characters_for
from characters.selectors.publications import standing_of
from characters.services.decision_mail import send_decision
from characters.services.publishing import ask_to_publish, decide
from characters.services.releases import release
from characters.services.webhooks import EVENTS, make_webhook
from moderation.models import Notice, Reason, Report
from moderation.selectors import text_of
from moderation.selectors.cases import open_cases
from moderation.services import appeals
from moderation.services.desk import ClosedAlready, OnesOwn
from moderation.services.reports import MAX_TEXT, report_character
from moderation.works import YourOwn
from tests.characters.factories import a_character, next_release
from tests.factories import PASSWORD, GuestFactory, UserFactory
from tests.moderation.cases import dismissed, removed

pytestmark = pytest.mark.django_db
State = Report.State


def second_moderator() -> User:
    return make_demo_account(role="moderator", email="second@example.com", password=PASSWORD)


def report(user: User, character: Character, reason: str = Reason.HATE, text: str = "It mocks the lame.") -> Report:
    return report_character(user=user, character_id=character.pk, reason=reason, text=text)[0]


def test_a_report_is_open_says_what_was_on_stage_and_is_sealed(mira, bob):
    told = report(bob, next_release(mira, name="Mira the Second"))
    assert (told.state, told.reason, told.version.name) == (State.OPEN, "hate", "Mira the Second")
    assert b"mocks" not in bytes(told.text)
    assert text_of(Report.objects.get(pk=told.pk)) == "It mocks the lame."
    assert text_of(report(bob, a_character(None, slug="house"), text=" \r\n")) == ""


def test_reporting_again_while_it_is_open_changes_nothing(mira, bob, moderator):
    first, new = report_character(user=bob, character_id=mira.pk, reason="spam", text="")
    again, newer = report_character(user=bob, character_id=mira.pk, reason="hate", text="More of it.")
    assert (new, newer, again.pk, again.reason) == (True, False, first.pk, "spam")
    dismissed(first, by=moderator)
    assert report(bob, mira).pk != first.pk
    assert report(UserFactory(), mira).pk


@pytest.mark.parametrize(
    ("reason", "text", "field"),
    [("boring", "", "reason"), ("", "", "reason"), ("other", " ", "text"), ("hate", "x" * (MAX_TEXT + 1), "text")],
)
def test_what_is_wrong_with_a_report_is_named(mira, bob, reason: str, text: str, field: str):
    with pytest.raises(Invalid) as refused:
        report_character(user=bob, character_id=mira.pk, reason=reason, text=text)
    assert refused.value.extra["field"] == field
    assert not Report.objects.exists()


def test_line_ends_count_once(mira, bob):
    assert text_of(report(bob, mira, text="a\r\n" * (MAX_TEXT // 2))) == "\n".join("a" * (MAX_TEXT // 2))


def test_nobody_reports_their_own_or_what_they_cannot_open(mira, alice, bob):
    with pytest.raises(YourOwn):
        report(alice, mira)
    for hidden in (a_character(alice, visibility="private"), a_character(alice)):
        Character.objects.filter(pk=hidden.pk, visibility="public").update(deleted_at=timezone.now())
        with pytest.raises(NotFound):
            report(bob, hidden)
    assert report(bob, a_character(alice, visibility="unlisted")).state == State.OPEN


def test_who_reports_too_much_has_to_wait_and_one_address_has_a_limit_too(alice):
    bob, cast = UserFactory(), [a_character(alice, name=f"Mira {number}") for number in range(11)]
    for character in cast[:10]:
        report(bob, character)
    report(bob, cast[0]), "what is open already costs nothing"
    with pytest.raises(RateLimited):
        report(bob, cast[10])
    for _ in range(2):
        visitor = GuestFactory()
        for character in cast[:10]:
            report_character(user=visitor, character_id=character.pk, reason="spam", ip="203.0.113.7")
    with pytest.raises(RateLimited) as refused:
        report_character(user=GuestFactory(), character_id=cast[0].pk, reason="spam", ip="203.0.113.7")
    assert refused.value.extra["limit"] == "ip"


def test_the_database_holds_one_open_report_of_a_person_and_a_time_with_every_decision(mira, bob):
    told = report(bob, mira)
    with pytest.raises(IntegrityError), transaction.atomic():
        Report.objects.create(case=told.case, character=mira, version=told.version, reporter=bob, reason="spam")
    with pytest.raises(IntegrityError), transaction.atomic():
        Report.objects.filter(pk=told.pk).update(state=State.DISMISSED)


# --- who is told


def test_the_authors_webhook_hears_what_and_why_and_nothing_of_who(mira, alice, bob):
    make_webhook(owner=alice, url="https://example.org/hook", events=EVENTS)
    make_webhook(owner=bob, url="https://example.org/hook", events=EVENTS)
    report(bob, mira)
    report(bob, mira)
    [delivery] = Delivery.objects.filter(event="character.reported")
    assert delivery.webhook.owner == alice
    assert delivery.payload["data"] == {"character_id": str(mira.pk), "name": "Mira", "reason": "hate"}
    assert str(bob.pk) not in str(delivery.payload)


# --- decisions


def test_an_unfounded_case_is_closed_with_all_that_was_told_and_the_character_stays(mira, bob, moderator):
    told, other = report(bob, mira), report(UserFactory(), mira)
    assert told.case == other.case
    closed = dismissed(told, by=moderator, note=" It is satire. ")
    assert (closed.state, closed.decided_by, closed.note) == (State.DISMISSED, moderator, "It is satire.")
    assert closed.decided_at is not None
    assert characters_for(bob).filter(pk=mira.pk).exists()
    other.refresh_from_db()
    assert other.state == State.DISMISSED
    with pytest.raises(ClosedAlready):
        removed(told, by=moderator, text="Second thoughts")


def test_hiding_closes_what_was_reported_and_tells_the_author_why(mira, alice, bob, moderator, mailoutbox):
    earlier = report(UserFactory(), mira)
    dismissed(earlier, by=moderator)
    told, other = report(bob, mira), report(UserFactory(), mira, Reason.SPAM)
    with pytest.raises(Invalid):
        removed(told, by=moderator, text="  ")
    removed(told, by=moderator, text="She mocks the lame in the second opening.")
    assert not characters_for(bob).filter(pk=mira.pk).exists()
    assert characters_for(alice).filter(pk=mira.pk).exists()
    states = {each.pk: each.state for each in Report.objects.filter(character=mira)}
    assert states == {told.pk: State.UPHELD, other.pk: State.UPHELD, earlier.pk: State.DISMISSED}
    standing = standing_of(mira)
    assert standing.hidden
    assert standing.decided.reason == "She mocks the lame in the second opening."
    assert send_decision(standing.decided.pk)
    assert mailoutbox[-1].to == [alice.email]
    assert "a moderator hid Mira" in mailoutbox[-1].body
    assert "second opening" in mailoutbox[-1].body
    assert "Mira is shown to others no more" in mailoutbox[-1].subject


def test_what_was_hidden_comes_back_by_a_decision_alone(mira, alice, bob, moderator):
    removed(report(bob, mira), by=moderator, text="Mend it.")
    mira.refresh_from_db()
    asked = ask_to_publish(character=mira, version=mira.published, asked_by=alice, visibility="public")
    assert asked.state == Publication.State.WAITING
    assert standing_of(mira).hidden, "until then the reason stays in view"
    decide(publication=asked, by=moderator, granted=True)
    assert not standing_of(mira).hidden
    assert characters_for(bob).filter(pk=mira.pk).exists()


def test_hidden_wrongly_it_is_shown_again_to_the_same_people(mira, alice, bob, moderator):
    removed(report(bob, mira), by=moderator, text="She mocks the lame.")
    notice = Notice.objects.get(user=alice)
    assert (notice.kind, notice.rule) == ("removed", "hate")
    made = appeals.appeal(user=alice, notice_id=notice.pk, text="She is quoting.")
    appeals.decide(appeal=made, by=second_moderator(), granted=True, answer="So she is.")
    mira.refresh_from_db()
    assert mira.visibility == "public"
    assert not standing_of(mira).hidden
    assert characters_for(bob).filter(pk=mira.pk).exists()


def test_what_was_changed_while_it_was_hidden_is_not_shown_by_an_appeal(mira, alice, bob, moderator):
    removed(report(bob, mira), by=moderator, text="She mocks the lame.")
    notice = Notice.objects.get(user=alice)
    made = appeals.appeal(user=alice, notice_id=notice.pk, text="She is quoting.")
    mira.refresh_from_db()
    release(character=mira, editions={"en": {"name": "Mira", "greetings": ["Something nobody looked at."]}})
    appeals.decide(appeal=made, by=second_moderator(), granted=True, answer="So she is.")
    mira.refresh_from_db()
    assert mira.visibility == "private"


def test_a_request_that_waits_is_not_decided_by_hiding(mira, alice, bob, moderator):
    next_release(mira)
    mira.refresh_from_db()
    version = mira.versions.order_by("number")[0]
    asked = ask_to_publish(character=mira, version=version, asked_by=alice, visibility="public")
    removed(report(bob, mira), by=moderator, text="Mend it.")
    standing = standing_of(mira)
    assert (standing.waiting, standing.hidden) == (asked, True)
    decide(publication=asked, by=moderator, granted=True)
    assert not standing_of(mira).hidden, "what was decided last counts, not what was asked last"


def test_a_character_of_the_house_is_hidden_and_there_is_nobody_to_tell(bob, moderator):
    house = a_character(None, slug="house")
    removed(report(bob, house), by=moderator, text="Out of date.")
    house.refresh_from_db()
    assert house.visibility == "private"
    assert not Publication.objects.filter(character=house).exists()


def test_four_eyes(mira, alice, bob, moderator):
    with pytest.raises(Forbidden):
        dismissed(report(bob, mira), by=UserFactory(is_staff=True))
    own = report(bob, a_character(moderator))
    filed = report(moderator, a_character(alice))
    for told in (own, filed):
        with pytest.raises(OnesOwn):
            dismissed(told, by=moderator)
        with pytest.raises(OnesOwn):
            removed(told, by=moderator, text="Because.")


def test_what_its_author_deleted_waits_until_it_is_back(mira, bob):
    report(bob, mira)
    report(UserFactory(), mira)
    assert open_cases().get().told == 2
    Character.objects.filter(pk=mira.pk).update(deleted_at=timezone.now())
    assert not open_cases().exists()


# --- people come and go


def test_erasing_the_reporter_leaves_the_report_without_who_and_without_words(mira, bob):
    told = report(bob, mira)
    sealed = bytes(told.text)
    erase(bob)
    told.refresh_from_db()
    assert (told.reporter, bytes(told.text), text_of(told)) == (None, b"", "")
    assert (told.state, told.reason) == (State.OPEN, "hate")
    told.text = sealed  # what a backup still holds
    with pytest.raises(ContentLost):
        text_of(told)


def test_erasing_the_author_takes_the_reports_along(mira, alice, bob):
    report(bob, mira)
    erase(alice)
    assert not Report.objects.exists()


def test_a_guests_reports_become_the_accounts_and_stay_readable(mira, alice, bob):
    guest, once = GuestFactory(), a_character(alice, name="Once")
    theirs = report(guest, mira, text="As a guest.")
    report(guest, once)
    report(bob, once)
    report(guest, a_character(bob))
    adopt(guest, bob)
    theirs.refresh_from_db()
    assert (theirs.reporter, text_of(theirs)) == (bob, "As a guest.")
    assert DataKey.objects.get(purpose="adopted").owner == bob
    assert Report.objects.filter(reporter=bob, character=once).count() == 1
    assert not Report.objects.filter(character__owner=bob).exists()
