"""Pages of what creators write: one file for each."""

from characters.views.pages import Refused, character, character_page, discover, discover_page

__all__ = ["Refused", "character", "character_page", "discover", "discover_page"]
