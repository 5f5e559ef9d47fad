"""The templates in force in this process. No turn waits for a look at what is."""

import structlog
from django.conf import settings
from psycopg.sql import SQL

from inference.prompts import Compiled, Occasion, Shelf, family_of, shipped
from inference.selectors import shelf_with_live
from inference.snapshot import Snapshot

log = structlog.get_logger(__name__)


def templates() -> Shelf:
    return known.current or shipped()


def template(name: str, *, language: str, model: str = "") -> Compiled:
    """The one in force, for the model that will answer."""
    return templates().template(name, occasion_of(language, model))


def occasion_of(language: str, model: str) -> Occasion:
    return Occasion(language, family_of(model), settings.ENVIRONMENT)


def _read() -> Shelf | None:
    shelf, unfit = shelf_with_live()
    for row in unfit:
        # The product was renewed since: better the shipped file than none.
        log.error("prompt_does_not_fit", template=row.name, version=row.version)
    log.info("prompts_changed", unfit=len(unfit))
    return shelf


# The ids of the versions in force: their texts never change.
MARK = SQL("(select string_agg(id::text, ' ' order by id) from inference_promptversion where state = 'live')")
known: Snapshot[Shelf | None] = Snapshot("prompts", mark=MARK, read=_read, empty=None)
