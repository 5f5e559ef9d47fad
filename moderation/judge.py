"""A model that reads what the filters are unsure of: which texts it is asked about, what it may answer, and what is
made of the answer. Nothing is asked here, and nothing that it says in words of its own is kept.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Literal, get_args

import msgspec
from django.conf import settings

from moderation import in_force
from moderation.chain import Reason, Verdict
from moderation.decision import Decision
from moderation.filters.base import Context, Finding
from moderation.filters.content import excerpt
from moderation.policy import Action

Label = Literal["sexual", "sexual/minors", "hate", "harassment", "violence", "self-harm"]
Why = Literal["meant", "incites", "instructs", "depicts", "none"]
LABELS = get_args(Label)
SCHEMA: Mapping[str, Any] = {
    "type": "object",
    "additionalProperties": False,
    "required": ["labels", "reason"],
    "properties": {
        "labels": {"type": "array", "items": {"type": "string", "enum": list(LABELS)}},
        "reason": {"type": "string", "enum": list(get_args(Why))},
    },
}
# A model's marks of who speaks: a server may take them for its own.
_MARK = re.compile(r"<\|(?=\s*\w)|(?<=\w)\|>|\[/?INST\]|<</?SYS>>", re.IGNORECASE)


class Judgement(msgspec.Struct, frozen=True):
    labels: list[Label]
    reason: Why


def is_wanted(decision: Decision) -> bool:
    """Of what stands and nobody looks at: where a rule would hold if its filter were surer."""
    verdict = decision.verdict
    if not settings.JUDGE_MODEL or verdict is None or not decision.passes or verdict.queued:
        return False
    return any(_is_borderline(finding, decision.where) for finding in verdict.findings)


def _is_borderline(finding: Finding, where: Context) -> bool:
    if finding.rule not in LABELS or finding.score < settings.JUDGE_FROM:
        return False
    rules = in_force.chain().policy.rules_for(replace(finding, score=1.0), where)
    return any(finding.score < rule.at for rule in rules)


def quoted(text: str) -> str:
    """As material: whatever breaks a line, none begins without the mark. Of a long text, what the filters read."""
    blunt = _MARK.sub(lambda found: re.sub(r"[<>\[\]|]", " ", found[0]), excerpt(text))
    return "\n".join(f"> {line}" for line in blunt.splitlines())


def read_answer(answer: str) -> Judgement | None:
    """None where it is none. Models wrap JSON in words: that is forgiven, an unknown label is not."""
    try:
        return msgspec.json.decode(answer[answer.find("{") : answer.rfind("}") + 1], type=Judgement)
    except msgspec.MsgspecError:
        return None


def decision_of(judgement: Judgement, text: str, where: Context) -> Decision | None:
    """What goes before moderators by the policy's rules for `judge.*`; None where nothing does."""
    labels = dict.fromkeys(judgement.labels)
    found = [Finding("judge", f"judge.{label}", 1.0, note=judgement.reason) for label in labels]
    return queued_by_policy("judge", found, text, where)


def queued_by_policy(by: str, found: Sequence[Finding], text: str, where: Context) -> Decision | None:
    """Of what somebody found later: nothing is taken back by it, so to be looked at is all that can come of it."""
    policy = in_force.chain().policy
    reasons = tuple(Reason(finding, rule) for finding in found for rule in policy.rules_for(finding, where))
    if not any(reason.rule.queue or reason.rule.action == Action.QUEUE for reason in reasons):
        return None
    verdict = Verdict(Action.QUEUE, tuple(found), reasons, policy.version, True, (by,))
    return Decision(Action.QUEUE, text, where, verdict)
