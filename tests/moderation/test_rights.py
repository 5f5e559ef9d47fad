"""Notices of rights holders, of characters and of stories: the form, the decision, the author's answer, shown again."""

from typing import Any

import pytest
from django.db import IntegrityError
from django.test import Client
from django.urls import reverse

from accounts.errors import Forbidden
from accounts.management.commands.demo_accounts import make_demo_account
from accounts.models import User
from characters.models import Character, CharacterVersion
from characters.services import create_version, publishing
from characters.services.publishing import ask_to_publish
from characters.tasks import tell_decision
from moderation.holdings import HOLDINGS
from moderation.models import AuditEntry, Case, Notice, RightsNotice
from moderation.services import appeals, rights
from moderation.services.appeals import OnesOwn
from moderation.services.decisions import Decision, decide
from moderation.services.reports import report
from stories.models import Story
from stories.services import create_story, put_on_stage
from tests.characters.conftest import signed_in
from tests.characters.factories import a_character, edition
from tests.factories import PASSWORD, UserFactory
from tests.stories.conftest import SMALL

pytestmark = pytest.mark.django_db
ENGLISH = {"accept-language": "en"}
SAID = {
    "name": "Ida Quill", "role": "agent", "holder": "Quill & Sons", "email": "ida@example.com",
    "address": "12 Ink Lane", "work": "The Lantern, a novel", "taken": "Name and looks of its keeper",
    "signature": "Ida Quill",
}  # fmt: skip
SWORN = {"faith": "on", "truth": "on"}


Work = Character | Story


@pytest.fixture
def lamp(alice: User) -> Story:
    """Alice's story, on stage for everybody."""
    story = create_story(owner=alice, source=SMALL)
    put_on_stage(story=story, version=story.versions.get(), visibility="public")
    return story


@pytest.fixture(params=["character", "story"])
def work(request: pytest.FixtureRequest, mira: Character, lamp: Story) -> Work:
    return mira if request.param == "character" else lamp


def kind_of(work: Work) -> str:
    return "story" if isinstance(work, Story) else "character"


def page_of(work: Work) -> str:
    return reverse(kind_of(work), args=[work.pk])


def send(about: Work, **fields: str) -> Any:
    said = SAID | SWORN | {"where": f"http://testserver{page_of(about)}"} | fields
    return Client().post("/rights/", said, headers=ENGLISH)


def received(about: Work) -> RightsNotice:
    return rights.receive(kind=kind_of(about), subject=about.pk, ip=None, **SAID)


def received_anew(mira: Character, *, shown: CharacterVersion | None) -> RightsNotice:
    """After it was decided to show this version once more."""
    assert shown is not None
    asked = ask_to_publish(character=mira, version=shown, asked_by=mira.owner, visibility="public")
    publishing.decide(publication=asked, by=another_moderator("third@example.com"), granted=True)
    return received(mira)


def another_moderator(email: str = "second@example.com") -> User:
    return make_demo_account(role="moderator", email=email, password=PASSWORD)


def seen(work: Work) -> str:
    work.refresh_from_db()
    return str(work.visibility)


def test_anybody_sends_a_notice_and_it_becomes_a_case(work: Work, alice: User) -> None:
    form = f"/rights/?{kind_of(work)}={work.pk}"
    assert f'href="{form}"' in Client().get(page_of(work), headers=ENGLISH).content.decode()
    assert page_of(work) in Client().get(form, headers=ENGLISH).content.decode()
    assert "Your notice has arrived" in send(work).content.decode()
    notice = RightsNotice.objects.get()
    assert (notice.subject, notice.on_stage, notice.kind) == (work, work.published, kind_of(work))
    assert (notice.holder, notice.state) == ("Quill & Sons", "open")
    case = Case.objects.get(subject=work.pk)
    assert (case.kind, case.rule, case.about) == (kind_of(work), "rights", alice)


@pytest.mark.parametrize("left_out", [*SAID, *SWORN, "where"])
def test_each_field_that_the_law_wants_is_wanted(mira: Character, left_out: str) -> None:
    assert send(mira, **{left_out: ""}).status_code == 400
    assert not RightsNotice.objects.exists()


def test_what_nobody_sees_cannot_be_complained_of(alice: User) -> None:
    own, draft = a_character(alice, visibility="private"), create_story(owner=alice, source=SMALL)
    for hidden in (own, draft):
        assert "no such character or story" in send(hidden).content.decode()
    assert "no such character or story" in send(own, where=page_of(draft)).content.decode()
    assert send(own, where="https://example.org/").status_code == 400


