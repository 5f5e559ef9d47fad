"""The terms and the policy in force in this process, and the chain made of them. No text waits for a look at what is.

What operators change is in force in every process within CATALOGUE_SECONDS (`inference/snapshot.py`).
"""

from dataclasses import dataclass

import structlog
from psycopg.sql import SQL

from inference.snapshot import Snapshot
from moderation.chain import Chain
from moderation.filters.lexicon import Lexicon
from moderation.filters.terms import TermFilter
from moderation.models import RuleSet
from moderation.overlay import merged
from moderation.policy import BadPolicy
from moderation.termlist import BadTerms, terms_of
from moderation.weights import default_chain, default_lexicon

log = structlog.get_logger(__name__)
Kind = RuleSet.Kind


@dataclass(frozen=True, slots=True)
class Rules:
    """`chain` looks at whole texts; `lexicon` is what a StreamGuard keeps back."""

    chain: Chain
    lexicon: Lexicon


def rules() -> Rules:
    """What is in force now: asked for each text, never kept longer."""
    return known.current or _shipped()


def chain() -> Chain:
    return rules().chain


def lexicon() -> Lexicon:
    return rules().lexicon


def _shipped() -> Rules:
    return Rules(default_chain(), default_lexicon())


def _read() -> Rules | None:
    """Where a version does not fit this release, what is shipped holds in its place."""
    versions = {row.kind: row for row in RuleSet.objects.filter(in_force=True)}
    filters, policy, words = default_chain().filters, default_chain().policy, default_lexicon()
    if row := versions.get(Kind.TERMS):
        try:
            words = Lexicon(terms_of(row.content))
            own = TermFilter(words, version=f"own-{row.number}")
            filters = tuple(own if isinstance(one, TermFilter) else one for one in filters)
        except BadTerms as error:
            log.error("terms_do_not_fit", version=row.number, why=str(error))
    if row := versions.get(Kind.POLICY):
        try:
            policy = merged(row.content, version=f"own-{row.number}")
        except BadPolicy as error:
            log.error("policy_does_not_fit", version=row.number, why=str(error))
    log.info("rules_changed", terms=len(words.terms), policy=policy.version)
    return Rules(Chain(filters, policy), words)


# The ids of the versions in force: their content never changes.
_MARK = SQL("(select string_agg(id::text, ' ' order by id) from moderation_ruleset where in_force)")
known: Snapshot[Rules | None] = Snapshot("rules", mark=_MARK, read=_read, empty=None)
