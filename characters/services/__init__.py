"""Every write of what creators write: one file for each thing that is written."""

from characters.services.releases import (
    Editions,
    count_start,
    create_character,
    create_version,
    release,
    set_visibility,
)

__all__ = ["Editions", "count_start", "create_character", "create_version", "release", "set_visibility"]
