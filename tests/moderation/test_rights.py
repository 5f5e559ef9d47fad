"""Notices of rights holders: the form, the decision, the author's answer, and shown again."""

from typing import Any

import pytest
from django.test import Client

from accounts.errors import Forbidden
from accounts.models import User
from characters.models import Character
from characters.services.requests import OnesOwn
from moderation.models import AuditEntry, Case, RightsNotice
from moderation.services import rights
from tests.characters.conftest import signed_in
from tests.characters.factories import a_character
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db
ENGLISH = {"accept-language": "en"}
SAID = {
    "name": "Ida Quill", "role": "agent", "holder": "Quill & Sons", "email": "ida@example.com",
    "address": "12 Ink Lane", "work": "The Lantern, a novel", "taken": "Name and looks of its keeper",
    "signature": "Ida Quill",
}  # fmt: skip
SWORN = {"faith": "on", "truth": "on"}


def send(about: Character, **fields: str) -> Any:
    said = SAID | SWORN | {"character": f"http://testserver/characters/{about.pk}/"} | fields
    return Client().post("/rights/", said, headers=ENGLISH)


def test_anybody_sends_a_notice_and_it_becomes_a_case(mira: Character, alice: User) -> None:
    page = Client().get(f"/rights/?character={mira.pk}", headers=ENGLISH).content.decode()
    assert f"/characters/{mira.pk}/" in page
    assert "Your notice has arrived" in send(mira).content.decode()
    notice = RightsNotice.objects.get()
    assert (notice.character, notice.holder, notice.state) == (mira, "Quill & Sons", "open")
    case = Case.objects.get(subject=mira.pk)
    assert (case.kind, case.rule, case.about) == ("character", "rights", alice)


@pytest.mark.parametrize("left_out", [*SAID, *SWORN, "character"])
def test_each_field_that_the_law_wants_is_wanted(mira: Character, left_out: str) -> None:
    assert send(mira, **{left_out: ""}).status_code == 400
    assert not RightsNotice.objects.exists()


def test_what_nobody_sees_cannot_be_complained_of(alice: User) -> None:
    own = a_character(alice, visibility="private")
    assert "no such character" in send(own).content.decode()
    assert send(own, character="https://example.org/").status_code == 400


def test_an_address_may_send_a_few(mira: Character) -> None:
    assert [send(mira).status_code for _ in range(6)] == [200] * 5 + [429]


def test_hidden_answered_and_shown_again(mira: Character, alice: User, moderator: User) -> None:
    send(mira)
    notice, desk, hers = RightsNotice.objects.get(), signed_in(moderator), signed_in(alice)
    path = f"/admin/moderation/rightsnotice/{notice.pk}/change/"
    assert "Quill &amp; Sons" in desk.get(path, headers=ENGLISH).content.decode()
    desk.post(path, {"decision": "hide", "reason": "The same name and coat."})
    mira.refresh_from_db()
    assert mira.visibility == "private"
    assert (
        f"/characters/{mira.pk}/counter-notice/"
        in hers.get(f"/characters/{mira.pk}/", headers=ENGLISH).content.decode()
    )
    answer = f"/characters/{mira.pk}/counter-notice/"
    assert hers.post(answer, {"text": ""}, headers=ENGLISH).status_code == 400
    assert hers.post(answer, {"text": "A parody of it."}).status_code == 302
    assert hers.post(answer, {"text": "Once more."}, headers=ENGLISH).status_code == 409
    assert "A parody of it." in desk.get(path, headers=ENGLISH).content.decode()
    assert b"parody" not in bytes(RightsNotice.objects.get().counter)
    desk.post(path, {"decision": "restore"})
    mira.refresh_from_db()
    assert (mira.visibility, RightsNotice.objects.get().state) == ("public", "restored")
    assert {"rights.hidden", "rights.restored"} <= set(AuditEntry.objects.values_list("action", flat=True))


def test_nobody_decides_about_their_own_or_without_the_right(mira: Character, alice: User, moderator: User) -> None:
    send(mira)
    notice = RightsNotice.objects.get()
    with pytest.raises(Forbidden):
        rights.refuse(notice=notice, by=UserFactory())
    Character.objects.filter(pk=mira.pk).update(owner=moderator)
    with pytest.raises(OnesOwn):
        rights.uphold(notice=notice, by=moderator, reason="Mine.")


def test_a_fan_made_character_says_so_and_a_teacher_that_it_may_be_wrong(alice: User) -> None:
    fan = a_character(alice, name="Keeper", presentation={"fan_of": "The Lantern", "advises": "yes"})
    page = Client().get(f"/characters/{fan.pk}/", headers=ENGLISH).content.decode()
    assert "after The Lantern, which belongs to others" in page
    assert "May be wrong" in page
    assert "Fan-made" in Client().get("/?q=Keeper", headers=ENGLISH).content.decode()
    teacher = Character.objects.get(slug="teacher")
    assert "May be wrong" in Client().get(f"/characters/{teacher.pk}/", headers=ENGLISH).content.decode()
