"""The filters, one after the other, and what comes of what they find."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from moderation.filters.base import Context, Cost, Filter, Finding, Stage, Text
from moderation.policy import STRICTNESS, Action, Policy, Rule

MASK = "█"


@dataclass(frozen=True, slots=True)
class Reason:
    finding: Finding
    rule: Rule

    def __str__(self) -> str:
        """Without a word of the text, so that it may be logged."""
        where = "" if self.finding.span is None else f" at {self.finding.span[0]}-{self.finding.span[1]}"
        found = f"{self.finding.filter}: {self.finding.rule} {self.finding.score:.2f}{where}"
        return f"{found}, rule {self.rule.name}: {self.rule.action}"


@dataclass(frozen=True, slots=True)
class Verdict:
    action: Action
    findings: tuple[Finding, ...]
    reasons: tuple[Reason, ...] = ()
    policy: str = ""
    queued: bool = False
    asked: tuple[str, ...] = field(default=())  # which filters looked

    @property
    def passes(self) -> bool:
        return STRICTNESS[self.action] <= STRICTNESS[Action.MASK]

    def masked(self, raw: str) -> str:
        """The text with what is to be masked blacked out, sign by sign, so that places stay."""
        signs = list(raw)
        for reason in self.reasons:
            if reason.rule.action == Action.MASK and reason.finding.span:
                start, end = reason.finding.span
                signs[start:end] = [MASK if sign not in "\r\n" else sign for sign in signs[start:end]]
        return "".join(signs)


class Chain:
    """Cheap filters first; once something is blocked, the dearer ones are not asked any more. The dearest look at the
    beginning of what is very long.
    """

    def __init__(self, filters: Iterable[Filter], policy: Policy) -> None:
        self.filters = tuple(sorted(filters, key=lambda one: one.cost))
        self.policy = policy

    def run(self, raw: str, stage: Stage, context: Context | None = None, *, retried: bool = False) -> Verdict:
        text, context = Text(raw), replace(context or Context(), stage=stage)
        findings: list[Finding] = []
        reasons: list[Reason] = []
        asked = []
        for one in self.filters:
            if stage not in one.stages:
                continue
            asked.append(one.name)
            for finding in one.look(text if one.cost < Cost.LARGE else text.beginning, context):
                findings.append(finding)
                reasons += [Reason(finding, rule) for rule in self.policy.rules_for(finding, context)]
            if any(reason.rule.action == Action.BLOCK for reason in reasons):
                break
        return Verdict(
            action=self._strictest(reasons, retried=retried),
            findings=tuple(findings),
            reasons=tuple(reasons),
            policy=self.policy.version,
            queued=any(reason.rule.queue or reason.rule.action == Action.QUEUE for reason in reasons),
            asked=tuple(asked),
        )

    def _strictest(self, reasons: list[Reason], *, retried: bool) -> Action:
        """A reply is retried once: for what fails again, or may not be retried, its rule says what else is done."""
        again = self.policy.retries and not retried
        actions = (_done(reason.rule, again=again) for reason in reasons)
        return max(actions, key=STRICTNESS.__getitem__, default=Action.ALLOW)


def _done(rule: Rule, *, again: bool) -> Action:
    return rule.otherwise if rule.action == Action.RETRY and not again else rule.action
