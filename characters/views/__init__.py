"""Pages of what creators write: one file for each."""

from characters.views.character import character, character_page
from characters.views.discover import Refused, discover, discover_page

__all__ = ["Refused", "character", "character_page", "discover", "discover_page"]
