import pytest

from moderation.chain import Chain, Verdict
from moderation.filters.base import Context, Cost, Finding, Stage
from moderation.policy import Action, BadPolicy, load_policy, read_policy


class Says:
    """A filter that finds what it is told to."""

    def __init__(self, *findings: Finding, cost: Cost = Cost.TINY, stages=frozenset(Stage)) -> None:
        self.name, self.cost, self.stages, self.findings, self.asked = "says", cost, stages, list(findings), 0

    def look(self, text, context):
        self.asked += 1
        return self.findings


def finding(rule: str, score: float = 0.9, span=None) -> Finding:
    return Finding("says", rule, score, span)


def run(*findings: Finding, stage=Stage.INPUT, retried=False, policy=None, **given) -> Verdict:
    return Chain([Says(*findings)], policy or load_policy()).run("some text", stage, Context(**given), retried=retried)


def test_the_shipped_policy_is_valid():
    assert load_policy().rules


def test_nothing_loosens_what_is_never_allowed():
    for rating in ("general", "mature", "explicit"):
        for age in ("adult", "minor", "unknown"):
            for stage in Stage:
                assert run(finding("sexual/minors", 0.5), stage=stage, rating=rating, age=age).action == Action.BLOCK


def test_the_same_finding_means_different_things_for_different_people():
    assert run(finding("sexual"), rating="general").action == Action.BLOCK
    assert run(finding("sexual"), rating="explicit", age="adult").action == Action.ALLOW
    assert run(finding("sexual"), rating="explicit", age="minor").action == Action.BLOCK
    assert run(finding("sexual"), rating="general", stage=Stage.STREAM).action == Action.WITHDRAW


def test_identifiers_are_masked_where_others_read_and_where_it_is_remembered():
    mail = finding("pii.email", 1.0, (5, 9))
    assert run(mail, surface="chat").action == Action.ALLOW
    assert run(mail, surface="room").masked("some text") == "some ████"
    assert run(mail, stage=Stage.MEMORY).action == Action.MASK


def test_a_reply_is_retried_once_and_not_at_all_where_that_is_off():
    machine = finding("role.machine")
    assert run(machine, stage=Stage.OUTPUT).action == Action.RETRY
    assert run(machine, stage=Stage.OUTPUT, retried=True).action == Action.ALLOW
    rule = {"name": "r", "finding": "role.*", "action": "retry"}
    assert run(machine, policy=read_policy({"rules": [rule], "retries": False})).action == Action.REWRITE
    with pytest.raises(BadPolicy, match="otherwise"):
        read_policy({"rules": [rule | {"otherwise": "retry"}]})


def test_hatred_that_comes_again_is_not_let_through():
    hatred = finding("hate", 0.9)
    assert run(hatred, stage=Stage.OUTPUT).action == Action.RETRY
    assert run(hatred, stage=Stage.OUTPUT, retried=True).action == Action.REWRITE


def test_a_verdict_says_which_filter_score_place_and_rule_without_the_text():
    verdict = run(finding("sexual", 0.87, (2, 6)), rating="general")
    assert [str(reason) for reason in verdict.reasons] == ["says: sexual 0.87 at 2-6, rule sexual-mild: block"]
    assert verdict.policy == load_policy().version


def test_dear_filters_are_not_asked_once_something_is_blocked():
    cheap, dear = Says(finding("sexual/minors")), Says(cost=Cost.LARGE)
    Chain([dear, cheap], load_policy()).run("x", Stage.INPUT)
    assert (cheap.asked, dear.asked) == (1, 0)


def test_a_filter_is_asked_at_its_stages_alone():
    one = Says(stages=frozenset({Stage.CARD}))
    chain = Chain([one], load_policy())
    chain.run("x", Stage.INPUT)
    chain.run("x", Stage.CARD)
    assert one.asked == 1


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ([], "rules"),
        ({"rules": [{}]}, "rule 1"),
        ({"rules": [{"name": "a", "finding": "x", "action": "shout"}]}, "rule a: action"),
        ({"rules": [{"name": "a", "finding": "x", "action": "block", "at": 2}]}, "rule a: at"),
        ({"rules": [{"name": "a", "finding": "x", "action": "block", "ages": ["old"]}]}, "rule a: ages"),
        ({"rules": [{"name": "a", "finding": "x", "action": "block", "when": 1}]}, "unknown field when"),
        ({"rules": [{"name": "a", "finding": "x", "action": "block"}] * 2}, "two rules are named a"),
    ],
)
def test_a_bad_policy_is_refused_with_the_place(data, message):
    with pytest.raises(BadPolicy, match=message):
        read_policy(data)
