"""Cases: what people report and what filters find is put together by the thing it is about."""

import pytest

from accounts.encryption import cipher_of
from accounts.erasure import erase
from accounts.ids import uuid7
from moderation.chain import Chain, Verdict
from moderation.filters.base import Cost, Finding, Stage
from moderation.models import Case, Exhibit
from moderation.policy import load_policy
from moderation.selectors.cases import exhibit_text
from moderation.services.cases import LONGEST, MOST_EXHIBITS, open_case, open_finding
from moderation.severity import severity_of

pytestmark = pytest.mark.django_db


class Says:
    name, cost, stages = "says", Cost.TINY, frozenset(Stage)

    def __init__(self, *findings: Finding) -> None:
        self.findings = list(findings)

    def look(self, text, context):
        return self.findings


def verdict(*findings: Finding) -> Verdict:
    return Chain([Says(*findings)], load_policy()).run("text", Stage.INPUT)


HATE = Finding("content", "hate", 0.9, (4, 9))


def test_what_was_stopped_is_a_case_of_its_player_and_a_stored_line_one_of_its_own(alice):
    stopped = open_finding(verdict(HATE), text="you idiot people", stage="input", user=alice)
    line = uuid7()
    stored = open_finding(verdict(HATE), text="you idiot people", stage="input", user=alice, message=line)
    assert (stopped.kind, stopped.subject, stopped.about) == ("player", alice.pk, alice)
    assert (stored.kind, stored.subject, stored.rule, stored.severity, stored.found) == ("message", line, "hate", 2, 1)
    kept = stored.exhibits.get()
    assert exhibit_text(kept) == "you idiot people"
    assert b"idiot" not in bytes(kept.text)
    assert kept.findings == [
        {"filter": "content", "finding": "hate", "score": 0.9, "note": "", "rule": "hate", "action": "queue",
         "span": [4, 9]}
    ]  # fmt: skip


def test_nothing_is_opened_for_what_nobody_has_to_look_at(alice):
    assert open_finding(verdict(), text="Hello.", stage="input", user=alice) is None
    assert open_finding(verdict(Finding("content", "hate", 0.2)), text="Hi.", stage="input", user=alice) is None
    assert not Case.objects.exists()


def test_one_thing_has_one_open_case_and_its_gravest_rule_counts(alice):
    first = open_finding(verdict(HATE), text="a", stage="input", user=alice)
    worse = open_finding(verdict(Finding("content", "self-harm", 0.9)), text="b", stage="input", user=alice)
    again = open_finding(verdict(HATE), text="c", stage="input", user=alice)
    assert first.pk == worse.pk == again.pk
    assert (again.rule, again.severity, again.found) == ("self-harm", 3, 3)


def test_the_newest_findings_are_kept_and_whatever_was_reported(alice):
    for number in range(MOST_EXHIBITS + 2):
        case = open_finding(verdict(HATE), text=f"line {number}", stage="input", user=alice)
    texts = [exhibit_text(each) for each in case.exhibits.all()]
    assert len(texts) == MOST_EXHIBITS
    assert texts[0] == f"line {MOST_EXHIBITS + 1}"


def test_of_a_long_text_what_was_found_is_kept_with_its_place(alice):
    text = "a" * 10_000 + "BAD" + "b" * 10_000
    case = open_finding(
        verdict(Finding("content", "hate", 0.9, (10_000, 10_003))), text=text, stage="input", user=alice
    )
    kept = case.exhibits.get()
    start, end = kept.findings[0]["span"]
    assert len(exhibit_text(kept)) == LONGEST
    assert exhibit_text(kept)[start:end] == "BAD"


def test_a_reply_has_nobody_behind_it_and_lies_under_the_talks_key(alice):
    case = open_finding(
        verdict(HATE), text="reply", stage="output", message=uuid7(), conversation=uuid7(), cipher=cipher_of(alice)
    )
    assert case.about is None
    assert exhibit_text(case.exhibits.get()) == "reply"


def test_with_a_person_goes_what_was_kept_of_them(alice):
    case = open_finding(verdict(HATE), text="you idiot people", stage="input", user=alice)
    erase(alice)
    case.refresh_from_db()
    assert case.about is None
    assert not Exhibit.objects.filter(case=case).exists()


def test_a_term_is_as_grave_as_its_list_says():
    assert [severity_of(Finding("terms", "term", score)) for score in (0.4, 0.7, 1.0)] == [1, 2, 3]
    assert severity_of(Finding("content", "sexual/minors", 0.5)) == 4


def test_an_open_case_is_added_to_and_a_closed_one_is_not(alice, django_assert_num_queries):
    given = {"kind": "room", "subject": uuid7(), "rule": "spam", "severity": 1, "told": 1}
    first = open_case(**given)
    assert open_case(**given).told == 2
    Case.objects.filter(pk=first.pk).update(outcome="dismissed", decided_at=first.opened_at)
    fresh = open_case(**given)
    assert (fresh.pk != first.pk, fresh.told) == (True, 1)
