"""Changing a story in its document: what is not changed keeps its letters, comments among them. Pure."""

from stories.writing.edit import Change, NoSuchPlace, changed, plain_of
from stories.writing.outline import outline_of

__all__ = ["Change", "NoSuchPlace", "changed", "outline_of", "plain_of"]