def test_an_id_alone_is_of_a_character(mira: Character, lamp: Story) -> None:
    assert send(mira, where=str(mira.pk)).status_code == 200
    assert send(mira, where=str(lamp.pk)).status_code == 400


def test_an_address_may_send_a_few(work: Work) -> None:
    assert [send(work).status_code for _ in range(6)] == [200] * 5 + [429]


def test_hidden_answered_and_shown_again(work: Work, alice: User, moderator: User) -> None:
    send(work)
    notice, desk, hers = RightsNotice.objects.get(), signed_in(moderator), signed_in(alice)
    path = f"/admin/moderation/rightsnotice/{notice.pk}/change/"
    read = desk.get(path, headers=ENGLISH).content.decode()
    assert "Quill &amp; Sons" in read
    assert f'href="{page_of(work)}"' in read
    listed = desk.get("/admin/moderation/rightsnotice/", headers=ENGLISH).content.decode()
    assert f'field-kind">{kind_of(work)}<' in listed
    desk.post(path, {"decision": "hide", "reason": "The same name and coat."})
    assert seen(work) == "private"
    answer = f"{page_of(work)}counter-notice/"
    own = hers.get(page_of(work), headers=ENGLISH).content.decode()
    assert answer in own
    assert "The same name and coat." in own
    assert f"Somebody says that this {kind_of(work)} takes" in hers.get(answer, headers=ENGLISH).content.decode()
    assert hers.post(answer, {"text": ""}, headers=ENGLISH).status_code == 400
    said = hers.post(answer, {"text": "A parody of it."})
    assert (said.status_code, said["Location"]) == (302, page_of(work))
    assert hers.post(answer, {"text": "Once more."}, headers=ENGLISH).status_code == 409
    assert "A parody of it." in desk.get(path, headers=ENGLISH).content.decode()
    assert b"parody" not in bytes(RightsNotice.objects.get().counter)
    assert "somebody else has to decide" in desk.get(path, headers=ENGLISH).content.decode()
    desk.post(path, {"decision": "restore"})
    assert seen(work) == "private", "who hid it does not decide about the answer"
    signed_in(another_moderator()).post(path, {"decision": "restore"})
    assert (seen(work), RightsNotice.objects.get().state) == ("public", "restored")
    assert answer not in hers.get(page_of(work), headers=ENGLISH).content.decode()
    recorded = AuditEntry.objects.filter(kind=kind_of(work), subject=work.pk).values_list("action", flat=True)
    assert {"rights.hidden", "rights.restored"} <= set(recorded)


def test_an_answer_that_does_not_convince_is_told_why(work: Work, alice: User, moderator: User) -> None:
    notice = rights.uphold(notice=received(work), by=moderator, reason="The same coat.")
    second = another_moderator()
    with pytest.raises(rights.AlreadyDecided):
        rights.keep(notice=notice, by=second, reason="Nobody has answered.")
    rights.answer(user=alice, kind=kind_of(work), subject=work.pk, text="A parody.")
    with pytest.raises(OnesOwn):
        rights.keep(notice=notice, by=moderator, reason="I said so.")
    path = f"/admin/moderation/rightsnotice/{notice.pk}/change/"
    signed_in(second).post(path, {"decision": "keep", "reason": "It changes nothing of the coat."})
    assert seen(work) == "private"
    for address in (page_of(work), f"{page_of(work)}counter-notice/"):
        assert "It changes nothing of the coat." in signed_in(alice).get(address, headers=ENGLISH).content.decode()
    assert "stays hidden" in signed_in(alice).get(f"{page_of(work)}counter-notice/", headers=ENGLISH).content.decode()
    assert AuditEntry.objects.filter(action="rights.kept", subject=work.pk).exists()
    rights.restore(notice=notice, by=second, reason="On second thoughts.")
    assert seen(work) == "public"


def test_its_author_alone_answers(work: Work, bob: User, moderator: User) -> None:
    notice = received(work)
    answer = f"{page_of(work)}counter-notice/"
    assert signed_in(work.owner).get(answer).status_code == 404, "nothing is hidden yet"
    rights.uphold(notice=notice, by=moderator, reason="The same coat.")
    assert signed_in(bob).post(answer, {"text": "It is mine."}).status_code == 404
    assert Client().get(answer).status_code == 302
    assert RightsNotice.objects.get().countered_at is None


