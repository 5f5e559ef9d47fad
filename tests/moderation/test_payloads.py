"""What people write runs nothing on the pages of the team, and mails are plain text. Filters are off: they are not what
holds it."""

from collections.abc import Iterator
from itertools import cycle, islice
from typing import Any

import pytest
from django.core import mail

from accounts.ids import uuid7
from accounts.management.commands.demo_accounts import make_demo_account
from accounts.models import Profile, User
from characters.models import Publication
from characters.services.decision_mail import send_decision
from characters.services.publishing import ask_to_publish, hide
from chat.models import Message
from moderation.handbook import acknowledge
from moderation.models import HelpLine, Notice, ReasonTemplate, RuleSet
from moderation.services import appeals, desk, rights, sanctions
from moderation.services.notice_mail import send_notice
from moderation.services.readings import agree, ask_to_read
from moderation.services.reports import report
from moderation.services.rules import write_terms
from tests.characters.conftest import signed_in
from tests.characters.factories import a_character
from tests.chat.grown import Talk
from tests.factories import PASSWORD, UserFactory
from tests.moderation.test_cases import HATE, open_finding, verdict
from tests.numbers import LONG
from tests.payloads import PAYLOADS, Page

BATCHES = 10
DRAWN = "<img src=data:image/svg+xml;base64,"  # portraits that the house drew
SHORT = [payload for payload in PAYLOADS if len(payload) <= 60]


@pytest.fixture
def operator(db: None, settings: Any) -> User:
    settings.FILTERS = False
    made = make_demo_account(role="operator", email="op@example.com", password=PASSWORD)
    acknowledge(made)
    return made


def joined(number: int) -> str:
    return "\n\n".join(PAYLOADS[number % BATCHES :: BATCHES])


@pytest.mark.parametrize("number", range(len(SHORT) if LONG else 2))  # the rest in the long run
def test_no_page_of_the_team_runs_what_was_written(operator: User, number: int) -> None:
    short = islice(cycle(SHORT), number if LONG else number * 7, None)
    client, shown = signed_in(operator), 0
    for path, posted in written(operator, short, joined(number)):
        answer = client.post(path, posted) if posted else client.get(path, follow=True)
        assert answer.status_code == 200, (path, answer.status_code)
        html = answer.content.decode()
        assert not [fault for fault in Page(html).faults if not fault.startswith(DRAWN)], path
        shown += "alert" in html
    assert shown >= 12  # what is looked at is there


def written(operator: User, short: Iterator[str], long: str) -> Iterator[tuple[str, dict[str, str]]]:
    """Something of every kind that the team looks at, with these texts in all its fields; the pages that show it."""
    admin = "/admin/moderation"
    author, other = UserFactory(name=next(short)), UserFactory(name=next(short))
    mira = a_character(author, name=next(short), about=long[:4_000], tagline=next(short))
    told = report(user=other, kind="character", subject=mira.pk, reason="hate", text=long[:2_000])[0]
    assert told.case is not None
    desk.claim(case_id=told.case.pk, by=operator)
    yield f"{admin}/case/work/", {}
    talk = Talk(author)
    talk.say(long)
    talk.say(long)
    Message.objects.filter(conversation=talk.row).update(speaker=next(short))
    case = open_finding(verdict(HATE), text=long, stage="input", user=author)
    assert case is not None
    desk.release(case_id=told.case.pk, by=operator)
    desk.claim(case_id=case.pk, by=operator)
    yield f"{admin}/case/work/", {}
    yield f"{admin}/case/", {}
    yield f"{admin}/case/figures/", {}
    second = make_demo_account(role="operator", email="second@example.com", password=PASSWORD)
    asked = ask_to_read(conversation=talk.id, by=operator, reason=f"Somebody wrote {next(short)} and {next(short)}")
    agree(reading_id=asked.pk, by=second)
    yield f"{admin}/reading/", {}
    yield f"{admin}/reading/{asked.pk}/change/", {"do": "read"}
    yield f"{admin}/reading/ask/?talk={uuid7()}", {"talk": str(uuid7()), "reason": long[:500]}
    sanctions.impose(user=author, by=second, kind="warned", rule="hate", text=long[:2_000])
    decision = Notice.objects.get(user=author, kind="sanction")
    appeal = appeals.appeal(user=author, notice_id=decision.pk, text=long[:2_000])
    yield f"{admin}/appeal/", {}
    yield f"{admin}/appeal/{appeal.pk}/change/", {}
    yield f"/admin/accounts/user/{author.pk}/change/", {}
    yield "/admin/accounts/sanction/", {}
    said = {name: next(short) for name in ("name", "holder", "address", "signature")}
    said |= {"role": "owner", "email": "a@example.com", "work": long[:2_000], "taken": long[:2_000]}
    notice = rights.receive(kind="character", subject=mira.pk, ip=None, **said)
    yield f"{admin}/rightsnotice/{notice.pk}/change/", {}
    rights.uphold(notice=notice, by=operator, reason=long[:2_000])
    rights.answer(user=author, kind="character", subject=mira.pk, text=long[:4_000])
    yield f"{admin}/rightsnotice/{notice.pk}/change/", {}
    yield f"{admin}/rightsnotice/", {}
    mira.refresh_from_db()
    assert mira.published is not None
    asking = ask_to_publish(character=mira, version=mira.published, asked_by=author, visibility="public")
    yield f"/admin/characters/publication/{asking.pk}/change/", {}
    yield "/admin/characters/publication/", {}
    yield "/admin/characters/character/", {}
    RuleSet.objects.all().delete()
    terms = [{"text": f"parrot {payload}"[:80]} for payload in SHORT[:40]]
    write_terms(rows=terms, by=operator, base=0, note=next(short))
    yield f"{admin}/ruleset/terms/", {}
    yield f"{admin}/ruleset/", {}
    yield f"{admin}/ruleset/policy/", {"do": "try", "text": long[:2_000]}
    line = HelpLine.objects.create(country="GB", name_en=next(short)[:80], name_zh=next(short)[:80], number="116 123")
    yield f"{admin}/helpline/{line.pk}/change/", {}
    words = ReasonTemplate.objects.create(
        rule="hate", title_en=next(short), title_zh=next(short), text_en=long[:2_000], text_zh=long[:2_000]
    )
    yield f"{admin}/reasontemplate/{words.pk}/change/", {}
    yield f"{admin}/reasontemplate/", {}
    yield "/settings/notices/", {}


def test_mails_are_plain_text_on_one_line_of_subject(operator: User) -> None:
    author = UserFactory(name=SHORT[0])
    Profile.objects.filter(user=author).update(mail_decisions=True)
    for name in SHORT[:12]:
        mira = a_character(author, name=name)
        hide(character=mira, by=operator, reason=joined(0)[:2_000])
        assert send_decision(Publication.objects.get(character=mira, state="hidden").pk)
    sanctions.impose(user=author, by=operator, kind="warned", rule="hate", text=joined(1)[:2_000])
    assert send_notice(Notice.objects.get(user=author).pk)
    assert len(mail.outbox) >= 13
    for message in mail.outbox:
        assert message.content_subtype == "plain"
        assert not getattr(message, "alternatives", [])
        assert "\n" not in message.subject
    assert "alert" not in mail.outbox[-1].body, "what was decided is read on the site"
