"""What of a story is told to whom: to the player's page, and to the model that plays the cast. Pure."""

from stories.telling.brief import Brief, brief
from stories.telling.journal import Note, notes
from stories.telling.view import View, view

__all__ = ["Brief", "Note", "View", "brief", "notes", "view"]
