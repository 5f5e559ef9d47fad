"""Every write of what creators write: one file for each thing that is written."""

from characters.services.releases import (
    Editions,
    NeedsDecision,
    count_start,
    create_character,
    create_version,
    put_on_stage,
    release,
    set_tags,
    set_visibility,
)

__all__ = [
    "Editions",
    "NeedsDecision",
    "count_start",
    "create_character",
    "create_version",
    "put_on_stage",
    "release",
    "set_tags",
    "set_visibility",
]