def test_its_author_reads_of_it_in_a_mail(work: Work, alice: User, moderator: User, mailoutbox: list[Any]) -> None:
    rights.uphold(notice=received(work), by=moderator, reason="The same name and coat.")
    told = work.publications.get(state="hidden")
    tell_decision(str(told.pk), told._meta.label)
    [mail] = mailoutbox
    assert mail.to == [alice.email]
    assert "The same name and coat." in mail.body


def test_of_two_notices_each_keeps_it_hidden(work: Work, moderator: User) -> None:
    first, second = received(work), received(work)
    for notice in (first, second):
        rights.uphold(notice=notice, by=moderator, reason="The same coat.")
    rights.restore(notice=first, by=moderator)
    assert seen(work) == "private"
    rights.restore(notice=second, by=moderator)
    assert seen(work) == "public"


def test_what_nobody_has_looked_at_is_not_shown_by_hiding_it_once_more(
    mira: Character, alice: User, moderator: User
) -> None:
    notice, second = received(mira), another_moderator()
    rights.uphold(notice=notice, by=moderator, reason="The same coat.")
    mira.refresh_from_db()
    seen_by_others = mira.published
    [other] = create_version(character=mira, editions={"en": edition("Vesna")})
    ask_to_publish(character=mira, version=other, asked_by=alice, visibility="private")
    rights.answer(user=alice, kind="character", subject=mira.pk, text="Look at her coat now.")
    rights.keep(notice=notice, by=second, reason="The coat is the same.")
    rights.restore(notice=notice, by=second)
    assert (seen(mira), mira.published) == ("private", other)
    again = received_anew(mira, shown=seen_by_others)
    rights.uphold(notice=again, by=moderator, reason="The same coat.")
    rights.restore(notice=again, by=moderator)
    assert (seen(mira), mira.published) == ("public", seen_by_others), "seen since, and hidden as it was seen"


def test_an_answer_that_comes_with_the_decision_is_not_lost(
    work: Work, alice: User, moderator: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    notice = rights.uphold(notice=received(work), by=moderator, reason="The same coat.")

    def answered_meanwhile(reason: str) -> str:
        rights.answer(user=alice, kind=kind_of(work), subject=work.pk, text="A parody.")
        return reason

    monkeypatch.setattr(rights, "checked_reason", answered_meanwhile)
    rights.restore(notice=notice, by=moderator)
    notice.refresh_from_db()
    assert (notice.state, bool(notice.counter), notice.countered_at is None) == ("restored", True, False)


def test_an_appeal_against_a_report_does_not_show_what_a_notice_hides(
    work: Work, alice: User, bob: User, moderator: User
) -> None:
    notice = received(work)
    case = report(user=bob, kind=kind_of(work), subject=work.pk, reason="rights")[0].case
    assert case is not None
    decide(case_id=case.pk, by=moderator, decision=Decision("removed", text="Not yours."))
    rights.uphold(notice=notice, by=moderator, reason="The same coat.")
    appeal = appeals.appeal(user=alice, notice_id=Notice.objects.get(user=alice).pk, text="It is a parody.")
    second = another_moderator()
    appeals.decide(appeal=appeal, by=second, granted=True, answer="So it is.")
    assert seen(work) == "private"


def test_nobody_decides_about_their_own_or_without_the_right(work: Work, moderator: User) -> None:
    notice = received(work)
    with pytest.raises(Forbidden):
        rights.refuse(notice=notice, by=UserFactory())
    type(work).objects.filter(pk=work.pk).update(owner=moderator)
    with pytest.raises(OnesOwn):
        rights.uphold(notice=notice, by=moderator, reason="Mine.")


def test_a_notice_is_held_of_the_author_and_goes_with_the_work(work: Work, alice: User, bob: User) -> None:
    notice = received(work)
    holding = next(each for each in HOLDINGS if each.model == "moderation.RightsNotice")
    assert list(holding.of(alice)) == [notice]
    assert not holding.of(bob).exists()
    work.delete()
    assert not RightsNotice.objects.exists()


def test_a_notice_is_of_one_thing(mira: Character, lamp: Story) -> None:
    notice = received(mira)
    with pytest.raises(IntegrityError):
        RightsNotice.objects.filter(pk=notice.pk).update(story=lamp)
