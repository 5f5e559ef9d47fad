"""Terms and policy that operators keep: checked as a whole, in force without a restart, taken back at will."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.translation import override

from accounts.errors import Forbidden, Invalid
from accounts.management.commands.demo_accounts import make_demo_account
from moderation import in_force
from moderation.filters.base import Context, Stage
from moderation.models import AuditEntry, RuleSet
from moderation.policy import Action
from moderation.selectors.rules import changes_in_force, terms_in_force
from moderation.services.rules import ChangedMeanwhile, back_to_shipped, put_in_force, write_policy, write_terms
from moderation.termlist import BadTerms, csv_rows, read_csv
from moderation.weights import default_lexicon
from tests.characters.conftest import signed_in
from tests.factories import UserFactory

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


def test_what_is_wrong_is_said_in_the_readers_language(operator):
    with override("zh-hans"):
        with pytest.raises(BadTerms, match="第 1 行 \\(x\\)：severity 只能是 1、2 或 3"):
            read_csv("text,severity\nx,5")
        with pytest.raises(Invalid) as refused:
            write_policy(changes={"rules": [{"name": "x", "finding": "y", "action": "shout"}]}, by=operator, base=0)
        assert str(refused.value.message).startswith("规则 x：action 须为")


# --- in the admin

TERMS, POLICY = "/admin/moderation/ruleset/terms/", "/admin/moderation/ruleset/policy/"


def test_a_term_is_added_tried_found_and_dropped(operator):
    client = signed_in(operator)
    assert "As shipped" in client.get("/admin/moderation/ruleset/").content.decode()
    wrong = client.post(TERMS, {"do": "add", "base": "0", "text": "!!!", "severity": "3"}).content.decode()
    assert "letters or numbers" in wrong
    client.post(TERMS, {"do": "add", "base": "0", "text": "grey parrot", "severity": "3", "whole_word": "on"})
    page = client.get(TERMS + "?q=parrot").content.decode()
    assert "grey parrot" in page
    assert "kill yourself" not in page
    said = {"text": "A grey parrot!", "stage": "input", "rating": "general", "age": "adult", "surface": "chat"}
    tried = client.post(TERMS, said | {"do": "try"}).content.decode()
    assert "<code>block</code>" in tried
    assert "own-1:grey parrot" in tried
    late = client.post(TERMS, {"do": "drop", "base": "0", "text": "grey parrot", "language": ""}).content.decode()
    assert "Somebody else changed this meanwhile" in late
    client.post(TERMS, {"do": "drop", "base": "1", "text": "grey parrot", "language": ""})
    assert terms_in_force()[0] == 2
    assert "grey parrot" not in [row["text"] for row in terms_in_force()[1]]
    client.post(TERMS, {"do": "take_back", "kind": "terms", "number": "1"})
    assert terms_in_force()[0] == 1


def test_a_table_goes_out_and_comes_in(operator):
    client = signed_in(operator)
    out = client.get(TERMS + "export/")
    assert out["Content-Type"].startswith("text/csv")
    table = SimpleUploadedFile("mine.csv", out.content + b"grey parrot,3,,,true\r\n")
    client.post(TERMS, {"do": "bring", "base": "0", "how": "replace", "file": table})
    texts = [row["text"] for row in terms_in_force()[1]]
    assert "grey parrot" in texts
    assert len(texts) == len(default_lexicon().terms) + 1
    bad = SimpleUploadedFile("bad.csv", b"text,severity\nx,9\n")
    refused = client.post(TERMS, {"do": "bring", "base": "1", "how": "add", "file": bad}).content.decode()
    assert "severity is 1, 2 or 3" in refused
    assert terms_in_force()[0] == 1


def test_a_rule_is_changed_switched_off_and_taken_back(operator):
    client = signed_in(operator)
    assert 'value="jailbreak"' in client.get(POLICY + "?rule=jailbreak").content.decode()
    rule = {"name": "jailbreak", "finding": "jailbreak", "at": "0.4", "action": "block", "stages": ["input"]}
    client.post(POLICY, rule | {"do": "save", "base": "0"})
    assert changes_in_force()[1]["rules"] == [
        {"name": "jailbreak", "finding": "jailbreak", "at": 0.4, "action": "block", "stages": ["input"]}
    ]
    client.post(POLICY, {"do": "off", "base": "1", "name": "loops"})
    refused = client.post(POLICY, {"do": "off", "base": "2", "name": "minors"}).content.decode()
    assert "Sexual/minors is blocked" in refused
    client.post(POLICY, {"do": "reset", "base": "2", "name": "jailbreak"})
    number, changes = changes_in_force()
    assert (number, changes["rules"], changes["off"]) == (3, [], ["loops"])
    assert "off" in client.get(POLICY).content.decode()


def test_moderators_read_the_rules_and_others_do_not(moderator, bob):
    client = signed_in(moderator)
    page = client.get(TERMS).content.decode()
    assert "Add a term" not in page
    client.post(TERMS, {"do": "add", "base": "0", "text": "grey parrot", "severity": "3"})
    assert not RuleSet.objects.exists()
    assert signed_in(bob).get(TERMS).status_code == 302
    assert signed_in(UserFactory(is_staff=True)).get(POLICY).status_code == 403
