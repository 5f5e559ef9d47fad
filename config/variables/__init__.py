"""Every setting that comes from the environment, in one table; docs/configuration.md shows the same table."""

from config.parsing import choice
from config.variables.people import PEOPLE
from config.variables.site import SITE
from config.variables.talks import TALKS
from config.variables.variable import Variable

__all__ = ["HINTS", "TABLE", "VARIABLES", "Variable"]

LOGS: dict[str, tuple[Variable, ...]] = {
    "Logs": (
        Variable("LOG_LEVEL", choice("DEBUG", "INFO", "WARNING", "ERROR"), "INFO", "Least level that is written."),
        Variable("LOG_FORMAT", choice("json", "console"), "json", "One JSON object a line, or lines to read."),
    ),
}
TABLE = SITE | TALKS | PEOPLE | LOGS
VARIABLES = {variable.name: variable for group in TABLE.values() for variable in group}
HINTS = {
    "DATABASE_URL": "start the embedded services with `python -m config.services up`, or name a Postgres",
    "REDIS_URL": "start the embedded services with `python -m config.services up`, or name a Redis",
}
