"""One setting that comes from the environment."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Variable:
    name: str
    parse: Callable[[str], Any]
    default: str | None  # as one would write it; None: without it nothing starts
    help: str
