"""Break glass: a whole talk opens for a reason, with a second person, for a few hours; and those in it are told."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.errors import Conflict, Forbidden, Invalid, NotFound
from accounts.ids import uuid7
from accounts.management.commands.demo_accounts import make_demo_account
from accounts.models import User
from chat.selectors import MOST_MESSAGES
from moderation.models import AuditEntry, Notice, Reading
from moderation.services.readings import NotOpen, OnesOwn, agree, ask_to_read, end, read, refuse
from tests.characters.conftest import signed_in
from tests.chat.grown import Talk
from tests.factories import PASSWORD, UserFactory

pytestmark = pytest.mark.django_db
WHY = "Two reports say that somebody is in danger here."


@pytest.fixture
def talk(db: None) -> Talk:
    made = Talk(UserFactory(name="Alice"))
    made.script("I cannot go on.", "Sit with me.")
    return made


def team(name: str) -> User:
    return make_demo_account(role="moderator", email=f"{name}@example.com", password=PASSWORD)


def test_nobody_reads_before_somebody_else_has_agreed(talk: Talk) -> None:
    mo, second = team("mo"), team("second")
    asked = ask_to_read(conversation=talk.id, by=mo, reason=WHY)
    for person in (mo, second):
        with pytest.raises(NotOpen):
            read(reading_id=asked.pk, by=person)
    with pytest.raises(OnesOwn):
        agree(reading_id=asked.pk, by=mo)
    with pytest.raises(Conflict):
        ask_to_read(conversation=talk.id, by=mo, reason=WHY)
    assert not Notice.objects.exists()
    agree(reading_id=asked.pk, by=second)
    assert [line.text for line in read(reading_id=asked.pk, by=mo)[0]][-2:] == ["I cannot go on.", "Sit with me."]
    with pytest.raises(NotOpen):
        read(reading_id=asked.pk, by=second)
    told = AuditEntry.objects.filter(kind="conversation", subject=talk.id).order_by("number")
    assert [(entry.action, entry.actor) for entry in told] == [
        ("reading.asked", mo.pk), ("reading.agreed", second.pk), ("reading.read", mo.pk),
    ]  # fmt: skip
    assert "go on" not in str([entry.detail for entry in told])


def test_those_in_the_talk_read_that_it_was_opened_and_why(talk: Talk) -> None:
    agree(reading_id=ask_to_read(conversation=talk.id, by=team("mo"), reason=WHY).pk, by=team("second"))
    page = signed_in(talk.owner).get("/settings/notices/").content.decode()
    for part in ("A talk of yours was read", WHY, "your talk with Mira"):
        assert part in page
    for secret in ("mo@example.com", "Moderator", "Send the appeal"):
        assert secret not in page


def test_it_closes_by_itself_or_by_hand(talk: Talk, monkeypatch: pytest.MonkeyPatch) -> None:
    mo, second = team("mo"), team("second")
    first = agree(reading_id=ask_to_read(conversation=talk.id, by=mo, reason=WHY).pk, by=second)
    end(reading_id=first.pk, by=second)
    with pytest.raises(NotOpen):
        read(reading_id=first.pk, by=mo)
    again = agree(reading_id=ask_to_read(conversation=talk.id, by=mo, reason=WHY).pk, by=second)
    later = timezone.now() + timedelta(hours=4, minutes=1)
    monkeypatch.setattr(timezone, "now", lambda: later)
    with pytest.raises(NotOpen):
        read(reading_id=again.pk, by=mo)


def test_a_long_talk_is_read_page_by_page(talk: Talk) -> None:
    talk.play_on(f"line {number}" for number in range(MOST_MESSAGES + 5))
    mo = team("mo")
    asked = agree(reading_id=ask_to_read(conversation=talk.id, by=mo, reason=WHY).pk, by=team("second"))
    newest, before = read(reading_id=asked.pk, by=mo)
    oldest, none = read(reading_id=asked.pk, by=mo, before=before)
    texts = [line.text for line in (*oldest, *newest)]
    assert (len(newest), none, texts[1]) == (MOST_MESSAGES, None, "I cannot go on.")
    assert texts[3:] == [f"line {number}" for number in range(MOST_MESSAGES + 5)]
    pages = AuditEntry.objects.filter(action="reading.read").order_by("number").values_list("detail__lines", flat=True)
    assert list(pages) == [len(newest), len(oldest)]
    with pytest.raises(NotFound):
        read(reading_id=asked.pk, by=mo, before=Talk(UserFactory()).opening)


def test_what_is_refused_stays_closed(talk: Talk) -> None:
    mo, second = team("mo"), team("second")
    asked = ask_to_read(conversation=talk.id, by=mo, reason=WHY)
    refuse(reading_id=asked.pk, by=second)
    with pytest.raises(NotOpen):
        read(reading_id=asked.pk, by=mo)
    with pytest.raises(Conflict):
        agree(reading_id=asked.pk, by=second)
    assert not Notice.objects.exists()


def test_a_reason_is_needed_and_a_right_and_a_talk_that_is_not_ones_own(talk: Talk) -> None:
    with pytest.raises(Invalid) as refused:
        ask_to_read(conversation=talk.id, by=team("mo"), reason="Because.")
    assert refused.value.extra["field"] == "reason"
    with pytest.raises(Forbidden):
        ask_to_read(conversation=talk.id, by=UserFactory(is_staff=True), reason=WHY)
    with pytest.raises(NotFound):
        ask_to_read(conversation=uuid7(), by=team("mo"), reason=WHY)
    own = Talk(team("mo"))
    with pytest.raises(OnesOwn):
        ask_to_read(conversation=own.id, by=team("mo"), reason=WHY)
    asked = ask_to_read(conversation=own.id, by=team("second"), reason=WHY)
    with pytest.raises(OnesOwn):
        agree(reading_id=asked.pk, by=team("mo"))


def test_all_of_it_in_the_admin(talk: Talk) -> None:
    mo, second = signed_in(team("mo")), signed_in(team("second"))
    page = mo.get(f"/admin/moderation/reading/ask/?talk={talk.id}").content.decode()
    assert str(talk.id) in page
    mo.post("/admin/moderation/reading/ask/", {"talk": str(talk.id), "reason": WHY})
    where = f"/admin/moderation/reading/{Reading.objects.get().pk}/change/"
    assert "somebody else has to agree" in mo.get(where).content.decode()
    assert "go on" not in mo.post(where, {"do": "read"}).content.decode()
    assert "Agree, and tell" in second.get(where).content.decode()
    second.post(where, {"do": "agree"})
    assert "I cannot go on." not in mo.get(where).content.decode()
    assert "I cannot go on." in mo.post(where, {"do": "read"}).content.decode()
    assert signed_in(UserFactory()).get(where).status_code == 302
    assert signed_in(UserFactory(is_staff=True)).get(where).status_code == 403
