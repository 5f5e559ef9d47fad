"""Every score of one text, under our names and under those of the sets."""

from typing import TypeVar

from moderation.evaluation.measures import FLAGGED
from moderation.filters import minors
from moderation.filters.base import Context, Filter, Finding, Text
from moderation.filters.coherence import CoherenceFilter
from moderation.filters.content import ContentFilter
from moderation.filters.jailbreak import JailbreakFilter
from moderation.filters.patterns import PatternFilter
from moderation.filters.pii import PiiFilter
from moderation.filters.role import RoleFilter
from moderation.filters.suffix import SuffixFilter

T = TypeVar("T")

ALIASES = {"S": "sexual", "H": "hate", "HR": "harassment", "V": "violence", "SH": "self-harm", "S3": "sexual/minors"}
SPAN_TYPES = {
    "pii.email": "EMAIL_ADDRESS",
    "pii.phone": "PHONE_NUMBER",
    "pii.card": "CREDIT_CARD",
    "pii.iban": "IBAN_CODE",
    "pii.ssn": "US_SSN",
    "pii.ip": "IP_ADDRESS",
    "pii.domain": "DOMAIN_NAME",
    "pii.licence": "US_DRIVER_LICENSE",
    "pii.cn_id": "CN_ID",
    "pii.plate": "CN_PLATE",
    "pii.handle": "CHAT_HANDLE",
    "pii.passport": "PASSPORT",
    "pii.uscc": "CN_USCC",
}
# Streets, names and the like need a tagger; the chain does not promise them.
STRUCTURED = frozenset(SPAN_TYPES.values()) - {"US_DRIVER_LICENSE"}


class Scorer:
    def __init__(self, filters: list[Filter]) -> None:
        self._content = _one(filters, ContentFilter)
        self._jailbreak = _one(filters, JailbreakFilter)
        self._suffix = _one(filters, SuffixFilter)
        self._patterns = _one(filters, PatternFilter)
        self._pii, self._role, self._coherence = PiiFilter(), RoleFilter(), CoherenceFilter()

    def scores(self, raw: str) -> dict[str, float]:
        text = Text(raw)
        found = dict(self._content.scores(text))
        found["sexual/minors"] = minors.score(found.get("sexual", 0.0), text.folded.text)
        found["jailbreak"] = self._jailbreak.score(text)
        found["suffix"] = self._suffix.score(raw)
        found["injection"] = max((one.score for one in self._injections(text)), default=0.0)
        found["attack"] = max(found["jailbreak"], found["suffix"], found["injection"])
        found["offensive"] = found.get("hate", 0.0)
        found |= {alias: found[name] for alias, name in ALIASES.items() if name in found}
        return found

    def flags(self, raw: str) -> set[str]:
        """What the filters would say of a text, at the point of flagging."""
        text = Text(raw)
        findings = [
            *self._content.look(text, Context()),
            *self._jailbreak.look(text, Context()),
            *self._suffix.look(text, Context()),
            *self._injections(text),
        ]
        return {finding.rule for finding in findings if finding.score >= FLAGGED}

    def _injections(self, text: Text) -> list[Finding]:
        return [one for one in self._patterns.look(text, Context()) if one.rule.startswith("injection.")]

    def spans(self, raw: str) -> set[tuple[str, int, int]]:
        return {
            (SPAN_TYPES[finding.rule], *finding.span)
            for finding in self._pii.look(Text(raw), Context())
            if finding.span and finding.rule in SPAN_TYPES
        }

    def reply(self, raw: str, context: Context) -> dict[str, float]:
        text = Text(raw)
        role = max((finding.score for finding in self._role.look(text, context)), default=0.0)
        coherence = max((finding.score for finding in self._coherence.look(text, context)), default=0.0)
        return {"role": role, "coherence": coherence}


def _one(filters: list[Filter], kind: "type[T]") -> "T":
    return next(one for one in filters if isinstance(one, kind))
