"""The one door: whether a text may stand where it is about to stand.

Lines, replies, cards, lore, personas, memories: whatever stores or shows a text asks here, so the same text gets the
same answer on every path. Nothing is stored here; what a policy queues is put before moderators by
`services.queueing`.
"""

import asyncio
import time
from collections.abc import Iterable
from dataclasses import dataclass, replace

from django.conf import settings
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from accounts.age import for_policy
from accounts.judging import NotAllowed
from accounts.models import User
from moderation import in_force, metrics, told
from moderation.chain import Reason, Verdict
from moderation.filters.base import Context, Finding, Stage
from moderation.filters.lexicon import Lexicon, Term
from moderation.policy import STRICTNESS, Action, Policy
from moderation.stream import StreamGuard
from moderation.weights import is_read

# Bytes, for a Chinese character takes as long as three letters. The whole chain takes 2 ms for so many. The interpreter
# goes from thread to thread every five milliseconds: up to here a thread would let nobody in between, and only add its
# two switches.
INLINE = 4_000


@dataclass(frozen=True, slots=True)
class Decision:
    """`text` is as it may stand: what is to be masked is."""

    action: Action
    text: str
    where: Context
    verdict: Verdict | None = None

    @property
    def passes(self) -> bool:
        return STRICTNESS[self.action] <= STRICTNESS[Action.MASK]

    @property
    def queued(self) -> bool:
        return self.verdict is not None and self.verdict.queued

    @property
    def reason(self) -> Reason | None:
        """What weighed most."""
        reasons = self.verdict.reasons if self.verdict is not None else ()
        return max(reasons, key=lambda one: (STRICTNESS[one.rule.action], one.finding.score), default=None)

    @property
    def rule(self) -> str:
        """Its public name; empty where nothing was found."""
        return told.code_of(self.reason.finding.rule) if self.reason is not None else ""

    def refusal(self, field: str) -> "Refusal":
        assert self.reason is not None
        said = _("A rule of the house stands against this: {rule}.")
        return Refusal(self, format_lazy(said, rule=told.sentence_of(self.reason.finding.rule)), field)


class Refusal(NotAllowed):
    """With the decision, for whoever tells moderators of it."""

    def __init__(self, decision: Decision, message: object, field: str) -> None:
        super().__init__(message, field=field, rule=decision.rule)  # type: ignore[arg-type]
        self.decision = decision


def decide(text: str, context: Context, *, retried: bool = False) -> Decision:
    if not settings.FILTERS or not text.strip():
        return Decision(Action.ALLOW, text, context)
    began = time.perf_counter()
    verdict = in_force.chain().run(text, context.stage, context, retried=retried or not settings.RETRY_REPLIES)
    metrics.seconds.labels(context.stage.value).observe(time.perf_counter() - began)
    metrics.verdicts.labels(context.stage.value, verdict.action.value).inc()
    masked = any(reason.rule.action == Action.MASK for reason in verdict.reasons)
    return Decision(verdict.action, verdict.masked(text) if masked else text, context, verdict)


def may_ask_again() -> bool:
    """Whether a model is asked for anything but its first reply: the site and the policy in force both say so."""
    return settings.FILTERS and settings.RETRY_REPLIES and in_force.chain().policy.retries


async def decided(text: str, context: Context, *, retried: bool = False) -> Decision:
    """The same for the event loop, which must not stand still. Reading the weights takes most of a second, once."""
    if settings.FILTERS and (len(text.encode("utf-8", "surrogatepass")) > INLINE or not is_read()):
        return await asyncio.to_thread(decide, text, context, retried=retried)
    return decide(text, context, retried=retried)


def allowed(text: str, context: Context, *, field: str) -> Decision:
    """Raises Refusal."""
    decision = decide(text, context)
    if not decision.passes:
        raise decision.refusal(field)
    return decision


# ------------------------------------------------------------------ while a reply comes


def guard_for(context: Context) -> StreamGuard | None:
    """Keeps back what may become a term that must not be shown to these eyes. None where there is none."""
    lexicon = _lexicons.of(context) if settings.FILTERS else None
    return StreamGuard(lexicon) if lexicon else None


def decision_midway(said: str, context: Context) -> Decision | None:
    """Of the last few sentences of a reply that goes on; None where it may. What is milder than taking it back waits
    until it is whole.
    """
    if not is_read():
        return None
    verdict = in_force.chain().run(said, Stage.STREAM, context, retried=True)
    if STRICTNESS[verdict.action] < STRICTNESS[Action.WITHDRAW]:
        return None
    return Decision(verdict.action, said, context, verdict)


def decision_on(hit: Finding, said: str, context: Context) -> Decision:
    """What a guard has stopped, as a decision; `said` is all that the model had said, the term included."""
    rules = in_force.chain().policy.rules_for(hit, replace(context, stage=Stage.STREAM))
    reasons = tuple(Reason(hit, rule) for rule in rules)
    queued = any(reason.rule.queue or reason.rule.action == Action.QUEUE for reason in reasons)
    verdict = Verdict(Action.WITHDRAW, (hit,), reasons, in_force.chain().policy.version, queued, (hit.filter,))
    return Decision(Action.WITHDRAW, said, context, verdict)


class _Lexicons:
    """Of the terms in force those that a policy never lets a reply show, by who reads it."""

    def __init__(self) -> None:
        self._made_of: tuple[Policy, Lexicon] | None = None
        self._by: dict[tuple[str, ...], Lexicon] = {}

    def of(self, context: Context) -> Lexicon:
        made_of = in_force.chain().policy, in_force.lexicon()
        if self._made_of is None or any(old is not new for old, new in zip(self._made_of, made_of, strict=True)):
            self._made_of, self._by = made_of, {}
        key = context.rating, context.age, context.surface, context.language
        if (found := self._by.get(key)) is None:
            found = self._by[key] = Lexicon(forbidden_terms(*made_of, replace(context, stage=Stage.STREAM)))
        return found


def forbidden_terms(policy: Policy, lexicon: Lexicon, context: Context) -> Iterable[Term]:
    for term in lexicon.terms:
        if term.language and context.language and term.language != context.language:
            continue
        if term.scope and context.stage not in term.scope:
            continue
        rules = policy.rules_for(Finding("terms", term.rule, term.score), context)
        if any(STRICTNESS[rule.action] >= STRICTNESS[Action.WITHDRAW] for rule in rules):
            yield term


_lexicons = _Lexicons()

# ------------------------------------------------------------------ what is known beside the text


def age_of(user: User) -> str:
    """How policies call it."""
    return for_policy(user.age)
