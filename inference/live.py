"""The templates in force in this process. A look every other second keeps it abreast; no turn waits for one."""

import asyncio
from collections.abc import Hashable

import structlog
from channels.db import database_sync_to_async
from django.conf import settings
from django.db import DatabaseError, InterfaceError
from psycopg_pool import PoolTimeout

from inference.prompts import Compiled, Occasion, Shelf, family_of, shipped
from inference.selectors import live_versions, shelf_with_live

log = structlog.get_logger(__name__)

EVERY = 2.0  # seconds


class _InForce:
    """What was found at the last look: a shelf, and the ids of the versions on it that are not the shipped ones."""

    shelf: Shelf | None = None
    mark: Hashable = frozenset()


def templates() -> Shelf:
    return _InForce.shelf or shipped()


def template(name: str, *, language: str, model: str = "") -> Compiled:
    """The one in force, for the model that will answer."""
    return templates().template(name, occasion_of(language, model))


def occasion_of(language: str, model: str) -> Occasion:
    return Occasion(language, family_of(model), settings.ENVIRONMENT)


def look() -> bool:
    """Whether others are in force than before. One small query; texts are read only when something changed."""
    mark = frozenset(live_versions().values_list("pk", flat=True))
    if mark == _InForce.mark:
        return False
    shelf, unfit = shelf_with_live()
    for row in unfit:
        # The product was renewed since: better the shipped file than none.
        log.error("prompt_does_not_fit", template=row.name, version=row.version)
    _InForce.shelf, _InForce.mark = shelf, mark
    log.info("prompts_changed", live=len(mark) - len(unfit))
    return True


async def follow() -> None:
    """For as long as the server runs."""
    while True:
        try:
            await database_sync_to_async(look, thread_sensitive=False)()
        except (DatabaseError, InterfaceError, PoolTimeout) as error:
            log.warning("prompts_not_looked_up", error=type(error).__name__)
        except Exception:
            log.exception("prompts_not_looked_up")
        await asyncio.sleep(EVERY)
