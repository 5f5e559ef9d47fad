"""Every read of what creators wrote: one file for each thing that is read."""

from characters.selectors.cast import (
    also_visible,
    author_name,
    characters_for,
    edition_of,
    editions_of,
    featured,
    get_character,
    get_version,
    language_of,
    related_to,
)

__all__ = [
    "also_visible",
    "author_name",
    "characters_for",
    "edition_of",
    "editions_of",
    "featured",
    "get_character",
    "get_version",
    "language_of",
    "related_to",
]
