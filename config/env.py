"""What the environment says, read once: a mistake stops the program with one line."""

import os
from collections.abc import Mapping
from types import SimpleNamespace

from django.core.exceptions import ImproperlyConfigured

from config import dotenv
from config.variables import HINTS, VARIABLES


class Misconfigured(ImproperlyConfigured):
    """One line that names the variable. Its value is not repeated: it may be a secret."""


def read(values: Mapping[str, str]) -> SimpleNamespace:
    """Parse everything, or raise Misconfigured naming the first variable that is missing or wrong."""
    parsed = {}
    for variable in VARIABLES.values():
        value = values.get(variable.name) or variable.default
        if value is None:
            hint = HINTS.get(variable.name, variable.help[0].lower() + variable.help[1:])
            raise Misconfigured(f"{variable.name} is not set: {hint}")
        try:
            parsed[variable.name] = variable.parse(value)
        except (ValueError, ImproperlyConfigured) as error:
            known = str(error) if str(error).startswith("must") else "cannot be read"
            raise Misconfigured(f"{variable.name} {known}") from None
    return SimpleNamespace(**parsed)


def use(**defaults: str) -> None:
    """Say, before the base settings load, what holds where the environment is silent."""
    for name, value in defaults.items():
        if not os.environ.get(name):
            os.environ[name] = value


def adopt_local_files() -> None:
    """Development: `.env`, then what the local services wrote, fill in what the environment leaves open."""
    use(**dotenv.read(dotenv.PROJECT / ".env"))
    use(**dotenv.read(dotenv.var_dir(os.environ) / "env"))


def load() -> SimpleNamespace:
    """What the environment says; a mistake stops the program with one line."""
    try:
        return read(os.environ)
    except Misconfigured as error:
        raise SystemExit(f"Configuration: {error}") from None
