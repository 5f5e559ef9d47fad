"""A later look by a provider's moderation model: nobody waits for it, and nothing is taken back by it.

What it finds goes before moderators where the policy says so, by the names `provider.hate`, `provider.violence/graphic`
and so on.
"""

import asyncio

import structlog
from django.conf import settings

from inference.base import ModelError
from inference.registry import moderator
from moderation.decision import Decision
from moderation.filters.base import Context, Finding
from moderation.judge import queued_by_policy

log = structlog.get_logger(__name__)
SECONDS = 20.0
LONGEST = 20_000
LEAST = 0.2  # below, nothing is said


def is_wanted() -> bool:
    return bool(settings.MODERATION_MODEL and settings.FILTERS)


async def looked_later(text: str, where: Context) -> Decision | None:
    """What is to be put before moderators; None where there is nothing, or nobody answers."""
    try:
        async with asyncio.timeout(SECONDS):
            [judgement] = await moderator(settings.MODERATION_MODEL).moderate([text[:LONGEST]])
    except (ModelError, TimeoutError) as error:
        log.warning("not_looked_later", error=type(error).__name__, letters=len(text))
        return None
    found = tuple(Finding("provider", f"provider.{name}", score) for name, score in judgement.scores.items())
    found = tuple(finding for finding in found if finding.score >= LEAST)
    return queued_by_policy("provider", found, text, where)
