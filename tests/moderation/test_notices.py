"""Notices as somebody reads them."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.encryption import cipher_for, ciphers, new_data_key
from accounts.ids import uuid7
from accounts.models import Purpose, User
from moderation.models import Case
from moderation.selectors.notices import notices_for
from moderation.services.cases import open_case
from moderation.services.decisions import Decision, decide
from moderation.subjects import Evidence
from tests.characters.factories import a_character

pytestmark = pytest.mark.django_db


def one_of_each(bob: User, moderator: User) -> None:
    """A line of a talk with its own key, and a character."""
    line = Evidence("Fools, all of you.", cipher_for(new_data_key(bob, Purpose.CONVERSATION).pk))
    for kind, subject, evidence in (
        (Case.Kind.MESSAGE, uuid7(), line),
        (Case.Kind.CHARACTER, a_character(bob).pk, None),
    ):
        case = open_case(kind=kind, subject=subject, rule="hate", severity=2, about=bob, evidence=evidence)
        decide(case_id=case.pk, by=moderator, decision=Decision("warned", text="Do not insult people."))


def read(bob: User) -> tuple[list[str], int]:
    ciphers.clear()
    with CaptureQueriesContext(connection) as asked:
        excerpts = [each.excerpt for each in notices_for(bob)]
    return excerpts, len(asked)


def test_many_cost_as_many_queries_as_few(bob: User, moderator: User) -> None:
    one_of_each(bob, moderator)
    few, queries = read(bob)
    assert few == ["Mira", "Fools, all of you."]
    for _time in range(4):
        one_of_each(bob, moderator)
    many, as_many = read(bob)
    assert many == few * 5
    assert as_many == queries
