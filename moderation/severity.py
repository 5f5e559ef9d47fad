"""How grave something is: where it stands in the queue."""

from collections.abc import Iterable
from fnmatch import fnmatchcase

from moderation.filters.base import Finding

LOW, MEDIUM, HIGH, URGENT = range(1, 5)
OF_REASONS = {
    "minors": URGENT, "harm": HIGH, "person": HIGH, "hate": MEDIUM, "rights": MEDIUM, "rating": LOW, "spam": LOW,
    "other": LOW,
}  # fmt: skip
OF_FINDINGS = (
    ("sexual/minors", URGENT),
    ("provider.sexual/minors", URGENT),
    ("judge.sexual/minors", URGENT),
    ("provider.self-harm*", HIGH),
    ("judge.self-harm", HIGH),
    ("provider.*", MEDIUM),
    ("judge.*", MEDIUM),
    ("self-harm", HIGH),
    ("hate", MEDIUM),
    ("violence", MEDIUM),
    ("sexual", MEDIUM),
    ("harassment", MEDIUM),
    ("exfiltration*", MEDIUM),
    ("*", LOW),
)
# What people call what a filter found, where it has to be told.
REASON_OF = (
    ("sexual/minors", "minors"), ("hate", "hate"), ("harassment", "hate"), ("violence", "harm"), ("self-harm", "harm"),
    ("sexual", "rating"), ("pii.*", "person"), ("provider.sexual/minors", "minors"), ("provider.sexual", "rating"),
    ("provider.h*", "hate"), ("provider.*", "harm"), ("judge.sexual/minors", "minors"), ("judge.sexual", "rating"),
    ("judge.h*", "hate"), ("judge.*", "harm"),
)  # fmt: skip


def severity_of(finding: Finding) -> int:
    """A term brings its own: what never leaves is grave."""
    if finding.rule == "term":
        return HIGH if finding.score >= 1 else MEDIUM if finding.score >= 0.7 else LOW
    return next(severity for rule, severity in OF_FINDINGS if fnmatchcase(finding.rule, rule))


def gravest(findings: Iterable[Finding]) -> Finding:
    return max(findings, key=lambda finding: (severity_of(finding), finding.score))


def reason_for(rule: str) -> str:
    """The reason of a notice that stands for a rule: itself, for a reason."""
    if rule in OF_REASONS:
        return rule
    return next((reason for pattern, reason in REASON_OF if fnmatchcase(rule, pattern)), "other")
