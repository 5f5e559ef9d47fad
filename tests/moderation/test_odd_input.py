"""What no form of ours sends: signs that cannot be stored, numbers beyond all days, cases of oneself, heaps of text."""

from typing import Any

import pytest
from django.test import Client

from accounts.errors import Invalid
from accounts.management.commands.demo_accounts import make_demo_account
from accounts.models import Sanction, User
from characters.models import Character
from moderation.models import Case, Notice, Reading, RightsNotice
from moderation.services import desk, readings, rights, sanctions
from tests.characters.conftest import signed_in
from tests.chat.grown import Talk
from tests.factories import PASSWORD, UserFactory
from tests.moderation.test_cases import HATE, open_finding, verdict
from tests.moderation.test_rights import SAID

pytestmark = pytest.mark.django_db
WORK = "/admin/moderation/case/work/"
NUL = "Seen\x00 twice."


@pytest.fixture
def admin(moderator: User) -> Client:
    return signed_in(moderator)


@pytest.fixture
def case(alice: User, moderator: User) -> Case:
    """Of something that Alice said, before the moderator."""
    found = open_finding(verdict(HATE), text="Get out.", stage="input", user=alice)
    assert found is not None
    return desk.claim(case_id=found.pk, by=moderator)


def decide(admin: Client, case: Case, **said: Any) -> Any:
    return admin.post(WORK, {"do": "decide", "case": str(case.pk), "rule": "hate", "text": "Why."} | said)


@pytest.mark.parametrize("outcome", ["dismissed", "warned", "suspended"])
def test_a_note_keeps_what_can_be_stored(admin: Client, case: Case, outcome: str) -> None:
    assert decide(admin, case, outcome=outcome, note=NUL, text=NUL, days="3").status_code == 302
    case.refresh_from_db()
    assert (case.outcome, case.note) == (outcome, "Seen twice.")


def test_so_does_the_note_of_an_escalation(moderator: User, case: Case) -> None:
    assert desk.escalate(case_id=case.pk, by=moderator, note=NUL).note == "Seen twice."


@pytest.mark.parametrize("days", ["0", "-1", "1.5", "3651", "9" * 12, "9" * 5_000, "１", "soon"])
def test_a_length_that_cannot_be_read_is_refused_and_lasts_for_nobody(admin: Client, case: Case, days: str) -> None:
    refused = decide(admin, case, outcome="restricted", days=days)
    assert refused.status_code == 400
    assert "From one day to ten years." in refused.content.decode()
    assert not Sanction.objects.filter(user=case.about).exists()


def test_what_was_chosen_is_still_chosen_when_it_is_refused(admin: Client, case: Case) -> None:
    said = {"rule": "spam", "days": "30", "labels": ["coordinated"], "text": " ", "note": "Third time."}
    page = decide(admin, case, outcome="suspended", **said).content.decode()
    for kept in ('value="spam" selected', 'value="30" selected', 'value="coordinated" checked', 'value="Third time."'):
        assert kept in page, kept


def test_a_case_about_oneself_is_shown_by_no_way(moderator: User, admin: Client) -> None:
    own = open_finding(verdict(HATE), text="Get out.", stage="input", user=moderator)
    assert own is not None
    assert admin.get(WORK, {"case": str(own.pk)}).status_code == 404
    for do in ("claim", "context", "decide", "release"):
        page = admin.post(WORK, {"do": do, "case": str(own.pk), "purpose": "danger"}).content.decode()
        assert "Somebody else has to decide" in page
        assert str(own.pk) not in page, do


def test_heaps_of_text_are_refused_and_nothing_is_done(admin: Client, case: Case, bob: User, mira: Character) -> None:
    heap = "x" * 100_000
    assert decide(admin, case, outcome="warned", text=heap).status_code == 400
    case.refresh_from_db()
    assert case.open
    assert signed_in(bob).post(f"/characters/{mira.pk}/report/", {"reason": "hate", "text": heap}).status_code == 400
    assert not Case.objects.filter(subject=mira.pk).exists()


def test_a_reason_to_read_a_talk_is_counted_by_what_is_kept_of_it(moderator: User) -> None:
    talk = Talk(UserFactory())
    with pytest.raises(Invalid):
        readings.ask_to_read(conversation=talk.id, by=moderator, reason="\x00" * 40)
    readings.ask_to_read(conversation=talk.id, by=moderator, reason=f"{NUL} Somebody is in danger.")
    assert Reading.objects.get().reason == "Seen twice. Somebody is in danger."


def test_the_reason_to_hide_a_work_too(moderator: User, mira: Character) -> None:
    notice = rights.receive(kind="character", subject=mira.pk, ip=None, **SAID)
    rights.uphold(notice=notice, by=moderator, reason=NUL)
    assert RightsNotice.objects.get().reason == "Seen twice."


def test_what_is_no_decision_is_not_appealed_against(alice: User, moderator: User) -> None:
    talk, second = Talk(alice), make_demo_account(role="moderator", email="s@example.com", password=PASSWORD)
    asked = readings.ask_to_read(conversation=talk.id, by=moderator, reason="Two reports speak of danger.")
    readings.agree(reading_id=asked.pk, by=second)
    told = Notice.objects.get(user=alice)
    client = signed_in(alice)
    assert client.post(f"/settings/notices/{told.pk}/appeal/", {"text": "No!"}).status_code == 404
    sanctions.impose(user=alice, by=moderator, kind="warned", rule="hate", text="Line 3.")
    other = Notice.objects.get(user=alice, kind="sanction")
    assert client.post(f"/settings/notices/{other.pk}/appeal/", {"text": "No!"}).status_code == 302
