"""Terms and policy that operators keep: checked as a whole, in force without a restart, taken back at will."""

import pytest

from accounts.errors import Forbidden, Invalid
from accounts.management.commands.demo_accounts import make_demo_account
from moderation import in_force
from moderation.filters.base import Context, Stage
from moderation.models import AuditEntry, RuleSet
from moderation.policy import Action
from moderation.selectors.rules import changes_in_force, terms_in_force
from moderation.services.rules import ChangedMeanwhile, back_to_shipped, put_in_force, write_policy, write_terms
from moderation.termlist import BadTerms, csv_rows, read_csv

pytestmark = pytest.mark.django_db
ROWS = [{"text": "grey parrot", "severity": 3}, {"text": "灰鹦鹉", "severity": 2, "language": "zh"}]


@pytest.fixture(autouse=True)
def _as_before_the_first_look():
    in_force.known.forget()
    yield
    in_force.known.forget()


@pytest.fixture
def operator(db):
    return make_demo_account(role="operator", email="op@example.com", password="one good password")


def found(text: str, stage: Stage = Stage.INPUT, **context: str) -> Action:
    """As another process would: by looking at the rows."""
    in_force.known.refresh()
    return in_force.chain().run(text, stage, Context(**context)).action


def test_what_is_shipped_holds_until_somebody_writes_a_list(operator):
    assert found("a grey parrot") == Action.ALLOW
    assert found("gas the jews") == Action.BLOCK
    write_terms(rows=ROWS, by=operator, base=0, note="parrots")
    assert found("a grey parrot") == Action.BLOCK
    assert in_force.lexicon().terms[0].text == "grey parrot"


def test_a_list_is_taken_back_and_so_are_all(operator):
    first = write_terms(rows=ROWS, by=operator, base=0)
    write_terms(rows=ROWS[1:], by=operator, base=1)
    assert found("a grey parrot") == Action.ALLOW
    put_in_force(version=first, by=operator)
    assert found("a grey parrot") == Action.BLOCK
    back_to_shipped(kind="terms", by=operator)
    assert found("a grey parrot") == Action.ALLOW
    assert terms_in_force()[0] == 0
    told = AuditEntry.objects.filter(kind="terms").order_by("number").values_list("action", "detail__after")
    assert list(told) == [
        ("rules.written", 1), ("rules.written", 2), ("rules.taken_back", 1), ("rules.taken_back", 0),
    ]  # fmt: skip


def test_who_comes_second_looks_again(operator):
    write_terms(rows=ROWS, by=operator, base=0)
    with pytest.raises(ChangedMeanwhile):
        write_terms(rows=[], by=operator, base=0)
    assert write_terms(rows=[], by=operator, base=1).number == 2


def test_moderators_do_not_write_the_rules(moderator):
    with pytest.raises(Forbidden):
        write_terms(rows=ROWS, by=moderator, base=0)


def test_a_rule_of_ones_own_takes_the_place_of_the_shipped_one(operator):
    hates = {"name": "jailbreak", "finding": "jailbreak", "action": "block", "at": 0.5, "stages": ["input"]}
    write_policy(changes={"rules": [hates], "off": ["loops"], "retries": False}, by=operator, base=0)
    in_force.known.refresh()
    policy = in_force.chain().policy
    names = [rule.name for rule in policy.rules]
    assert ("loops" in names, names.count("jailbreak"), policy.retries, policy.version) == (False, 1, False, "own-1")
    assert next(rule for rule in policy.rules if rule.name == "jailbreak").action == Action.BLOCK
    assert changes_in_force()[0] == 1


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"rules": [{"name": "x", "finding": "y", "action": "shout"}]}, "rule x: action is one of"),
        ({"rules": [{"name": "x", "finding": "y", "action": "mask", "at": 2}]}, "rule x: at lies between"),
        ({"off": ["nothing"]}, "no shipped rule is named nothing"),
        ({"off": ["minors"]}, "sexual/minors is blocked"),
        (
            {"rules": [{"name": "minors", "finding": "sexual/minors", "action": "block", "ages": ["minor"]}]},
            "sexual/minors is blocked",
        ),
    ],
)
def test_what_is_wrong_with_a_policy_is_named_and_changes_nothing(operator, changes, says):
    with pytest.raises(Invalid) as refused:
        write_policy(changes=changes, by=operator, base=0)
    assert says in str(refused.value.message)
    assert not RuleSet.objects.exists()


def test_a_version_that_fits_no_more_leaves_the_shipped_one_in_force(operator):
    made = write_policy(changes={"off": ["loops"]}, by=operator, base=0)
    RuleSet.objects.filter(pk=made.pk).update(content={"off": ["a rule of an older release"]})
    assert found("gas the jews") == Action.BLOCK
    with pytest.raises(Invalid):
        put_in_force(version=RuleSet.objects.get(pk=made.pk), by=operator)


def test_a_list_goes_out_as_csv_and_comes_back_the_same():
    rows = read_csv("text,severity,language,scope,whole_word\n"
                    "=cmd,3,,,true\n灰鹦鹉,2,zh,card memory,false\n\"a, b\",1,en,,\n")  # fmt: skip
    assert [row["text"] for row in rows] == ["=cmd", "a, b", "灰鹦鹉"]
    assert rows[2] == {
        "text": "灰鹦鹉", "severity": 2, "language": "zh", "scope": ["card", "memory"], "whole_word": False,
    }  # fmt: skip
    lines = [",".join(f'"{cell}"' for cell in row) for row in csv_rows(rows)]
    assert read_csv("\n".join(["text,severity,language,scope,whole_word", *lines])) == rows


@pytest.mark.parametrize(
    ("table", "says"),
    [
        ("term\nx", "text is one of them"),
        ("text,severity\nx,5", "row 1 (x): severity is 1, 2 or 3"),
        ("text,severity\nx,high", "row 1: severity is 1, 2 or 3"),
        ("text,language\nx,fr", "language is en, zh or empty"),
        ("text,scope\nx,somewhere", "scope is one or more of"),
        ("text,whole_word\nx,perhaps", "whole_word is true or false"),
        ("text\n!!!", "letters or numbers"),
        ("text,colour\nx,red", "unknown column colour"),
        ("text\n" + "x" * 90, "at most 80 signs"),
    ],
)
def test_what_is_wrong_with_a_table_is_named(table, says):
    with pytest.raises(BadTerms) as refused:
        read_csv(table)
    assert says in str(refused.value)
