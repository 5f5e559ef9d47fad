"""How far our count of tokens is from each model's own, learnt from what providers report.

Every reply that reports its usage says how many tokens a prompt was that we had counted. Their ratio is kept for each
model and kind of script, as a mean in which old replies fade. A process keeps what it sees for CALIBRATION_SECONDS,
then adds it to the database and reads what the others saw.
"""

import asyncio
from collections import defaultdict
from collections.abc import Iterable
from math import ceil
from typing import NamedTuple

import structlog
from channels.db import database_sync_to_async
from django.conf import settings
from django.db import Error, connection
from uuid_utils.compat import uuid7

from inference.base import Line, Usage
from inference.tokens import estimate_lines

log = structlog.get_logger(__name__)

LEAST_PROMPT = 40  # tokens: of less, a provider's frame is too large a part
WEIGHS = 60.0  # replies that a ratio is the mean of; of older ones ever less is left
ENOUGH = 3.0  # replies after which a ratio is believed
LEAST, MOST = 0.3, 4.0  # no vocabulary counts further from ours

READ = "select model, script, ratio from inference_calibration where weight >= %s"
ADD = """
insert into inference_calibration as known (id, model, script, ratio, weight, changed)
values (%(id)s, %(model)s, %(script)s, %(ratio)s, %(weight)s, now())
on conflict (model, script) do update set changed = now(),
    ratio = (known.ratio * least(known.weight, %(weighs)s) + excluded.ratio * excluded.weight)
        / (least(known.weight, %(weighs)s) + excluded.weight),
    weight = least(known.weight + excluded.weight, %(weighs)s)
"""


class Seen(NamedTuple):
    """Sum of the ratios of so many replies."""

    ratios: float = 0.0
    replies: int = 0


Key = tuple[str, str]
_seen: defaultdict[Key, Seen] = defaultdict(Seen)
_known: dict[Key, float] = {}


def script_of(lines: Iterable[Line]) -> str:
    """plain, mixed or wide, by the share of bytes that are not ASCII."""
    plain = wide = 0
    for line in lines:
        if line.content.isascii():
            plain += len(line.content)
        else:
            size = len(line.content.encode("ascii", "ignore"))
            plain += size
            wide += len(line.content.encode("utf-8", "surrogatepass")) - size
    share = wide / (plain + wide or 1)
    return "plain" if share < 0.1 else "mixed" if share < 0.6 else "wide"


def observe(model: str, lines: tuple[Line, ...], usage: Usage) -> None:
    """What a provider reported of these lines. What we counted ourselves teaches nothing."""
    if usage.estimated or (counted := estimate_lines(lines)) < LEAST_PROMPT:
        return
    key, ratio = (model[:200], script_of(lines)), min(MOST, max(LEAST, usage.prompt / counted))
    before = _seen[key]
    _seen[key] = Seen(before.ratios + ratio, before.replies + 1)


def calibrated(model: str, lines: tuple[Line, ...]) -> int:
    """How many tokens this model will count."""
    counted = estimate_lines(lines)
    return ceil(counted * _known.get((model, script_of(lines)), 1.0)) if _known else counted


def factor(model: str) -> float:
    """The most that this model counts where we count one, in any script that it was seen with."""
    return max((ratio for (name, _), ratio in _known.items() if name == model), default=1.0)


def exchange() -> None:
    """Add what this process saw, and know what all of them saw."""
    global _known
    told = dict(_seen)
    with connection.cursor() as cursor:
        for (model, script), seen in sorted(told.items()):
            cursor.execute(
                ADD,
                {
                    "id": uuid7(),
                    "model": model,
                    "script": script,
                    "ratio": seen.ratios / seen.replies,
                    "weight": float(seen.replies),
                    "weighs": WEIGHS,
                },
            )
            now = _seen[model, script]
            _seen[model, script] = Seen(now.ratios - seen.ratios, now.replies - seen.replies)
            if not _seen[model, script].replies:
                del _seen[model, script]
        cursor.execute(READ, [ENOUGH])
        _known = {(model, script): ratio for model, script, ratio in cursor.fetchall()}


async def watch() -> None:
    """Exchange with the others now and then, for as long as the process lives."""
    while True:
        try:
            await database_sync_to_async(exchange, thread_sensitive=False)()
        except Error as error:
            log.warning("calibration_not_exchanged", error=type(error).__name__)
        await asyncio.sleep(settings.CALIBRATION_SECONDS)
