"""The audit log holds together, and shows where it does not."""

import json
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.db import ProgrammingError, connection, transaction

from accounts.models import User
from characters.models import Character
from moderation.models import AuditEntry
from moderation.services import audit
from moderation.services.reports import report_character
from tests.moderation.cases import dismissed

pytestmark = pytest.mark.django_db


def verified(*more: str) -> tuple[dict[str, Any], int]:
    out, status = StringIO(), 0
    try:
        call_command("audit", "verify", "--json", *more, stdout=out)
    except SystemExit as ended:
        status = int(ended.code or 0)
    return json.loads(out.getvalue()), status


def without_the_trigger(statement: str) -> None:
    """What somebody does who owns the database."""
    with connection.cursor() as cursor:
        cursor.execute("alter table moderation_auditentry disable trigger moderation_audit_append_only")
        cursor.execute(statement)
        cursor.execute("alter table moderation_auditentry enable trigger moderation_audit_append_only")


@pytest.fixture
def three(moderator: User) -> None:
    for number in range(3):
        audit.record("test.done", by=moderator, kind="user", subject=moderator.pk, number=number, name="好")


def test_an_empty_log_holds(db: None) -> None:
    assert verified() == ({"entries": 0, "mark": "", "breaks": []}, 0)


def test_entries_are_numbered_and_bound_to_each_other(three: None) -> None:
    told, status = verified()
    entries = list(AuditEntry.objects.order_by("number"))
    assert [entry.number for entry in entries] == [1, 2, 3]
    assert [bytes(entry.before) for entry in entries] == [audit.START, *(bytes(entry.mark) for entry in entries[:2])]
    assert (told["entries"], told["mark"], told["breaks"], status) == (3, bytes(entries[2].mark).hex(), [], 0)


@pytest.mark.parametrize(
    "statement", ["update moderation_auditentry set action = 'x'", "delete from moderation_auditentry"]
)
def test_the_database_refuses_to_change_an_entry(three: None, statement: str) -> None:
    with pytest.raises(ProgrammingError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert AuditEntry.objects.filter(action="test.done").count() == 3


@pytest.mark.parametrize(
    ("statement", "breaks"),
    [
        ("update moderation_auditentry set action = 'x' where number = 2", [{"number": 2, "why": "changed"}]),
        ("delete from moderation_auditentry where number = 2", [{"number": 2, "why": "missing"}]),
        ("delete from moderation_auditentry where number = 1", [{"number": 1, "why": "missing"}]),
        ("update moderation_auditentry set detail = '{}' where number = 3", [{"number": 3, "why": "changed"}]),
        ("update moderation_auditentry set at = at + interval '1 microsecond' where number = 1",
         [{"number": 1, "why": "changed"}]),
    ],
)  # fmt: skip
def test_what_was_changed_around_the_trigger_shows(three: None, statement: str, breaks: list[Any]) -> None:
    without_the_trigger(statement)
    told, status = verified()
    assert (told["breaks"], status) == (breaks, 1)


def test_a_log_written_anew_does_not_hold_what_was_written_down(three: None, moderator: User) -> None:
    number, mark = audit.head()
    assert verified("--holds", f"{number}:{mark}")[0]["holds"]
    without_the_trigger("delete from moderation_auditentry")
    for _ in range(4):
        audit.record("test.forged", by=moderator, kind="user", subject=moderator.pk)
    told, status = verified("--holds", f"{number}:{mark}")
    assert (told["breaks"], told["holds"], status) == ([], False, 1)


def test_what_is_rolled_back_leaves_no_gap(three: None, moderator: User) -> None:
    with transaction.atomic():
        audit.record("test.undone", by=moderator, kind="user", subject=None)
        transaction.set_rollback(True)
    audit.record("test.after", by=None, kind="user", subject=None)
    assert verified() == ({"entries": 4, "mark": audit.head()[1], "breaks": []}, 0)


def test_decisions_on_reports_are_in_it_without_a_word(mira: Character, bob: User, moderator: User) -> None:
    report = report_character(user=bob, character_id=mira.pk, reason="hate", text="It mocks the lame.")[0]
    dismissed(report, by=moderator, note="A private note")
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.actor, entry.subject) == ("case.dismissed", moderator.pk, report.case.pk)
    assert entry.detail == {
        "of": "character", "what": str(mira.pk), "rule": "hate", "labels": [], "sanction": None,
    }  # fmt: skip
