"""What a decision has queued is put before moderators. Whoever decides does not wait for it."""

import logging
from typing import Any

from moderation.decision import Decision

logger = logging.getLogger(__name__)


def put_before_moderators(decision: Decision, text: str, **about: Any) -> None:
    """`about`: user_id (whose words), message, character, conversation; cipher (the talk's, for a reply)."""
    if decision.queued and decision.verdict is not None:
        logger.info("queued: %s", "; ".join(map(str, decision.verdict.reasons)))
